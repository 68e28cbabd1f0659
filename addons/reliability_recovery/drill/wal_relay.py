"""Fetch WAL for a server that has no network: the other end is ``restore_wal.py``."""

import re
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .restore_wal import ABORT, FETCHED, SOCKET

_NAME = re.compile(
    r"[0-9A-F]{8}(?:\.history|[0-9A-F]{16}(?:\.partial|\.[0-9A-F]{8}\.backup)?)"
)
_MISSING = 1


@contextmanager
def relay(folder: Path, command: list[str | Path]) -> Iterator[None]:
    """Fetch WAL for the server in a folder, in the block of ``with``.

    :param command: fetches a file; its name and the path to write it to follow.  Its
        exit code is 1 if there is no such file
    """
    (folder / FETCHED).mkdir(mode=0o700)
    with _Server(folder, command) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.end()
            thread.join()


class _Server(socketserver.UnixStreamServer):
    """One request after the other, as PostgreSQL asks."""

    def __init__(self, folder, command):
        super().__init__(str(folder / SOCKET), _Handler)
        self._folder, self._command = folder / FETCHED, command
        self._lock = threading.Lock()
        self._process = None
        self._has_ended = False

    def fetch(self, name):
        """Fetch a file.

        :return: the exit code for PostgreSQL, and what was printed
        """
        if not _NAME.fullmatch(name):
            return ABORT, f"{name} is not the name of a file of WAL."
        with self._lock:
            if self._has_ended:
                return ABORT, "The drill has ended."
            self._process = subprocess.Popen(
                [*self._command, name, self._folder / name],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        printed, _nothing = self._process.communicate()
        code = self._process.returncode
        found = code if code in {0, _MISSING} else ABORT
        return found, printed.decode("utf-8", "replace")

    def end(self):
        """End what runs, also where the repository does not answer."""
        with self._lock:
            self._has_ended = True
            if self._process:
                self._process.kill()
        self.shutdown()

    def handle_error(self, _request, _address):
        """Ignore that the server of the drill was killed while it asked."""


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        code, text = self.server.fetch(self.rfile.readline().decode().strip())
        self.wfile.write(f"{code}\n{text}".encode())
