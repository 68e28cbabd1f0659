"""What Debian's exporter and our watch both report is equal, in one run."""

from contextlib import ExitStack, closing

import pytest
from cluster_watch import ClusterWatch, connector, private_clusters
from metrics import parse
from waiting import wait_until

from setup.postgres_exporter import PostgresExporter

ROLE = "warehouse"
SESSIONS = 7
SORT = """
    SELECT count(*) FROM (SELECT n FROM generate_series(1, 1000000) AS n ORDER BY -n)
        AS sorted
"""
USE_TRANSACTIONS = """
    DO $$ BEGIN
        FOR n IN 1..1000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP;
    END $$
"""


class Both:
    """What both report, the exporter twice: before and after our check."""

    def __init__(self, exporter, watch):
        self.before = parse(exporter.scrape())
        self.check = watch.check()
        self.after = parse(exporter.scrape())

    def theirs(self, name, **labels):
        """Return the values of the exporter's samples with these labels, before."""
        return [
            value
            for (found, pairs), value in self.before.items()
            if found == name and labels.items() <= dict(pairs).items()
        ]

    def problem(self):
        """Return the only problem that we found."""
        (problem,) = self.check.problems
        return problem


@pytest.fixture(scope="module")
def cluster():
    with private_clusters("a") as (cluster,):
        cluster.create("autovacuum = off\nmax_connections = 40\n")
        cluster.psql(f"CREATE ROLE {ROLE} LOGIN IN ROLE pg_monitor")
        cluster.psql(USE_TRANSACTIONS)
        yield cluster


@pytest.fixture(scope="module")
def exporter(cluster):
    with PostgresExporter(cluster, ROLE) as exporter:
        yield exporter


@pytest.fixture
def report(cluster, exporter):
    """Return what both report, our thresholds differing from the defaults."""
    with ExitStack() as stack:

        def make(action=lambda: None, **thresholds):
            watch = ClusterWatch(cluster, thresholds=thresholds, user=ROLE)
            stack.enter_context(watch).check()
            action()
            return Both(exporter, watch)

        yield make


@pytest.fixture
def connect(cluster):
    """Return a function that makes a connection, closed after the test."""
    with ExitStack() as stack:
        make = connector(cluster, user=ROLE)
        yield lambda: stack.enter_context(closing(make()))


def test_connections(report, connect):
    for _session in range(SESSIONS):
        connect()
    both = report(connections_used=1)
    numbers = both.problem().numbers
    assert numbers["used"] == sum(both.theirs("pg_stat_activity_count")) > SESSIONS
    (maximum,) = both.theirs("pg_settings_max_connections")
    (reserved,) = both.theirs("pg_settings_superuser_reserved_connections")
    assert numbers["limit"] == maximum - reserved


def test_the_age_of_the_oldest_transaction(report, connect):
    connect().cursor().execute("SELECT pg_current_xact_id()")
    both = report(transaction_open=1e-4)
    (key,) = (
        key
        for key in both.before
        if key[0] == "pg_stat_activity_max_tx_duration"
        and {("datname", "postgres"), ("state", "idle in transaction")} <= set(key[1])
    )
    assert both.before[key] <= both.problem().seconds <= both.after[key]


def test_wraparound(report):
    both = report(transactions_left=2_200)
    problem = both.problem()
    database = problem.names["database"]
    ages = both.theirs("pg_database_wraparound_age_datfrozenxid", datname="postgres")
    # Each check uses a transaction: the one that this problem is found in comes later.
    assert [problem.numbers["age"]] == ages and database in ("postgres", "template0")
    freeze_ages = both.theirs("pg_settings_autovacuum_freeze_max_age")
    assert [problem.numbers["freeze_age"]] == freeze_ages


def test_temporary_files(report, cluster, exporter):
    def written():
        name = "pg_stat_database_temp_bytes_total"  # as the parser names counters
        samples = parse(exporter.scrape())
        return sum(value for key, value in samples.items() if key[0] == name)

    def sort():
        cluster.psql(f"SET work_mem = '64kB'; {SORT}")
        # A session reports what it has written when it ends, a moment after psql.
        wait_until(lambda: written() > before)

    before = written()
    both = report(sort, temporary_files=1)
    found = both.problem().numbers["megabytes_per_minute"]
    assert found == pytest.approx((written() - before) / 2**20) and found > 1
