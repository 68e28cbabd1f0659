"""Start servers in the background and end them.

A server started here leads a process group of its own. Its pid is kept in
``.run/pids/<workplace>/<name>.pid``, with the moment of its birth: pids are used again,
and nobody else's process may be signalled.
"""

import contextlib
import os
import signal
import subprocess
import time

import psutil

from . import paths, workplace

DRIFT = 5  # seconds by which the kernel's clock, which tells births, may be set
TIMEOUT = 60  # seconds that a server may take to end by itself


def start(name, command, log, env=None):
    """Start a server in the background, its output appended to ``log``.

    :return: its :class:`subprocess.Popen`.
    """
    for needed in (log.parent, _pid_file(name).parent):
        needed.mkdir(parents=True, exist_ok=True)
    with log.open("a") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=paths.RUN,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    born = psutil.Process(process.pid).create_time()
    _pid_file(name).write_text(f"{process.pid} {born}\n")
    return process


def running(name):
    """The pid of the server, while it runs."""
    pid = _leader(name)
    return pid if pid and is_alive(pid) else None


def names():
    """The names of the servers that this workplace has started and not ended."""
    return sorted(path.stem for path in _pid_file("*").parent.glob("*.pid"))


def workplaces():
    """The names of the workplaces that have started servers."""
    return sorted({path.parent.name for path in paths.PIDS.glob("*/*.pid")})


def stop(name, timeout=TIMEOUT):
    """End the server and whatever is left of its group; no news when it is gone."""
    if pid := running(name):
        os.kill(pid, signal.SIGTERM)
        _wait_for_end([pid], timeout)
    kill(name)


def kill(name):
    """End at once the server and its group, also when the server itself is gone.

    When they have ended, their ports and their files are free.
    """
    if leader := _leader(name):
        members = group(leader)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(leader, signal.SIGKILL)
        _wait_for_end(members, TIMEOUT)
    _pid_file(name).unlink(missing_ok=True)


def group(leader):
    """The pids of a process group."""
    return [pid for pid in psutil.pids() if is_alive(pid) and _group_of(pid) == leader]


def children(parent):
    """The pids of the living children of a process."""
    try:
        found = psutil.Process(parent).children()
    except psutil.NoSuchProcess:
        return []
    return [child.pid for child in found if is_alive(child.pid)]


def command_line(pid):
    """The command line, or the title that the process gave itself."""
    try:
        return " ".join(psutil.Process(pid).cmdline()).strip()
    except psutil.Error:
        return ""


def is_alive(pid):
    """Whether the process runs; one that has ended and was not waited for does not."""
    try:
        return psutil.Process(pid).status() not in (
            psutil.STATUS_ZOMBIE,
            psutil.STATUS_DEAD,
        )
    except psutil.Error:
        return False


def _group_of(pid):
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _wait_for_end(pids, timeout):
    """Wait until none runs; one that its parent has not waited for has ended, too."""
    deadline = time.monotonic() + timeout
    while any(map(is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)


def _leader(name):
    """The recorded pid, unless it is another process's by now."""
    try:
        pid, born = _pid_file(name).read_text().split()
    except (FileNotFoundError, ValueError):
        return None
    with contextlib.suppress(psutil.NoSuchProcess):
        if abs(psutil.Process(int(pid)).create_time() - float(born)) > DRIFT:
            return None
    return int(pid)


def _pid_file(name):
    return paths.PIDS / workplace.name() / f"{name}.pid"
