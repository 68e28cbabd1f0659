"""Start servers in the background and end them, with nothing but /proc.

A server started here leads a process group of its own. Its pid is kept in
``.run/pids/<name>.pid``, with the moment of its birth: pids are used again, and
nobody else's process may be signalled.
"""

import os
import signal
import subprocess
import time
from pathlib import Path

from . import paths

# Fields of /proc/<pid>/stat, counted after the name.
STATE, PARENT, GROUP, BIRTH = 0, 1, 2, 19

PATIENCE = 20  # seconds that a server may take to end by itself


def start(name, command, log, env=None):
    """Start a server in the background, its output appended to ``log``.

    :return: its :class:`subprocess.Popen`.
    """
    for needed in (log.parent, paths.PIDS):
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
    _pid_file(name).write_text(f"{process.pid} {_stat(process.pid)[BIRTH]}\n")
    return process


def running(name):
    """The pid of the server, while it runs."""
    pid = _leader(name)
    return pid if pid and is_alive(pid) else None


def names():
    """The names of all servers that were started and not ended."""
    return sorted(path.stem for path in paths.PIDS.glob("*.pid"))


def stop(name, patience=PATIENCE):
    """End the server and whatever is left of its group; no news when it is gone."""
    if pid := running(name):
        os.kill(pid, signal.SIGTERM)
        _wait_for_end(pid, patience)
    kill(name)


def kill(name):
    """End at once the server and its group, also when the server itself is gone.

    When they have ended, their ports and their files are free.
    """
    if leader := _leader(name):
        for pid in group(leader):
            _kill(pid)
        deadline = time.monotonic() + PATIENCE
        while group(leader) and time.monotonic() < deadline:
            time.sleep(0.05)
    _pid_file(name).unlink(missing_ok=True)


def group(leader):
    """The pids of a process group."""
    return [
        pid for pid in _pids() if is_alive(pid) and _stat(pid)[GROUP] == str(leader)
    ]


def children(parent):
    """The pids of the living children of a process."""
    return [
        pid for pid in _pids() if is_alive(pid) and _stat(pid)[PARENT] == str(parent)
    ]


def command_line(pid):
    """The command line, or the title that the process gave itself."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    return raw.replace(b"\0", b" ").decode(errors="replace").strip()


def is_alive(pid):
    """Whether the process runs; one that has ended and was not waited for does not."""
    return _stat(pid)[STATE] not in "ZX"


def _stat(pid):
    """The fields of its state, see proc(5); state X when there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ["X", *[""] * BIRTH]
    # The name before them is in parentheses and may hold anything.
    return text.rpartition(")")[2].split()


def _pids():
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _wait_for_end(pid, patience):
    deadline = time.monotonic() + patience
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it ended meanwhile


def _leader(name):
    """The recorded pid, unless it is another process's by now."""
    try:
        pid, birth = _pid_file(name).read_text().split()
    except (FileNotFoundError, ValueError):
        return None
    return int(pid) if _stat(pid)[BIRTH] in (birth, "") else None


def _pid_file(name):
    return paths.PIDS / f"{name}.pid"
