"""TCP ports on loopback: is one free, which one is, who has it."""

import itertools
import os
import random
import socket
from pathlib import Path

from .steps import Failure

LOOPBACK = "127.0.0.1"
LISTENING = "0A"  # the state's number in /proc/net/tcp
# Below what Linux gives to clients. Where in it to begin is left to chance: others may
# do the same.
_STEADY = range(20_000, 30_000)
_not_given_yet = itertools.count(random.randrange(len(_STEADY)))


def is_free(port):
    """Whether a server of ours could listen there now."""
    with socket.socket() as probe:
        # As servers do: connections that have just ended do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def steady_port():
    """A free port that stays so while a server restarts.

    The kernel gives it to no client, and we give none twice.
    """
    for number in itertools.islice(_not_given_yet, len(_STEADY)):
        if is_free(port := _STEADY[number % len(_STEADY)]):
            return port
    raise Failure(f"all ports from {_STEADY.start} to {_STEADY.stop} are taken")


def demand(port, purpose):
    """Fail with the name of who listens on a port that must be ours."""
    if not is_free(port):
        raise Failure(
            f"port {port} ({purpose}) is taken by {owner(port)}",
            "end that process; `make stop` ends those of this checkout.",
        )


def owner(port):
    """Who listens on the port, such as "redis-server (1234)", as far as we may see."""
    sockets = {f"socket:[{inode}]" for inode in _listening(port)}
    for process in Path("/proc").glob("[0-9]*"):
        if sockets.intersection(_opened(process)):
            return f"{(process / 'comm').read_text().strip()} ({process.name})"
    return "another process"


def _opened(process):
    """What its file descriptors stand for, as far as we may see."""
    try:
        for link in (process / "fd").iterdir():
            yield os.readlink(link)
    except OSError:
        return  # it has ended, or belongs to somebody else


def _listening(port):
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]
