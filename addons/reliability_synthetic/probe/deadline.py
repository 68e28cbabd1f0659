"""How long an attempt may still take, also where a server answers byte by byte."""

import io
import socket
import time


class Deadline:
    """The end of an attempt, by the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return how many seconds are left.

        :raise TimeoutError: there are none
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time limit is over")
        return left


class Stream(io.RawIOBase):
    """What a socket receives until a deadline; ``http.client`` reads it as a socket.

    The timeout of a socket begins anew with each byte; this one does not.
    """

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        self._sock.settimeout(self._deadline.left())
        return self._sock.recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return what reads it, as the method of a socket does."""
        return io.BufferedReader(self)
