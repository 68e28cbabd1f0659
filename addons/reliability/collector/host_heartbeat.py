"""What a host says of itself, in each database that it serves: one row, kept current.

How busy its workers are, and with what, and which Redis is in trouble.  Of other
databases nothing.
"""

import json
from collections import Counter
from typing import Any

from ..telemetry.activity import named
from ..telemetry.families import columns_of
from .collector import Collector
from .connection import transaction
from .host_load import Load
from .redis_watch import RedisWatch

_NOTE = """
    INSERT INTO reliability_host AS old (name, noted, says)
    VALUES (%s, now() AT TIME ZONE 'UTC', %s)
    ON CONFLICT (name) DO UPDATE SET noted = excluded.noted, says = excluded.says
"""


class HostHeartbeat:
    """Brings to databases what this host says.

    :param host: what it is called
    :param load: how busy it is
    :param redis: what is wrong with those of odoo.conf
    """

    def __init__(self, collector: Collector, host: str, load: Load, redis: RedisWatch):
        self._collector = collector
        self._host = host
        self._load = load
        self._redis = redis

    def bring(self, db: str, connection: Any) -> None:
        """Write it down in a database.

        :param connection: to it, of psycopg2
        :raise psycopg2.Error: it cannot be written now
        """
        with transaction(connection) as cr:
            cr.execute("SELECT to_regclass('reliability_host') IS NOT NULL")
            if cr.fetchone()[0]:
                cr.execute(_NOTE, [self._host, json.dumps(self._says(db))])

    def _says(self, db: str) -> dict:
        return {
            "serving": self._load.serving,
            "samples": self._load.samples(),
            "doing": self._doing(db),
            "redis": self._redis.trouble(),
        }

    def _doing(self, db: str) -> list:
        """Return what its processes work on in a database: family, name, how often."""
        found = (
            named(doing, db, 0.0) for doing in self._collector.activities().values()
        )
        counts = Counter(
            (of.family, columns_of(of.family, of.labels)[1]) for of in found if of
        )
        return [[*what, number] for what, number in counts.most_common(5)]
