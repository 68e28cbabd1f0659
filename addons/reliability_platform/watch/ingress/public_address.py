"""The address of an ingress that browsers connect to."""

import logging
import socket

from .addresses import PublicAddress
from .public_certificate import PublicCertificate, read_certificate

_logger = logging.getLogger(__name__)

_INTERVAL = 30.0
"""Seconds between two handshakes: the log of an ingress may have each of them."""


class PublicConnection:
    """Connects to a public address from time to time.

    :ivar is_up: whether it answers; ``None`` if that is not known
    :ivar certificate: what it has shown last
    """

    def __init__(self, address: PublicAddress):
        self.address = address
        self.is_up: bool | None = None
        self.certificate: PublicCertificate | None = None
        self._next = 0.0

    def check(self, now: float, at_once: bool) -> None:
        """Shake hands, if it is time or did not work before.

        :param now: of the monotonic clock
        :param at_once: whatever the time is
        """
        if self.is_up and now < self._next and not at_once:
            return
        self._next = now + _INTERVAL
        try:
            self.certificate = read_certificate(*self.address)
            self.is_up = True
        except socket.gaierror:  # this host has no way to it
            self.is_up = None
        except OSError as error:
            _logger.debug("%s does not answer: %s", self.address.host, error)
            self.is_up = False
