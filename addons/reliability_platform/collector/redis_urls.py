"""The URLs of each Redis in section ``[reliability]`` of odoo.conf.

::

    redis_sessions = redis://127.0.0.1:6379/0   ; the Redis with the sessions
    redis_cache = redis://127.0.0.1:6379/1      ; the Redis with a cache, if any
"""

import logging
from collections.abc import Mapping

from .redis_info import check_url

_logger = logging.getLogger(__name__)

_OPTIONS = {"sessions": "redis_sessions", "cache": "redis_cache"}


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
            _logger.error(
                "[reliability] %s is not the URL of a Redis and is not used;"
                " correct it in odoo.conf and restart Odoo",
                option,
            )
    return found
