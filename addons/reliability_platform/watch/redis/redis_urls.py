"""The URLs of each Redis and Sentinel in section ``[reliability]`` of odoo.conf.

::

    redis_sessions = redis://127.0.0.1:6379/0   ; the Redis with the sessions
    redis_cache = redis://127.0.0.1:6379/1      ; the Redis with a cache, if any
    redis_sentinel = redis://one:26379/mymaster, redis://two:26379/mymaster
"""

import logging
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from redis.connection import parse_url

_logger = logging.getLogger(__name__)

_OPTIONS = {"sessions": "redis_sessions", "cache": "redis_cache"}
_SENTINEL = "redis_sentinel"


def redis_urls(options: Mapping[str, str]) -> dict[str, str]:
    """Return what each Redis is used for → its URL.

    An invalid URL is logged, without its value, which may hold a password.

    :param options: of the section
    """
    found = {}
    for use, option in _OPTIONS.items():
        if not (url := options.get(option)):
            continue
        try:
            found[use] = check_url(url)
        except ValueError:
            _log_invalid(option, "the URL of a Redis")
    return found


def sentinel_urls(options: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the name of the primary that Sentinels watch over, and their URLs.

    :return: an empty name and no URLs, if none are given or one is invalid, which is
        logged
    """
    urls = [url.strip() for url in options.get(_SENTINEL, "").split(",") if url.strip()]
    try:
        names = {_primary_name(url) for url in urls}
    except ValueError:
        names = {"", "invalid"}
    if len(names) > 1 or "" in names:
        _log_invalid(_SENTINEL, "the URLs of Sentinels, each with the same primary")
        return "", []
    return "".join(names), urls


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


def _primary_name(url: str) -> str:
    return unquote(urlsplit(check_url(url)).path.strip("/"))


def _log_invalid(option: str, needed: str) -> None:
    _logger.error(
        "[reliability] %s is not %s and is not used; correct it in odoo.conf and"
        " restart Odoo",
        option,
        needed,
    )
