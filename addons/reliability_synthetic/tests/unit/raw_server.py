"""A server of bytes, for answers that no web server gives."""

import contextlib
import socket
import ssl
import threading

from setup import ports

LIMIT = 20.0
"""Seconds, so long that only a real failure reaches them."""
SHORT = 0.2
"""Seconds after which an attempt ends in which nothing happens."""
FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Accepts connections in a thread, and answers each as the test wants it.

    :ivar requests: what was received
    """

    def __init__(self, answer=FINE, certificate=None, family=socket.AF_INET):
        self._answer, self._context = answer, None
        if certificate:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate)
        loopback = "::1" if family == socket.AF_INET6 else ports.LOOPBACK
        self._socket = socket.create_server((loopback, 0), family=family)
        self.port = self._socket.getsockname()[1]
        self.requests = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self):
        self._is_over.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self):
        while True:
            try:
                connection = self._socket.accept()[0]
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(LIMIT)
                self._serve_one(connection)

    def _serve_one(self, connection):
        if callable(self._answer):
            self._answer(connection, self._is_over)
            return
        if self._context:
            connection = self._context.wrap_socket(connection, server_side=True)
        with connection:
            self.requests.append(connection.recv(65536))
            connection.sendall(self._answer)
