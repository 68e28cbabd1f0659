"""Troubles of tables: each is found in its own database, and no other.

All tests share a cluster, in which autovacuum runs each second; each has a database.
"""

import itertools
from contextlib import closing

import pytest
from cluster_watch import ClusterWatch, configure, connector, private_clusters
from waiting import wait_until

# isort: split
from reliability_platform.watch.postgres.tables import check_tables
from reliability_platform.watch.problem import Check
from reliability_platform.watch.thresholds import DEFAULTS

CONFIGURATION = """
autovacuum_naptime = 1
wal_receiver_status_interval = 1
"""
ROWS = 30_000
FILL = f"INSERT INTO {{table}} SELECT generate_series(1, {ROWS})"
UPDATE = "UPDATE {table} SET product = product + 1"
OFF = "autovacuum_enabled = false"
HINDERED = "autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1"
"""A vacuum of one table takes minutes."""
VACUUMED = "SELECT relname FROM pg_stat_user_tables WHERE n_dead_tup = 0"
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def clusters():
    """A primary and its standby."""
    with private_clusters("a", "b") as (primary, standby):
        primary.create(CONFIGURATION)
        standby.follow(primary)
        yield primary, standby


@pytest.fixture
def database(clusters):
    with Database(clusters[0], f"company_{next(NUMBERS)}") as database:
        yield database


class Database:
    """A database of a cluster, and what the last check of its tables found."""

    def __init__(self, cluster, name):
        self._cluster = cluster
        self._name = name
        self._found = Check()

    def __enter__(self):
        self._cluster.psql(f"CREATE DATABASE {self._name}")
        self.connection = connector(self._cluster, dbname=self._name)()
        return self

    def __exit__(self, *_error):
        self.connection.close()
        self._cluster.psql(f"DROP DATABASE {self._name} WITH (FORCE)")

    def run(self, statement):
        return self._cluster.psql(statement, self._name)

    def another_connection(self):
        return closing(connector(self._cluster, dbname=self._name)())

    def make_table(self, name, options=""):
        """Make a table with live rows, and as many dead rows."""
        storage = f"WITH ({options})" if options else ""
        self.run(f"CREATE TABLE {name} (product int) {storage}")
        for statement in (FILL, UPDATE):
            self.run(statement.format(table=name))

    def check(self, **thresholds):
        with self.connection, self.connection.cursor() as cr:
            limits = {**DEFAULTS, **thresholds}
            self._found = check_tables(cr, limits, self._found)
        return self._found

    def wait_for(self, *codes, **thresholds):
        """Check until exactly these problems are found; return them by code."""

        def found():
            self.check(**thresholds)
            return {one.code: one for one in self._found.problems}

        wait_until(lambda: found().keys() == set(codes), lambda: str(self._found))
        return found()

    def wait_until_dead(self, table):
        """Wait until the statistics have the dead rows of a table."""

        def dead():
            rows = {row[0]: row[3] for row in self.check().facts["tables"]}
            return rows.get(table, 0) >= ROWS

        wait_until(dead)


def test_tables_that_are_vacuumed_have_no_problem(database):
    database.make_table("stock_move")
    wait_until(lambda: database.run(VACUUMED) == "stock_move")
    for _check in range(2):
        assert database.check().problems == []
    tables = {name: row for name, *row in database.check().facts["tables"]}
    size, rows, dead, vacuumed = tables["stock_move"]
    assert (rows, dead) == (ROWS, 0)
    assert size > ROWS * 28  # bytes of a row
    assert vacuumed


def test_autovacuum_is_off_for_a_table_with_dead_rows(database):
    database.make_table("stock_move", OFF)
    (problem,) = database.wait_for("vacuum_off").values()
    assert problem.names == {"table": "stock_move"}
    assert problem.numbers == {"dead_rows": ROWS, "live_rows": ROWS}


def test_autovacuum_that_is_hindered_is_behind(database):
    database.make_table("stock_move", HINDERED)
    (problem,) = database.wait_for("vacuum_behind").values()
    assert problem.names == {"table": "stock_move"}
    assert problem.numbers["dead_rows"] >= ROWS


def test_two_troubles_are_both_found(database):
    database.make_table("stock_move", OFF)
    database.make_table("account_move", HINDERED)
    found = database.wait_for("vacuum_off", "vacuum_behind")
    assert found["vacuum_off"].names == {"table": "stock_move"}
    assert found["vacuum_behind"].names == {"table": "account_move"}


def test_no_vacuum_is_behind_an_open_transaction(database):
    """The transaction is the problem: no vacuum removes the rows."""
    with database.another_connection() as connection:
        connection.set_session(isolation_level="REPEATABLE READ")
        connection.cursor().execute("SELECT 1")
        database.make_table("stock_move", HINDERED)
        database.wait_until_dead("stock_move")
        for _check in range(2):
            assert database.check(transaction_open=0).problems == []
        assert database.check().problems[0].code == "vacuum_behind"


def test_a_table_that_an_upgrade_has_locked_is_not_waited_for(database):
    database.make_table("stock_move", OFF)
    database.wait_until_dead("stock_move")
    with database.another_connection() as connection:
        connection.cursor().execute("LOCK TABLE stock_move")
        with database.connection, database.connection.cursor() as cr:
            cr.execute("SET LOCAL lock_timeout = '1ms'")
            tables = check_tables(cr, DEFAULTS, Check()).facts["tables"]
    assert ["stock_move", None] in [row[:2] for row in tables]


def test_autovacuum_is_off_for_all_while_a_standby_lags(clusters, database):
    primary, standby = clusters
    with ClusterWatch(*clusters, thresholds={"standby_lag": 1}) as watch:
        watch.wait_for()
        configure(primary, autovacuum="off")
        standby.psql("SELECT pg_wal_replay_pause()")
        try:
            database.make_table("stock_move", HINDERED)
            (problem,) = database.wait_for("vacuum_off").values()
            assert problem.names == {"setting": "autovacuum"}
            watch.wait_for("standby_lags")
        finally:
            standby.psql("SELECT pg_wal_replay_resume()")
            configure(primary, autovacuum="on")
