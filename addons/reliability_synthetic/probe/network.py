"""Connections and requests of a probe, each within a deadline."""

import queue
import signal
import socket
import threading
from collections.abc import Iterable
from http.client import HTTPResponse

from .address import Address
from .deadline import Deadline
from .ending import SIGNALS

_AGENT = "reliability_probe"
_CHUNK = 64 * 1024
_MAX_BODY = 2**20
"""Bytes of an answer that are read: it is a page, not a download."""


def resolve(address: Address, deadline: Deadline) -> list[tuple]:
    """Return the socket addresses of a host, each with its family.

    The resolver of the system has no time limit: its thread ends by itself.
    """
    found = queue.SimpleQueue()

    def find():
        # Else a signal that the clean-up defers is handled by way of this thread.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            host, port = address.host, address.port
            found.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:
            found.put(error)

    threading.Thread(target=find, daemon=True).start()
    try:
        result = found.get(timeout=deadline.left())
    except queue.Empty:
        raise TimeoutError("the name servers have not answered") from None
    if isinstance(result, Exception):
        raise result
    return [(one[0], one[4]) for one in result]


def connect(addresses: list[tuple], deadline: Deadline) -> socket.socket:
    """Return a socket, connected to the first of the addresses that accepts.

    Each has a fair part of the time: IPv6 that leads nowhere leaves some for IPv4.

    :raise OSError: none of them does
    """
    error = OSError("the name has no address")
    for position, (family, where) in enumerate(addresses):
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                sock.settimeout(deadline.left() / (len(addresses) - position))
                sock.connect(where)
            except OSError:
                sock.close()
                raise
        except OSError as failed:
            error = failed
        else:
            return sock
    raise error


def request(
    address: Address,
    target: str,
    method: str = "GET",
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
) -> bytes:
    """Return a request, whose connection ends with the answer.

    :param target: path and query
    """
    lines = [
        f"{method} {target} HTTP/1.1",
        f"Host: {address.host_header.encode('idna').decode()}",
        f"User-Agent: {_AGENT}",
        *("Accept: */*", "Accept-Encoding: identity", "Connection: close"),
        *(f"{name}: {value}" for name, value in headers),
    ]
    if method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode() + body


def read(response: HTTPResponse) -> bytes:
    """Read an answer to its end, or as much of it as counts.

    :raise EOFError: it ends early
    """
    content = bytearray()
    while len(content) < _MAX_BODY and (part := response.read(_CHUNK)):
        content += part
    if len(content) < _MAX_BODY and response.length:
        raise EOFError(f"the answer ends {response.length} bytes early")
    return bytes(content)
