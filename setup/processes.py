"""Start servers in the background and stop them.

Each server leads its own process group. Its pid and its start time are stored in
``.run/pids/<workplace>/<name>.pid``: pids are reused, and no other process may be
signalled.
"""

import contextlib
import os
import signal
import subprocess
import time

import psutil

from . import paths, workplace

DRIFT = 5  # seconds by which the clock may be set, which changes start times
TIMEOUT = 60  # seconds that a server may take to end by itself


def start(name, command, log, env=None):
    """Start a server in the background, its output appended to ``log``.

    :return: its :class:`subprocess.Popen`
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
    started = psutil.Process(process.pid).create_time()
    _pid_file(name).write_text(f"{process.pid} {started}\n")
    return process


def running(name):
    """Return the pid of the server while it runs, else ``None``."""
    pid = _leader(name)
    return pid if pid and is_alive(pid) else None


def names():
    """Return the names of the servers that this workplace has started, not stopped."""
    return sorted(path.stem for path in _pid_file("*").parent.glob("*.pid"))


def workplaces():
    """Return the names of the workplaces that have started servers."""
    return sorted({path.parent.name for path in paths.PIDS.glob("*/*.pid")})


def stop(name, timeout=TIMEOUT):
    """Stop the server by SIGTERM, then kill what is left of its process group."""
    if pid := running(name):
        os.kill(pid, signal.SIGTERM)
        _wait_for_end([pid], timeout)
    kill(name)


def kill(name):
    """Kill the server's process group, also when the server itself has ended.

    Returns when all have ended, so that their ports and files are free.
    """
    if leader := _leader(name):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(leader, signal.SIGKILL)
        # Asked afterwards: one that was started just before is a member, too.
        _wait_for_end(group(leader), TIMEOUT)
    _pid_file(name).unlink(missing_ok=True)


def group(leader):
    """Return the pids of a process group."""
    return [pid for pid in psutil.pids() if is_alive(pid) and _group_of(pid) == leader]


def children(parent):
    """Return the pids of a process's running children."""
    try:
        found = psutil.Process(parent).children()
    except psutil.NoSuchProcess:
        return []
    return [child.pid for child in found if is_alive(child.pid)]


def command_line(pid):
    """Return the command line, or the title that the process gave itself."""
    try:
        return " ".join(psutil.Process(pid).cmdline()).strip()
    except psutil.Error:
        return ""


def is_alive(pid):
    """Whether the process runs, or one of its threads; a zombie does not.

    While threads outlive the first one, it looks like a zombie, and its ports and
    files are still open.
    """
    try:
        process = psutil.Process(pid)
        has_ended = process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        return not has_ended or process.num_threads() > 1
    except psutil.Error:
        return False


def _group_of(pid):
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _wait_for_end(pids, timeout):
    """Wait until none of the processes runs; zombies have ended."""
    deadline = time.monotonic() + timeout
    while any(map(is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)


def _leader(name):
    """Return the recorded pid, unless it is another process's by now."""
    try:
        pid, started = _pid_file(name).read_text().split()
    except (FileNotFoundError, ValueError):
        return None
    with contextlib.suppress(psutil.NoSuchProcess):
        if abs(psutil.Process(int(pid)).create_time() - float(started)) > DRIFT:
            return None
    return int(pid)


def _pid_file(name):
    return paths.PIDS / workplace.name() / f"{name}.pid"
