"""A cache for what screens read of rollups: twenty equal screens read it once.

Rollups change when a server delivers what it measured, and not in between.  A value
is read again once any server has delivered since.

Not ``ormcache``: with the time of the last delivery in its key, values of the past
would stay in Odoo's default cache, and push out views and rights.  Here a newer value
replaces the older one.
"""

from odoo.tools.lru import LRU

_MAX_VALUES = 512
_values = LRU(_MAX_VALUES)


def read_shared(env, version, key, read):
    """Return the cached value of a key, or read it.

    :param version: compared with the version of the cached value, such as the times of
        the last deliveries in the current transaction; if empty, nothing is cached
    :param tuple key: of the value in this database
    :param read: returns the value, which callers must not change
    """
    if not version:
        return read()
    key = env.cr.dbname, *key
    cached_version, value = _values.get(key, (None, None))
    if cached_version != version:
        value = read()
        _values[key] = version, value
    return value


def clear():
    """Empty the cache, as in a new process."""
    _values.clear()
