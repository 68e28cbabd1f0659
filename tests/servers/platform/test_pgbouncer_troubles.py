"""Troubles of a real PgBouncer are found by their cause and no other.

A cluster on a socket of its own, and a pool of one connection for each database.
"""

import os
import signal
import tempfile
import threading
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
from troubles import (
    assert_healthy,
    check,
    make_watch,
    wait_for_problem,
    wait_for_problems,
)

from setup import debian, ports, postgres
from setup.pgbouncer import PgBouncer
from setup.private_cluster import PORT, PrivateCluster

CONFIGURATION = """\
[databases]
* = host={socket} port={server_port} user={account}

[pgbouncer]
listen_addr = {interface}
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {users}
admin_users = admin
stats_users = stats
pool_mode = transaction
default_pool_size = 1
max_client_conn = {clients}
server_login_retry = 1
"""
MAX_CLIENTS = 5
USERS = '"admin" "secret"\n"stats" "secret"\n"odoo" "secret"\n'


class Pooler(PgBouncer):
    """PgBouncer in front of a private cluster; few clients may connect."""

    def __init__(self, cluster):
        self.cluster = cluster
        super().__init__(cluster.folder)
        self.config = cluster.folder / "pgbouncer.ini"

    def configure(self):
        users = self.config.with_suffix(".users")
        postgres.write_for_server(users, USERS)
        configuration = CONFIGURATION.format(
            socket=self.cluster.folder,
            server_port=PORT,
            account=postgres.ACCOUNT,
            interface=ports.LOOPBACK,
            port=self.port,
            users=users,
            clients=MAX_CLIENTS,
        )
        postgres.write_for_server(self.config, configuration)

    def console(self, user):
        """Return the URL of the console for a user."""
        return f"postgresql://{user}:secret@{ports.LOOPBACK}:{self.port}/pgbouncer"

    def connect(self, database="postgres", user="odoo"):
        """Return a client's connection, which is closed after the block."""
        options = {"host": ports.LOOPBACK, "port": self.port, "password": "secret"}
        return closing(psycopg2.connect(dbname=database, user=user, **options))


@pytest.fixture(scope="module")
def pooler():
    debian.ensure("postgresql", "pgbouncer")
    with tempfile.TemporaryDirectory(prefix="reliability-") as folder:
        postgres.give_to_server(folder)
        cluster = PrivateCluster(Path(folder))
        try:
            cluster.create()
            with Pooler(cluster) as pooler:
                yield pooler
        finally:
            cluster.stop()


@pytest.fixture
def watch(pooler):
    return make_watch(pgbouncer=pooler.console("stats"))


@contextmanager
def waiting(pooler):
    """Let a client wait for the only connection, whose transaction stays open."""
    waiter = threading.Thread(target=query, args=(pooler,))
    try:
        with pooler.connect() as holder:
            holder.cursor().execute("SELECT 1")
            waiter.start()
            yield
    finally:
        waiter.join()


def query(pooler):
    with pooler.connect() as connection, connection.cursor() as cr:
        cr.execute("SELECT 1")


@contextmanager
def full(pooler):
    """Let as many clients connect as may."""
    with ExitStack() as clients:
        for _number in range(MAX_CLIENTS):
            try:
                clients.enter_context(pooler.connect())
            except psycopg2.OperationalError:
                break  # others are connected
        yield


class TestEachTrouble:
    def test_a_healthy_one_has_none(self, watch, pooler):
        with pooler.connect() as connection:
            connection.cursor().execute("SELECT 1")
            assert_healthy(watch)
            facts = check(watch).facts
        (pool,) = facts["pools"]
        assert (pool["database"], pool["active"], pool["size"]) == ("postgres", 1, 1)
        assert facts["max_clients"] == MAX_CLIENTS

    def test_clients_wait_for_a_transaction_that_stays_open(self, watch, pooler):
        with waiting(pooler):
            problem = wait_for_problem(watch, "pgbouncer_waits")
            exported = {family.name: family.samples[0] for family in watch.metrics()}
        assert problem.numbers == {"clients": 1, "size": 1, "paused": 0}
        assert problem.names == {"database": "postgres"}
        assert 2 <= problem.seconds < 60
        assert exported["odoo_pgbouncer_waiting_clients"].value == 1
        assert exported["odoo_pgbouncer_max_wait_seconds"].value == problem.seconds

    def test_it_has_all_clients_that_it_may_have(self, watch, pooler):
        with full(pooler):
            wait_for_problem(watch, "pgbouncer_full")

    def test_it_is_stopped(self, watch, pooler):
        pooler.stop()
        try:
            problem = wait_for_problem(watch, "pgbouncer_down")
        finally:
            pooler.start()
        assert "refused" in problem.names["error"]

    def test_it_hangs(self, watch, pooler):
        os.kill(pooler.pid, signal.SIGSTOP)
        try:
            wait_for_problem(watch, "pgbouncer_down")
        finally:
            os.kill(pooler.pid, signal.SIGCONT)


class TestTwoAtOnce:
    def test_both_are_found(self, pooler):
        watch = make_watch(pgbouncer=pooler.console("admin"))
        with waiting(pooler), full(pooler):
            wait_for_problems(watch, "pgbouncer_waits", "pgbouncer_full")


class TestRights:
    def test_of_another_user_the_missing_right_is_named(self, pooler):
        watch = make_watch(pgbouncer=pooler.console("odoo"))
        found = check(watch)
        assert (found.problems, found.missing) == ([], ["pgbouncer_stats_users"])
        assert [family.name for family in watch.metrics()] == ["odoo_pgbouncer_up"]
