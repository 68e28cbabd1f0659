"""A Redis server without persistence."""

import socket

from . import debian, ports
from .server import Server

CONFIGURATION = """\
bind {interface}
port {port}
dir {folder}
save ""
appendonly no
"""


class Redis(Server):
    """Redis in memory, on loopback."""

    kind = "redis"

    def __init__(self, folder, port=6399):
        super().__init__(folder, port)
        self.config = folder / "redis.conf"

    @property
    def url(self):
        """The URL for clients."""
        return f"redis://{ports.LOOPBACK}:{self.port}/0"

    def configure(self):
        self.config.write_text(
            CONFIGURATION.format(
                interface=ports.LOOPBACK, port=self.port, folder=f'"{self.folder}"'
            )
        )

    def command(self):
        return [debian.program("redis-server"), self.config]

    def answers(self):
        try:
            with socket.create_connection((ports.LOOPBACK, self.port), 5) as client:
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
