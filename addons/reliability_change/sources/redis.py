"""The settings of each Redis that odoo.conf names; it needs reliability_platform."""

from odoo.addons.reliability.api import settings

from .found import Found, plain, secret

_PLAIN = (
    *("appendfsync", "appendonly", "databases", "maxclients", "maxmemory"),
    *("maxmemory-policy", "save", "timeout"),
)
_SECRET = "requirepass"
_TIMEOUT = 1.0
"""Seconds to connect, and for each response."""


def read(env):
    """Return settings of Redis; ``None`` where none is configured."""
    if "reliability.host" not in env:
        return None
    from odoo.addons.reliability_platform.watch.redis.redis_urls import redis_urls

    urls = redis_urls(settings().options)
    if not urls:
        return None
    items = {}
    for use, url in urls.items():
        items |= {f"{use} {name}": item for name, item in _read(env, url)}
    return Found(items)


def _read(env, url):
    from redis import Redis

    with Redis.from_url(
        url, socket_connect_timeout=_TIMEOUT, socket_timeout=_TIMEOUT
    ) as client:
        for name in _PLAIN:
            yield name, plain(_value(client, name))
        yield _SECRET, secret(env, _SECRET, _value(client, _SECRET))


def _value(client, name):
    return client.config_get(name).get(name)
