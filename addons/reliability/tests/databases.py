"""Databases of their own for tests with a poller."""

import contextlib

from psycopg2 import sql

from odoo import sql_db

from ..collector import token_origin
from ..collector.collector import Collector
from ..collector.connection import connected, transaction
from ..collector.poller import DatabasePoller
from ..collector.token_origin import TOKEN, TOKEN_OF
from ..telemetry.access import Access, digest_of
from .common import FolderCase
from .recordings import record, series


class DatabasesCase(FolderCase):
    """A collector and its poller, and databases that each test creates."""

    def setUp(self):
        super().setUp()
        self.events = self.recorder()
        self.collector = Collector(self.folder)
        self.addCleanup(self.collector.close)
        self.access = Access(None)
        self.poller = DatabasePoller(self.collector, self.access, "host")

    def make(self, name):
        self.make_without_app(name)
        self.install(name)

    def make_without_app(self, name):
        self.addCleanup(self.drop, name)
        self.drop(name)
        self.on_the_server("CREATE DATABASE {}", name)

    def install(self, name):
        """Make the tables of the app that the poller needs."""
        with connected(name) as connection, connection, connection.cursor() as cr:
            for table in (
                "reliability_lease (id int primary key, source text, until timestamp)",
                "reliability_collector_checkpoint"
                " (name text unique, host text, number int, began timestamp,"
                " delivered timestamp, has_ended boolean)",
                "reliability_collector_report (source text unique, host text,"
                " reported timestamp, ended_leases jsonb, waiting jsonb, refused int,"
                " refusal text)",
                "ir_config_parameter (key text, value text)",
            ):
                # The tables are those above.
                # pylint: disable-next=sql-injection
                cr.execute(f"CREATE TABLE {table}")

    def drop(self, name):
        self.on_the_server("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def on_the_server(self, statement, *names):
        with contextlib.closing(sql_db.db_connect("postgres").cursor()) as cr:
            cr._cnx.autocommit = True
            try:
                # Each test writes its own statements.
                # pylint: disable-next=sql-injection
                cr.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
            finally:
                cr._cnx.autocommit = False

    def poll(self):
        self.poller._next_search = 0.0
        self.poller._next_attempt.clear()
        self.poller._next_gauges.clear()
        self.poller.poll_all()

    def execute(self, name, statement, values=None):
        """Execute a statement in a database."""
        with connected(name) as connection, connection, connection.cursor() as cr:
            cr.execute(statement, values)

    def make_token(self, name):
        """Make the token ``secret`` in a database, as Settings do."""
        with connected(name) as connection, transaction(connection) as cr:
            origin = token_origin.here(cr, "2026-01-01T00:00:00")
            cr.execute(
                "INSERT INTO public.ir_config_parameter VALUES (%s, %s), (%s, %s)",
                [TOKEN, digest_of("secret"), TOKEN_OF, origin.dumps()],
            )

    def scope(self):
        """Return the database that the token ``secret`` opens."""
        return self.access.scope("Bearer secret")

    def count(self, name):
        """Record a call in a database, which is polled from then on."""
        record(self.events, series(db=name))
        self.collector.cycle()

    def rows(self, name, query):
        """Return the rows of a query in a database."""
        with connected(name) as connection, connection, connection.cursor() as cr:
            cr.execute(query)
            return cr.fetchall()
