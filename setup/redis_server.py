"""A Redis server without persistence, and Redis Sentinel."""

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
SENTINEL = """\
bind {interface}
port {port}
dir {folder}
sentinel monitor {name} {monitored}
sentinel down-after-milliseconds {name} 1000
sentinel failover-timeout {name} 10000
"""


class Redis(Server):
    """Redis in memory, on loopback.

    :param configuration: further lines of its redis.conf
    """

    kind = "redis"

    def __init__(self, folder, port=6399, configuration=""):
        super().__init__(folder, port)
        self.config = folder / "redis.conf"
        self.configuration = configuration

    @property
    def url(self):
        """The URL for clients."""
        return f"redis://{ports.LOOPBACK}:{self.port}/0"

    def configure(self):
        self.config.write_text(
            CONFIGURATION.format(
                interface=ports.LOOPBACK, port=self.port, folder=f'"{self.folder}"'
            )
            + self.configuration
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


class Sentinel(Redis):
    """A Redis Sentinel, which watches over one primary.

    :param primary: a :class:`Redis`
    :param quorum: Sentinels that must agree that the primary is down
    """

    kind = "sentinel"
    PRIMARY = "mymaster"

    def __init__(self, folder, primary, quorum):
        super().__init__(folder, None)
        self._monitored = f"{ports.LOOPBACK} {primary.port} {quorum}"

    @property
    def url(self):
        """Its address in odoo.conf."""
        return f"redis://{ports.LOOPBACK}:{self.port}/{self.PRIMARY}"

    def configure(self):
        self.config.write_text(
            SENTINEL.format(
                interface=ports.LOOPBACK,
                port=self.port,
                folder=f'"{self.folder}"',
                name=self.PRIMARY,
                monitored=self._monitored,
            )
        )

    def command(self):
        return [*super().command(), "--sentinel"]
