"""Watches of each Redis in odoo.conf, and of the Sentinels that watch over them."""

from collections.abc import Mapping

from ..watch import Watch
from .redis_urls import redis_urls, sentinel_urls
from .redis_watch import RedisWatch
from .sentinel import SentinelWatch


def make_watches(options: Mapping[str, str]) -> list[Watch]:
    """Return a watch for each Redis, and one for each primary of Sentinels.

    :param options: the section ``[reliability]`` of odoo.conf
    """
    return [
        *(RedisWatch(uses, url) for uses, url in redis_urls(options).items()),
        *(SentinelWatch(name, urls) for name, urls in sentinel_urls(options).items()),
    ]
