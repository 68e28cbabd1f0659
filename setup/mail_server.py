"""A mail server on loopback for the demo: it accepts every mail and stores none."""

import socket

from . import paths, ports, python_env
from .server import Server


class MailServer(Server):
    """Accepts the demo's mails, so that none leaves the machine and none fails."""

    kind = "mail"

    @property
    def options(self):
        """The options of odoo.conf with which Odoo sends its mails here."""
        return {"smtp_server": ports.LOOPBACK, "smtp_port": self.port}

    def configure(self):
        """Write nothing: the program has no configuration file."""

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
