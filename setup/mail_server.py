"""A mail server on loopback that takes every mail and keeps none, for the demo."""

import socket

from . import paths, ports, python_env
from .server import Server


class MailServer(Server):
    """Where the demo's mails end: nobody outside gets one, and none fails."""

    kind = "mail"

    @property
    def options(self):
        """What odoo.conf says for mails to be sent here."""
        return {"smtp_server": ports.LOOPBACK, "smtp_port": self.port}

    def configure(self):
        """It needs no configuration."""

    def command(self):
        address = f"{ports.LOOPBACK}:{self.port}"
        sink = ["--nosetuid", "--class", "aiosmtpd.handlers.Sink", "--listen", address]
        return [paths.PYTHON, "-m", "aiosmtpd", *sink]

    def environ(self):
        return python_env.environ()

    def answers(self):
        try:
            with socket.create_connection((ports.LOOPBACK, self.port), 5) as client:
                return client.recv(16).startswith(b"220")
        except OSError:
            return False
