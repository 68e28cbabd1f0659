"""A plugin of pytest: a test that leaves a process or an open port behind fails.

It fails alone: what it has left is ended.  What a fixture of a whole module starts may
stay, also where a test restarts it.
"""

import os
from pathlib import Path

import psutil
import pytest
from waiting import met

from setup import postgres, processes

_BEFORE = pytest.StashKey()
_MARK = "PYTEST_CURRENT_TEST={} ({})"
"""Pytest names the test and its phase so, and who is started then inherits it."""


def pytest_addoption(parser):
    words = "seconds that processes have to end after a test that has ended them"
    parser.addoption("--seconds-to-end", type=float, default=30, help=words)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    item.stash[_BEFORE] = _children(), _ports(), set(processes.names())
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    result = yield
    if _BEFORE not in item.stash:
        return result  # it was not called
    children, ports, servers = item.stash[_BEFORE]

    def left():
        names = set(processes.names()) - servers
        return names or _strangers(item, children, servers) or _ports() - ports

    # What was ended a moment ago may take one to go.
    if not met(lambda: not left(), item.config.getoption("--seconds-to-end")):
        words = _end(item, children, ports, servers)
        pytest.fail(f"The test leaves behind: {', '.join(words)}", pytrace=False)
    return result


def _strangers(item, children, servers):
    """Return the processes that the test has started and nobody is to stop."""
    allowed = {leader for name in servers if (leader := processes.running(name))}
    found = set()
    for pid in (_children() - children) | _started_by(item):
        if processes.is_alive(pid) and not _belongs_to(pid, allowed):
            found.add(pid)
    return found


def _started_by(item):
    """Return the pids of processes that say that they were started by the test."""
    phases = "call", "teardown"
    marks = [_MARK.format(item.nodeid, phase).encode() for phase in phases]
    found = set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            environ = path.read_bytes()
        except OSError:
            continue  # it has ended, or is another user's
        if any(mark in environ for mark in marks):
            found.add(int(path.parent.name))
    return found - {os.getpid()}


def _belongs_to(pid, leaders):
    """Whether a process is one of our servers', or PostgreSQL's."""
    try:
        process = psutil.Process(pid)
        family = {pid, *(parent.pid for parent in process.parents())}
        return os.getpgid(pid) in leaders or postgres.server_pid() in family
    except (OSError, psutil.Error):
        return True  # it has just ended


def _children():
    """Return the pids of our children, without looking at every process there is."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(pid) for task in tasks for pid in task.read_text().split()}


def _ports():
    """Return the ports on which this process itself listens."""
    connections = psutil.Process().net_connections("tcp")
    return {c.laddr.port for c in connections if c.status == psutil.CONN_LISTEN}


def _end(item, children, ports, servers):
    """End what is left; return what it was."""
    words = []
    for name in set(processes.names()) - servers:
        words.append(f"the server {name}")
        processes.kill(name)
    for pid in _strangers(item, children, servers):
        words.append(f"process {pid} ({processes.command_line(pid)[:100]})")
        psutil.Process(pid).kill()
    return words + [f"port {port}" for port in _ports() - ports]
