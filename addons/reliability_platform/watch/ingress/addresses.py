"""The addresses of each ingress in section ``[reliability]`` of odoo.conf.

::

    ingress_edge = haproxy+http://127.0.0.1:8404/metrics   ; what it tells of itself
    ingress_edge_log = /var/log/haproxy/odoo.json          ; its access log
    ingress_edge_tls = https://odoo.example.org            ; the address of users
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

_logger = logging.getLogger(__name__)

HAPROXY, NGINX, TRAEFIK = KINDS = ("haproxy", "nginx", "traefik")
_PREFIX, _LOG, _TLS = "ingress_", "_log", "_tls"
_HTTPS = 443


class PublicAddress(NamedTuple):
    """The host and the port that browsers connect to, with TLS."""

    host: str
    port: int


class Ingress(NamedTuple):
    """An ingress in odoo.conf.

    :ivar name: what it is called there
    :ivar product: one of :data:`KINDS`; empty where only a public address is known
    :ivar url: of its endpoint, which may contain a password
    :ivar log: path of its access log; empty for none
    """

    name: str
    product: str = ""
    url: str = ""
    log: str = ""
    public: PublicAddress | None = None


def ingresses(options: Mapping[str, str]) -> list[Ingress]:
    """Return each ingress.

    An invalid option is logged, without its value, which may hold a password.

    :param options: of the section
    """
    found: dict[str, dict] = {}
    for option in sorted(options):
        if option.startswith(_PREFIX) and options[option]:
            name, values = _parsed(option, options[option])
            found.setdefault(name, {}).update(values)
    valid = [Ingress(name, **values) for name, values in found.items()]
    for ingress in valid:
        if ingress.log and not ingress.product:
            _log(f"{_PREFIX}{ingress.name}{_LOG}", "needs the option without _log")
    return [one for one in valid if one.url or one.public]


def _parsed(option: str, text: str) -> tuple[str, dict[str, Any]]:
    """Return the name of an ingress, and the values of an option of it."""
    name = option.removeprefix(_PREFIX)
    parse: Callable[[str], dict[str, Any]] = _endpoint
    for suffix, parse_suffix in ((_LOG, _log_path), (_TLS, _public)):
        if name.endswith(suffix):
            name, parse = name.removesuffix(suffix), parse_suffix
    try:
        return name, parse(text)
    except ValueError as error:
        _log(option, str(error))
        return name, {}


def _endpoint(text):
    product, _plus, url = text.partition("+")
    parts = urlsplit(url)
    if product not in KINDS or parts.scheme not in ("http", "https"):
        raise ValueError(
            f"must begin with {', '.join(KINDS)} and +http:// or +https://"
        )
    if not parts.hostname:
        raise ValueError("must name a host")
    return {"product": product, "url": url}


def _log_path(text):
    if not text.startswith("/"):
        raise ValueError("must be the path of a file, from the root")
    return {"log": text}


def _public(text):
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("must begin with https:// and name a host")
    return {"public": PublicAddress(parts.hostname, parts.port or _HTTPS)}


def _log(option: str, text: str) -> None:
    _logger.error(
        "[reliability] %s %s and is not used; correct it in odoo.conf and restart Odoo",
        option,
        text,
    )
