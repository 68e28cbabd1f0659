"""What each database takes of PostgreSQL is what PostgreSQL itself has counted."""

import threading
import time
from contextlib import ExitStack, closing, contextmanager

import pytest
from cluster_watch import connector, private_clusters
from waiting import wait_until

# isort: split
from reliability_platform.watch.postgres.database_times import DatabaseTimes
from reliability_platform.watch.thresholds import DEFAULTS
from reliability_platform.watch.usage import CONNECTIONS, POSTGRES, Usage

BUSY, IDLE = "company_busy", "company_idle"
ACTIVE = f"SELECT active_time / 1000 FROM pg_stat_database WHERE datname = '{BUSY}'"
SECONDS = 2
WORK = "BEGIN; SELECT pg_advisory_xact_lock_shared(1); SELECT count(*) FROM pg_class"


@pytest.fixture(scope="module")
def cluster():
    with private_clusters("a") as (cluster,):
        cluster.create()
        for name in (BUSY, IDLE):
            cluster.psql(f"CREATE DATABASE {name}")
        yield cluster


class Readings:
    """Reads what databases take, as the watch of PostgreSQL does."""

    def __init__(self, connection):
        self._connection = connection
        self._usage = Usage()
        self._part = DatabaseTimes(self._usage)

    def take(self):
        """Return database and resource → seconds in all."""
        with self._connection, self._connection.cursor() as cr:
            self._part.check(cr, DEFAULTS)
        return self._usage.totals()

    def units(self, resource):
        return self._usage.units(resource, time.monotonic())


@contextmanager
def locked(cluster):
    """Let the statement of the work run until the end of the block."""
    with closing(connector(cluster, dbname=BUSY)()) as connection:
        with connection, connection.cursor() as cr:
            cr.execute("SELECT pg_advisory_xact_lock(1)")
            yield


@pytest.fixture
def readings(cluster):
    with closing(connector(cluster)()) as connection:
        yield Readings(connection)


def test_a_statement_counts_while_it_runs_and_not_again_at_its_end(cluster, readings):
    before = float(cluster.psql(ACTIVE))
    readings.take()

    def taken():
        return readings.take().get((BUSY, POSTGRES), 0.0)

    with locked(cluster):
        worker = threading.Thread(target=cluster.psql, args=(WORK, BUSY))
        worker.start()
        wait_until(lambda: taken() > SECONDS)
        assert float(cluster.psql(ACTIVE)) == before
    worker.join()
    wait_until(lambda: float(cluster.psql(ACTIVE)) - before > SECONDS)
    counted = float(cluster.psql(ACTIVE)) - before
    assert taken() == pytest.approx(counted, abs=0.2)
    assert IDLE not in readings.units(POSTGRES)


def test_connections_are_those_of_each_database(cluster, readings):
    with ExitStack() as stack:
        for db in (BUSY, BUSY, BUSY, IDLE):
            stack.enter_context(closing(connector(cluster, dbname=db)()))
        readings.take()
        readings.take()
    assert readings.units(CONNECTIONS) == {BUSY: 3, IDLE: 1}
