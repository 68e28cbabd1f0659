"""A plugin of pytest: a test that leaves a process or an open port behind fails.

Other tests are not affected, since the left processes are killed.  Processes started by
a fixture of a wider scope may stay, also where a test restarts them.
"""

import os
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from waiting import poll

from setup import postgres, processes

_BEFORE = pytest.StashKey()
_MARK = "PYTEST_CURRENT_TEST={} ({})"
"""Pytest sets this variable to the test and its phase; child processes inherit it."""


def pytest_addoption(parser):
    text = "seconds that processes have to end after the test"
    parser.addoption("--seconds-to-end", type=float, default=30, help=text)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    item.stash[_BEFORE] = _children(), _ports(), set(processes.names())
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    result = yield
    if _BEFORE not in item.stash:
        return result  # the test was not called
    children, ports, servers = item.stash[_BEFORE]

    def left():
        names = set(processes.names()) - servers
        return names or _left_processes(item, children, servers) or _ports() - ports

    # A terminated process needs a moment to end.
    if not poll(lambda: not left(), item.config.getoption("--seconds-to-end")):
        names = _end(item, children, ports, servers)
        pytest.fail(f"The test leaves behind: {', '.join(names)}", pytrace=False)
    return result


def _left_processes(item, children, servers):
    """Return the processes that the test has started and no fixture will stop."""
    allowed = {leader for name in servers if (leader := processes.running(name))}
    found = set()
    for pid in (_children() - children) | _started_by(item):
        if processes.is_alive(pid) and not _belongs_to(pid, allowed):
            found.add(pid)
    return found


def _started_by(item):
    """Return the pids of processes whose environment has the mark of the test."""
    phases = "call", "teardown"
    marks = [_MARK.format(item.nodeid, phase).encode() for phase in phases]
    found = set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            environ = path.read_bytes()
        except OSError:
            continue  # ended, or another user's
        if any(mark in environ for mark in marks):
            found.add(int(path.parent.name))
    return found - {os.getpid()}


def _belongs_to(pid, leaders):
    """Whether a process belongs to one of our servers, or to PostgreSQL."""
    try:
        process = psutil.Process(pid)
        family = {pid, *(parent.pid for parent in process.parents())}
        return os.getpgid(pid) in leaders or postgres.server_pid() in family
    except (OSError, psutil.Error):
        return True  # just ended


def _children():
    """Return the pids of our children, without reading every process in /proc."""
    found = set()
    for children in Path("/proc/self/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # the thread has ended
            found.update(map(int, children.read_text().split()))
    return found


def _ports():
    """Return the ports on which this process itself listens."""
    connections = psutil.Process().net_connections("tcp")
    return {c.laddr.port for c in connections if c.status == psutil.CONN_LISTEN}


def _end(item, children, ports, servers):
    """Kill the left servers and processes; return descriptions of all that is left."""
    left = []
    for name in set(processes.names()) - servers:
        left.append(f"the server {name}")
        processes.kill(name)
    for pid in _left_processes(item, children, servers):
        left.append(f"process {pid} ({processes.command_line(pid)[:100]})")
        psutil.Process(pid).kill()
    return left + [f"port {port}" for port in _ports() - ports]
