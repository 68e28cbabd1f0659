"""TCP ports on loopback: check them, reserve free ones, find who listens."""

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

import psutil

from .steps import Failure

LOOPBACK = "127.0.0.1"
_OURS = range(20_000, 30_000)
"""Below the range that Linux assigns to clients."""
_reserved = []


def is_free(port):
    """Whether a server of ours could listen there now."""
    with socket.socket() as probe:
        # As servers do; connections in TIME_WAIT do not count then.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port():
    """Return a free port, reserved for this process until it ends.

    The port stays free while its server restarts: the kernel does not assign it to
    clients, and no other process of this or another checkout reserves it.

    :raise Failure: all ports are taken
    """
    for port in random.sample(_OURS, len(_OURS)):
        if _reserve(port):
            if is_free(port):
                return port
            _reserved.pop().close()
    raise Failure(f"all ports from {_OURS.start} to {_OURS.stop} are taken")


def demand(port, purpose):
    """Check that a port is free.

    :raise Failure: with the name of the process that listens there
    """
    if not is_free(port):
        raise Failure(
            f"port {port} ({purpose}) is taken by {owner(port)}",
            "end that process; `make stop` ends those of this checkout.",
        )


def owner(port):
    """Return the process that listens on a port, such as "redis-server (1234)"."""
    for connection in psutil.net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
            if connection.pid:
                return f"{psutil.Process(connection.pid).name()} ({connection.pid})"
    return "another process"


def _reserve(port):
    """Take the lock of a port; the kernel releases it when this process ends."""
    folder = Path(tempfile.gettempdir()) / f"reliability-ports-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    handle = (folder / str(port)).open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return False
    _reserved.append(handle)
    return True
