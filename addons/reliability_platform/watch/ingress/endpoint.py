"""The endpoint of an ingress: where it tells about itself."""

from urllib.parse import urlsplit

import requests

from . import haproxy, nginx, traefik
from .addresses import HAPROXY, NGINX, TRAEFIK
from .report import Report

PRODUCTS = {HAPROXY: haproxy, NGINX: nginx, TRAEFIK: traefik}
"""Product → the module that reads its metrics and its log."""
_TIMEOUT = 3.0
"""Seconds to connect, and for each part of the answer."""


class Endpoint:
    """Reads the endpoint of an ingress, by a connection that stays open.

    :ivar address: its host and port, without credentials
    :ivar is_up: whether it responded to the last reading, with whatever
    """

    def __init__(self, product: str, url: str):
        self._read_metrics, self._url = PRODUCTS[product].read_metrics, url
        self.address = urlsplit(url).netloc.rpartition("@")[2]
        self.is_up = True
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy leads to the own ingress

    def read(self) -> Report:
        """Return the report.

        :raise OSError: it does not respond
        :raise ValueError: it responds with something else
        """
        self.is_up = False
        response = self._session.get(self._url, timeout=_TIMEOUT)
        self.is_up = True
        if response.status_code != 200:
            raise ValueError(f"HTTP {response.status_code}")
        try:
            return self._read_metrics(response.text)
        except KeyError as error:
            raise ValueError(f"a metric has no {error}") from error

    def close(self) -> None:
        """Close the connection."""
        self._session.close()
