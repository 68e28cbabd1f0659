"""Private PostgreSQL clusters, and the watch that checks them as the collector does.

Importing this makes ``reliability_platform`` importable without Odoo.
"""

import tempfile
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import psycopg2
from waiting import wait_until

from setup import postgres, without_odoo  # noqa: F401
from setup.private_cluster import PORT, PrivateCluster

# isort: split
from reliability_platform.watch.postgres.postgres_watch import PostgresWatch
from reliability_platform.watch.thresholds import DEFAULTS


@contextmanager
def private_clusters(*names, home=None):
    """Yield clusters that do not exist yet, and stop them after the block.

    :param home: the folder of their folders, by default a temporary one
    """
    with ExitStack() as stack:
        if home is None:
            new = tempfile.TemporaryDirectory(prefix="reliability-")
            home = stack.enter_context(new)
        postgres.give_to_server(home)
        clusters = [PrivateCluster(Path(home, name)) for name in names]
        for one in clusters:
            one.folder.mkdir()
            postgres.give_to_server(one.folder)
            stack.callback(one.stop)
        yield clusters


def connector(*clusters, **options):
    """Return a function that connects to that of some clusters which takes writes.

    :param options: of libpq, that differ
    """
    usual = {
        "host": ",".join(str(one.folder) for one in clusters),
        "port": PORT,
        "user": postgres.ACCOUNT,
        "dbname": "postgres",
        "target_session_attrs": "read-write",
        "connect_timeout": 3,
    }
    return partial(psycopg2.connect, **(usual | options))


def configure(cluster, **settings):
    """Change settings of a cluster that runs."""
    for name, value in settings.items():
        quoted = value.replace("'", "''")
        cluster.psql(f"ALTER SYSTEM SET {name} = '{quoted}'")
    cluster.psql("SELECT pg_reload_conf()")


def switch_wal(cluster, times=1):
    """Finish WAL files, each of 16 MB."""
    for _time in range(times):
        cluster.psql("SELECT pg_logical_emit_message(true, '', '')")
        cluster.psql("SELECT pg_switch_wal()")


_ANY_DISK = {"disk_left": 0, "disk_days": 0}
"""Thresholds with which the disk of this machine is no problem, unless it is full."""


class ClusterWatch:
    """The watch of some clusters.

    :param thresholds: those that differ from the defaults
    :param options: as for :func:`connector`
    """

    def __init__(self, *clusters, thresholds=None, **options):
        self._watch = PostgresWatch(connector(*clusters, **options))
        self._thresholds = {**DEFAULTS, **_ANY_DISK, **(thresholds or {})}

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._watch.close()

    def check(self):
        return self._watch.check(self._thresholds)

    def metrics(self):
        """Return the values of the last check's metrics by name."""
        families = self._watch.metrics()
        return {one.name: one.samples[0].value for one in families}

    def wait_for(self, *codes):
        """Check until exactly these problems are found; return them by code."""
        found = {}

        def are_found():
            found.clear()
            found.update((one.code, one) for one in self.check().problems)
            return found.keys() == set(codes)

        wait_until(are_found, lambda: f"{list(found.values())}, not {codes}")
        return found
