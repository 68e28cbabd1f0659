"""Troubles inside PostgreSQL: each is found, and no other; two at once are both found.

All share a primary and its standby.  Each trouble ends with its block.
"""

import os
import signal
import threading
from contextlib import ExitStack, closing, contextmanager
from itertools import combinations

import psutil
import psycopg2
import pytest
from cluster_watch import ClusterWatch, configure, connector, private_clusters
from waiting import wait_until

from setup import postgres
from setup.steps import Failure

# isort: split
from reliability_platform.watch.problem import Check, Problem

ROLE, UNPRIVILEGED = "warehouse", "guest"
CONNECTIONS = 12
FREEZE_AGE = 100_000
"""In transactions; PostgreSQL allows no less."""
CONFIGURATION = f"""
max_connections = {CONNECTIONS + 3}
superuser_reserved_connections = 3
max_prepared_transactions = 1
autovacuum = off
autovacuum_freeze_max_age = {FREEZE_AGE}
wal_level = logical
shared_preload_libraries = pg_stat_statements
"""
LIMITS = {"transaction_open": 1e-4, "temporary_files": 20}
"""Thresholds that are soon reached: minutes and megabytes."""
SORT = """
    SELECT count(*) FROM (SELECT n FROM generate_series(1, 2000000) AS n ORDER BY -n)
        AS sorted
"""
ABANDON_SLOT = "SELECT pg_create_logical_replication_slot('abandoned', 'pgoutput')"
USE_TRANSACTIONS = f"""
    DO $$ BEGIN
        FOR n IN 0..{2 * FREEZE_AGE} LOOP
            PERFORM pg_current_xact_id();
            COMMIT;
        END LOOP;
    END $$
"""
WRITE = "SELECT pg_logical_emit_message(true, 'test', '')"
DOMINATE = """
    SELECT count(*) FROM generate_series(1, 3000) AS n, generate_series(1, 100) AS m
     WHERE n % m = 7
"""


@contextmanager
def primary_and_standby():
    """A primary and its standby, named ``walreceiver``."""
    with private_clusters("a", "b") as (primary, standby):
        primary.create(CONFIGURATION)
        primary.psql(f"CREATE ROLE {ROLE} LOGIN IN ROLE pg_monitor")
        primary.psql(f"CREATE ROLE {UNPRIVILEGED} LOGIN")
        primary.psql("CREATE EXTENSION pg_stat_statements")
        standby.follow(primary)
        yield primary, standby


@pytest.fixture(scope="module")
def clusters():
    with primary_and_standby() as both:
        yield both


@pytest.fixture
def watch(clusters):
    with watching(clusters) as watch:
        yield watch


@contextmanager
def watching(clusters, user=ROLE, **thresholds):
    """Watch the primary, which has no problem yet."""
    limits = LIMITS | thresholds
    with ClusterWatch(clusters[0], thresholds=limits, user=user) as watch:
        # The trouble of the test before ends a moment after it.
        wait_until(lambda: not watch.check().problems)
        yield watch


def session(clusters, program="test", user=ROLE):
    """Return a new connection."""
    return connector(clusters[0], user=user, application_name=program)()


@contextmanager
def autocommit(clusters, program="test"):
    """Yield a cursor that commits each statement."""
    with closing(session(clusters, program)) as connection:
        connection.autocommit = True
        with connection.cursor() as cr:
            yield cr


@contextmanager
def connections_used_up(clusters):
    """Connect as Odoo's workers do, until PostgreSQL refuses one."""
    with ExitStack() as stack:
        with pytest.raises(psycopg2.OperationalError):
            for number in range(CONNECTIONS + 1):
                stack.enter_context(closing(session(clusters, f"odoo-{number}")))
        yield


@contextmanager
def transaction_open(clusters):
    """Leave a transaction open that has written."""
    with closing(session(clusters, "label printer")) as connection:
        connection.cursor().execute("SELECT pg_current_xact_id()")
        yield


@contextmanager
def temporary_files(clusters):
    """Sort more than fits into memory."""
    with autocommit(clusters) as cr:
        cr.execute("SET work_mem = '64kB'")
        cr.execute(SORT)
    yield


@contextmanager
def commits_unconfirmed(clusters):
    """Stop the processes of a standby that must confirm commits."""
    primary, standby = clusters
    with synchronous(primary), suspended(standby):
        yield


@contextmanager
def wraparound_near(clusters):
    """Use many transactions, while an abandoned slot keeps vacuum from freezing."""
    primary = clusters[0]
    primary.psql(ABANDON_SLOT)
    primary.psql(USE_TRANSACTIONS)
    yield
    primary.psql("SELECT pg_drop_replication_slot('abandoned')")
    for database in ("postgres", "template1"):  # the others by autovacuum
        primary.psql("VACUUM FREEZE", database)


@contextmanager
def synchronous(primary, **settings):
    """Let a standby confirm commits."""
    configure(primary, synchronous_standby_names="walreceiver", **settings)
    try:
        yield
    finally:
        primary.psql("ALTER SYSTEM RESET ALL")
        primary.psql("SELECT pg_reload_conf()")


@contextmanager
def suspended(cluster):
    """Stop the processes of a cluster, so that it answers nobody."""
    pid = (cluster.folder / "data" / "postmaster.pid").read_text().split("\n")[0]
    server = psutil.Process(int(pid))
    pids = [server.pid, *(child.pid for child in server.children())]
    for each in pids:
        os.kill(each, signal.SIGSTOP)
    try:
        yield
    finally:
        for each in pids:
            os.kill(each, signal.SIGCONT)


TROUBLES = {
    trouble.__name__: trouble
    for trouble in (
        # The one that uses up all connections follows those that need one.
        wraparound_near,
        transaction_open,
        temporary_files,
        commits_unconfirmed,
        connections_used_up,
    )
}
RIGHT = {
    "wraparound_near": lambda numbers, names: (
        2 * FREEZE_AGE <= numbers["age"] < 3 * FREEZE_AGE
        and 2.1e9 < numbers["left"] < 2**31 - numbers["age"]
        and names["database"] in ("postgres", "template0", "template1")
    ),
    "transaction_open": lambda numbers, names: (
        numbers["transactions"] == numbers["idle"] == 1
        and names == {"database": "postgres", "program": "label printer"}
    ),
    "temporary_files": lambda numbers, names: (
        20 < numbers["megabytes_per_minute"] < 200 and names["database"] == "postgres"
    ),
    "commits_unconfirmed": lambda numbers, names: (
        numbers["waiting"] == 1 and names == {"standbys": "walreceiver"}
    ),
    "connections_used_up": lambda numbers, names: (
        numbers["used"] == numbers["limit"] == CONNECTIONS
        and numbers["largest"] >= CONNECTIONS - 5
        and names == {"database": "postgres", "program": "odoo"}
    ),
}
"""Trouble → whether the numbers and names of its problem are right."""


class TestEachIsFoundAndNoOther:
    @pytest.mark.parametrize(
        "codes",
        [*((code,) for code in TROUBLES), *combinations(TROUBLES, 2)],
        ids=" and ".join,
    )
    def test_found(self, clusters, codes):
        with watching(clusters) as watch, ExitStack() as stack:
            for code in codes:
                stack.enter_context(TROUBLES[code](clusters))
            found = watch.wait_for(*codes)
        for code, problem in found.items():
            assert RIGHT[code](problem.numbers, problem.names), problem


class TestOthers:
    """Troubles that one cause in the table above has in another form."""

    def test_few_connections_are_left(self, clusters):
        with watching(clusters, connections_used=50) as watch, ExitStack() as stack:
            for number in range(CONNECTIONS // 2):
                stack.enter_context(closing(session(clusters, f"odoo-{number}")))
            problem = watch.wait_for("connections_short")["connections_short"]
        assert problem.numbers["used"] < problem.numbers["limit"] == CONNECTIONS

    def test_a_prepared_transaction_without_a_session(self, clusters, watch):
        primary = clusters[0]
        primary.psql("BEGIN; SELECT pg_current_xact_id(); PREPARE TRANSACTION 'lost'")
        problem = watch.wait_for("transaction_open")["transaction_open"]
        primary.psql("ROLLBACK PREPARED 'lost'")
        assert problem.numbers["prepared"] == 1 <= problem.numbers["held_back"]
        assert problem.names["program"] == "lost"

    def test_commits_that_a_standby_confirms_late_are_slow(self, clusters):
        primary, standby = clusters
        configure(standby, recovery_min_apply_delay="150ms")
        apply = {"synchronous_commit": "remote_apply"}
        with watching(clusters) as watch, synchronous(primary, **apply):
            problem = watch.wait_for("commits_slow")["commits_slow"]
        configure(standby, recovery_min_apply_delay="0")
        assert 100 < problem.numbers["milliseconds"] < 5000

    def test_connections_that_wait_for_a_standby_are_its_consequence(self):
        """All of Odoo's connections commit, and the standby is dead."""
        with primary_and_standby() as clusters, watching(clusters) as watch:
            primary, standby = clusters
            with synchronous(primary):
                standby.kill()
                with waiting_commits(clusters, CONNECTIONS - 1):
                    found = watch.wait_for("commits_unconfirmed")
        problem = found["commits_unconfirmed"]
        assert problem.numbers["waiting"] >= CONNECTIONS - 1
        assert problem.names == {"standbys": "walreceiver"}

    def test_a_statement_that_dominates(self, clusters, watch):
        with autocommit(clusters) as cr:

            def is_found():
                for _call in range(30):
                    cr.execute(DOMINATE)
                return found.append(watch.check()) or found[-1].problems

            found = []
            (problem,) = wait_until(is_found)
        assert problem.code == "statement_dominates"
        assert problem.names["database"] == "postgres"
        statement = problem.names["statement"]
        assert statement.startswith("SELECT count(*) FROM generate_series($1, $2) AS n")
        assert problem.numbers["share"] > 60 and problem.numbers["milliseconds"] > 1
        first = found[-1].facts["statements"][0]
        assert first["statement"] == statement and first["calls"] >= 30


class TestReachable:
    """A watch notices that it can connect no more, and that it can again."""

    def test_the_first_connection_is_refused(self, clusters):
        with connections_used_up(clusters), ClusterWatch(*clusters, user=ROLE) as watch:
            assert watch.check().problems == [Problem("connections_used_up")]
            assert watch.metrics() == {
                "odoo_postgres_up": 1,
                "odoo_postgres_connections_left": 0,
            }

    def test_it_is_down(self):
        with private_clusters("a") as (cluster,), ClusterWatch(cluster) as watch:
            cluster.create()
            assert watch.check().problems == []
            cluster.stop()
            assert watch.check().problems == [Problem("postgres_down")]
            assert watch.metrics()["odoo_postgres_up"] == 0
            cluster.start()
            assert watch.check().problems == []
            assert watch.metrics()["odoo_postgres_up"] == 1

    def test_its_connection_was_terminated(self, clusters, watch):
        clusters[0].psql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE usename = '{ROLE}'"
        )
        assert watch.check().problems == []
        assert watch.metrics()["odoo_postgres_up"] == 1

    def test_a_role_that_may_not_connect_is_no_trouble_of_postgres(self, clusters):
        with ClusterWatch(clusters[0], user="nobody") as watch:
            assert watch.check() == Check(missing=["connect"])


class TestRights:
    def test_with_pg_monitor_nothing_is_missing(self, watch):
        assert watch.check().missing == []

    def test_without_it_the_role_sees_its_own(self, clusters):
        with watching(clusters, user=UNPRIVILEGED) as watch:
            assert watch.check().missing == ["pg_monitor"]
            with transaction_open(clusters):
                assert watch.check().problems == []
            with closing(session(clusters, "odoo-7", UNPRIVILEGED)) as connection:
                connection.cursor().execute("SELECT pg_current_xact_id()")
                problem = watch.wait_for("transaction_open")["transaction_open"]
            assert problem.names["program"] == "odoo-7"

    def test_without_it_what_concerns_all_is_found(self, clusters):
        with watching(clusters, user=UNPRIVILEGED) as watch, ExitStack() as stack:
            codes = "temporary_files", "commits_unconfirmed", "connections_used_up"
            for code in codes:
                stack.enter_context(TROUBLES[code](clusters))
            watch.wait_for(*codes)


class TestHealthy:
    def test_nothing_is_found_and_all_is_measured(self, watch):
        check = watch.check()
        assert check.problems == []
        assert watch.metrics().keys() >= {
            "odoo_postgres_up",
            "odoo_postgres_commit_seconds",
            "odoo_postgres_connections_left",
            "odoo_postgres_transactions_left",
        }
        assert {"connections", "transactions", "wraparound", "statements"} <= set(
            check.facts
        )


class TestWraparound:
    """The numbers of transactions are used up by a jump; vacuum cannot freeze."""

    def test_writes_are_refused_in_the_end(self):
        with private_clusters("a") as (cluster,), ClusterWatch(cluster) as watch:
            cluster.create("wal_level = logical")
            cluster.psql(ABANDON_SLOT)
            check = watch.check()
            assert check.problems == [] and check.missing == ["pg_stat_statements"]
            jump(cluster, 1_700_000_000)
            near = watch.wait_for("wraparound_near")["wraparound_near"]
            assert near.numbers["left"] == pytest.approx(444_500_000, abs=1e5)
            jump(cluster, 2_144_500_000)
            stops = watch.wait_for("wraparound_stops")["wraparound_stops"]
            assert stops.numbers["left"] == 0
            with pytest.raises(Failure, match="not accepting commands"):
                cluster.psql("CREATE TABLE refused ()")


def jump(cluster, number):
    """Let the next transaction have a number, at the begin of a page of numbers."""
    cluster.psql("CHECKPOINT")
    cluster.stop()
    number += -number % 32_768
    data = cluster.folder / "data"
    postgres.as_server(postgres.program("pg_resetwal"), "-f", "-x", number, data)
    cluster.start()


@contextmanager
def waiting_commits(clusters, count):
    """Let so many connections wait until standbys confirm a commit."""
    is_over = threading.Event()
    with ExitStack() as stack:
        connections = [
            stack.enter_context(closing(session(clusters, f"odoo-{number}")))
            for number in range(count)
        ]
        threads = [
            threading.Thread(target=commit, args=(connection, is_over))
            for connection in connections
        ]
        for thread in threads:
            thread.start()
        yield
        is_over.set()
        for connection in connections:
            connection.cancel()
        for thread in threads:
            thread.join()


def commit(connection, is_over):
    """Commit until it is over, once the setting is effective."""
    while not is_over.is_set():
        connection.cursor().execute(WRITE)
        connection.commit()
