"""Start pytest and other test programs in provisioned workplaces, and wait for them."""

import signal
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context

import psutil

from . import databases, paths, processes, python_env, workplace
from .lock import lock
from .steps import say

FOLDER = paths.RUN / "test"


@contextmanager
def in_workplace(name):
    """Use a workplace for the block: a copy of what was built, deleted afterwards."""
    with lock(name), workplace.at(name), provisioned(name):
        yield


@contextmanager
def provisioned(*names):
    """Make workplaces copies of what was built; delete them after the block.

    Servers that interrupted tests have left running there are killed.
    """
    # Each in its own process, since a process has one workplace.
    with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
        list(pool.map(_provision, names))
    try:
        yield
    finally:
        for name in names:
            _clear(name)


def _provision(name):
    _clear(name)
    with workplace.at(name):
        databases.provision()


def _clear(name):
    with workplace.at(name):
        for server in processes.names():
            processes.kill(server)
        databases.clear()


def start_pytest(arguments, **options):
    """Start pytest, which writes below ``.run/`` only.

    :param options: of :class:`psutil.Popen`
    :return: its process, for :func:`wait_for`
    """
    return start(["-m", "pytest", "-p", "left_behind", *arguments], **options)


def start(arguments, **options):
    """Start the Python of the virtual environment, see :func:`start_pytest`."""
    environ = python_env.environ(
        PYTHONPATH=f"{paths.ROOT}:{paths.ROOT / 'tests'}",
        COVERAGE_FILE=str(FOLDER / "coverage"),
        HYPOTHESIS_STORAGE_DIRECTORY=str(paths.RUN / "hypothesis"),
    )
    command = [str(part) for part in (paths.PYTHON, *arguments)]
    return psutil.Popen(command, cwd=paths.ROOT, env=environ, **options)


def wait_for(*programs, on_end=lambda program: None):
    """Wait for programs; on an interrupt, wait until they have cleaned up.

    :param on_end: called with each program when it has ended
    :return: the exit code of the first
    """
    ended = set()

    def call_once(program):
        if program.pid not in ended:
            ended.add(program.pid)
            on_end(program)

    def interrupt(*_signal):
        for program in programs:
            with suppress(psutil.NoSuchProcess):  # already ended
                program.send_signal(signal.SIGINT)

    usual = signal.signal(signal.SIGTERM, interrupt)
    try:
        while len(ended) < len(programs):
            try:
                psutil.wait_procs(programs, callback=call_once)
            except KeyboardInterrupt:  # the terminal interrupts the programs, too
                say("-> Interrupted: waiting for the tests to clean up")
    finally:
        signal.signal(signal.SIGTERM, usual)
    return programs[0].returncode
