"""Start pytest and other programs of the tests, and wait for them."""

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
def in_workplace(place):
    """Work at a copy of what was built, which is deleted after the block."""
    with lock(place), workplace.at(place), provisioned(place):
        yield


@contextmanager
def provisioned(*places):
    """Let workplaces be copies of what was built, which are deleted after the block.

    Servers that are left there, since tests were interrupted, are ended.
    """
    # Each in a process, since a process has one workplace.
    with ProcessPoolExecutor(mp_context=get_context("fork")) as at_once:
        list(at_once.map(_furnish, places))
    try:
        yield
    finally:
        for place in places:
            _clear(place)


def _furnish(place):
    _clear(place)
    with workplace.at(place):
        databases.provision()


def _clear(place):
    with workplace.at(place):
        for name in processes.names():
            processes.kill(name)
        databases.clear()


def start_pytest(arguments, **options):
    """Start pytest; what it writes is below ``.run/``.

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


def wait_for(*programs, ended=lambda program: None):
    """Wait for programs; those that are interrupted clean up first.

    :param ended: called with each when it has ended
    :return: the exit code of the first
    """
    known = set()

    def note(program):
        if program.pid not in known:
            known.add(program.pid)
            ended(program)

    def interrupt(*_signal):
        for program in programs:
            with suppress(psutil.NoSuchProcess):  # it has ended
                program.send_signal(signal.SIGINT)

    usual = signal.signal(signal.SIGTERM, interrupt)
    try:
        while len(known) < len(programs):
            try:
                psutil.wait_procs(programs, callback=note)
            except KeyboardInterrupt:  # which they get from the terminal, too
                say("-> Interrupted: waiting for the tests to clean up")
    finally:
        signal.signal(signal.SIGTERM, usual)
    return programs[0].returncode
