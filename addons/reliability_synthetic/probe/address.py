"""The address that a probe checks; plain Python."""

from typing import NamedTuple
from urllib.parse import urlsplit

HEALTH = "/web/health"
"""What is requested where an address names nothing: Odoo answers it without a login."""
READY = "/reliability/ready"
_THIS_HOST = ("localhost", "127.0.0.1", "::1")
_PORTS = {"https": 443, "http": 80}


class Address(NamedTuple):
    """An address, in its parts.

    :ivar host: a name, or an IP address without brackets
    :ivar target: path and query
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def is_tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.scheme == "https"

    @property
    def is_private(self) -> bool:
        """Whether nobody reads what is sent: it is encrypted, or stays on this host."""
        return self.is_tls or self.host in _THIS_HOST

    @property
    def is_ready_probe(self) -> bool:
        """Whether Odoo answers for itself whether it is ready."""
        return self.target.partition("?")[0] == READY

    @property
    def host_header(self) -> str:
        """The host as a request names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_default = self.port == _PORTS[self.scheme]
        return host if is_default else f"{host}:{self.port}"


def parse(text: str) -> Address:
    """Return the address that a text is.

    :raise ValueError: it is none; the text says what to change
    """
    parts = urlsplit(text)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("it must begin with https:// or http:// and name a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("it must not contain a user or a password")
    path = HEALTH if parts.path in ("", "/") and not parts.query else parts.path or "/"
    target = f"{path}?{parts.query}" if parts.query else path
    if not all("!" <= character <= "~" for character in target):
        raise ValueError("blanks and letters beyond ASCII must be written as %20")
    port = _PORTS[parts.scheme] if parts.port is None else parts.port
    return Address(parts.scheme, parts.hostname, port, target)
