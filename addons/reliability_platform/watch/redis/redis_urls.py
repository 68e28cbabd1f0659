"""The URLs of each Redis and Sentinel in section ``[reliability]`` of odoo.conf.

::

    redis_sessions = redis://127.0.0.1:6379/0   ; the Redis with the sessions
    redis_cache = redis://127.0.0.1:6379/1      ; the Redis with a cache, if any
    redis_sentinel = redis://one:26379/mymaster, redis://two:26379/mymaster

Sentinels may watch over several primaries: each URL names one.
"""

import logging
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from redis.connection import parse_url

_logger = logging.getLogger(__name__)

_OPTIONS = {"sessions": "redis_sessions", "cache": "redis_cache"}
_SENTINEL = "redis_sentinel"
_PORT = 6379


def redis_urls(options: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """Return what each Redis is used for → its URL.

    One that is used for both is one Redis, also with another database in it.  An
    invalid URL is logged, without its value, which may hold a password.

    :param options: of the section
    """
    found: dict[tuple, tuple[tuple[str, ...], str]] = {}
    for use, option in _OPTIONS.items():
        if not (url := options.get(option)):
            continue
        try:
            server = _server(check_url(url))
        except ValueError:
            _log_invalid(option, "the URL of a Redis")
            continue
        uses, first = found.get(server, ((), url))
        found[server] = (*uses, use), first
    return dict(found.values())


def sentinel_urls(options: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the name of each primary → the URLs of the Sentinels that watch over it.

    If one URL is invalid, none is used, which is logged.
    """
    urls = [url.strip() for url in options.get(_SENTINEL, "").split(",") if url.strip()]
    found: dict[str, list[str]] = {}
    try:
        for url in urls:
            found.setdefault(_primary_name(url), []).append(url)
    except ValueError:
        _log_invalid(_SENTINEL, "the URLs of Sentinels, each with its primary")
        return {}
    return found


def check_url(url: str) -> str:
    """Return a URL unchanged.

    :raise ValueError: it is not the URL of a Redis
    """
    parts = parse_url(url)
    if not parts.get("host") and not parts.get("path"):
        raise ValueError(url)
    return url


def address_of(url: str) -> str:
    """Return the host and port of a URL, without a password."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or 26379}"


def _server(url: str) -> tuple:
    """Return what two URLs of the same server have in common."""
    parts = parse_url(url)
    return parts.get("host", "").lower(), parts.get("port", _PORT), parts.get("path")


def _primary_name(url: str) -> str:
    if name := unquote(urlsplit(check_url(url)).path.strip("/")):
        return name
    raise ValueError(url)


def _log_invalid(option: str, needed: str) -> None:
    _logger.error(
        "[reliability] %s is not %s and is not used; correct it in odoo.conf and"
        " restart Odoo",
        option,
        needed,
    )
