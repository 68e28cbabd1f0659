"""The watches of this host, by odoo.conf."""

from collections.abc import Callable
from functools import partial

import psycopg2

from odoo import sql_db
from odoo.tools import config

from odoo.addons.reliability.api import Collector, Settings

from ..watch import host, ingress, pgbouncer, redis
from ..watch.host.clock import ClockOffset
from ..watch.postgres.database_times import DatabaseTimes
from ..watch.postgres.postgres_watch import PostgresWatch
from ..watch.usage import Usage
from ..watch.watch import Watch

_TIMEOUTS = {
    "connect_timeout": 3,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,  # a server without power acknowledges nothing more
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "client_encoding": "UTF8",  # as PostgreSQL's names and statements are read
}


def make_watches(
    collector: Collector,
    conf: Settings,
    clock_offset: Callable[[], ClockOffset | None],
    usage: Usage,
) -> list[Watch]:
    """Return a watch for each thing beneath Odoo that is known or configured.

    :param clock_offset: returns that of this host to PostgreSQL, if it is known
    :param usage: gets what databases use of PostgreSQL
    """
    _name, info = sql_db.connection_info_for("postgres")
    connect = partial(psycopg2.connect, **info, **_TIMEOUTS)
    return [
        PostgresWatch(connect, [DatabaseTimes(usage)]),
        *pgbouncer.make_watches(conf.options),
        *redis.make_watches(conf.options),
        *ingress.make_watches(conf.options),
        host.make_watch(
            conf.host,
            conf.telemetry_dir,
            config["data_dir"],
            pids=collector.activities,
            clock_offset=clock_offset,
            killed_calls=collector.killed_calls,
        ),
    ]
