"""Databases are renamed, dropped, copied and made again, as is normal."""

import contextlib

from psycopg2 import sql

from odoo import sql_db
from odoo.tests import get_db_name, tagged
from odoo.tools import mute_logger

from ..runtime.connection import connected
from ..runtime.visiting import Visits
from ..telemetry import state
from ..telemetry.access import Access, digest_of
from ..telemetry.collector import Collector
from ..telemetry.exposition import FactSheet
from ..telemetry.slots import boot_time
from .common import FolderCase, record, series

DB = get_db_name()
HERE = {"a": 11, "b": 12}


@tagged("-at_install", "post_install")
class TestWhatIsShownIsOfDatabasesThatExist(FolderCase):
    def setUp(self):
        super().setUp()
        self.events = self.recorder()
        self.collector = Collector(self.folder)
        self.addCleanup(lambda: self.collector.close())
        self.count("a", "a", "b")
        self.collector.find(HERE)

    def count(self, *databases):
        for db in databases:
            record(self.events, series(db=db))
        self.collector.cycle()

    def shown(self):
        """Return database → calls, as ``/metrics`` shows them."""
        return {
            sample.labels["db"]: sample.value
            for family in self.collector.families()
            for sample in family.samples
            if sample.name == "odoo_operation_duration_seconds_count" and sample.value
        }

    def events_shown(self):
        (value,) = [
            sample.value
            for family in self.collector.families()
            for sample in family.samples
            if sample.name == "odoo_reliability_events_total"
        ]
        return value

    def restart(self):
        self.collector.close()
        self.collector = Collector(self.folder)
        self.collector.cycle()

    def test_one_that_was_dropped_is_shown_no_more(self):
        self.assertEqual(self.shown(), {"a": 2, "b": 1})
        self.collector.tell("b", FactSheet(boot_time(), []))
        self.collector.find({"a": 11})
        self.assertEqual(self.shown(), {"a": 2})
        self.restart()
        self.assertEqual(self.shown(), {"a": 2}, "it came back")

    def test_the_count_of_all_events_does_not_fall(self):
        before = self.events_shown()
        self.collector.find({"a": 11})
        self.count("a")
        self.assertEqual(self.events_shown(), before + 1)
        self.restart()
        self.assertEqual(self.events_shown(), before + 1)

    def test_one_that_is_made_again_begins_anew(self):
        self.collector.find({"a": 11})
        self.count("b")
        self.collector.find({"a": 11, "b": 99})
        self.assertEqual(self.shown(), {"a": 2, "b": 1})

    def test_what_waits_for_one_that_was_renamed_goes_to_its_new_name(self):
        self.collector.find({"a": 11, "renamed": 12})
        self.assertEqual(self.shown(), {"a": 2})
        self.assertEqual(self.collector.address("b"), "renamed")
        self.assertIn("b", self.collector.waiting())
        self.restart()
        self.assertEqual(self.collector.address("b"), "renamed")

    def test_what_waits_for_one_that_is_gone_is_kept_for_a_day(self):
        """It may be on its way: somebody restores it, and that takes its time."""
        self.collector.find({"a": 11})
        self.assertIn("b", self.collector.waiting())
        self.patch(state, "_SECONDS_KEPT_FOR_A_GONE_DATABASE", -1.0)
        self.collector.find({"a": 11})
        self.assertNotIn("b", self.collector.waiting())
        self.collector.cycle()
        self.assertEqual(self.collector._totals.dropped["undelivered"], 1)

    def test_one_that_comes_back_in_time_gets_it(self):
        self.collector.find({"a": 11})
        self.collector.find({"a": 11, "b": 13})
        self.patch(state, "_SECONDS_KEPT_FOR_A_GONE_DATABASE", -1.0)
        self.collector.find({"a": 11, "b": 13})
        self.assertIn("b", self.collector.waiting())


@tagged("-at_install", "post_install")
class TestVisitsOfDatabasesThatChange(FolderCase):
    """On real databases, of which only this class knows."""

    def setUp(self):
        super().setUp()
        self.events = self.recorder()
        self.collector = Collector(self.folder)
        self.addCleanup(self.collector.close)
        self.access = Access(None)
        self.visits = Visits(self.collector, self.access, "host")

    def make(self, name):
        self.addCleanup(self.drop, name)
        self.drop(name)
        self.on_the_server("CREATE DATABASE {}", name)
        with connected(name) as connection, connection, connection.cursor() as cr:
            for table in (
                "reliability_leader (id int primary key, source text, until timestamp)",
                "reliability_rollup_source (name text unique, host text, number int,"
                " delivered timestamp)",
                "ir_config_parameter (key text, value text)",
            ):
                cr.execute(f"CREATE TABLE {table}")

    def drop(self, name):
        self.on_the_server("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def on_the_server(self, statement, *names):
        with contextlib.closing(sql_db.db_connect("postgres").cursor()) as cr:
            cr._cnx.autocommit = True
            try:
                cr.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
            finally:
                cr._cnx.autocommit = False

    def visit(self):
        self.visits._next_search = 0.0
        self.visits._next_try.clear()
        self.visits._next_facts.clear()
        self.visits.visit_all()

    @mute_logger("odoo.addons.reliability.runtime.visiting")
    def test_a_token_of_one_that_was_dropped_opens_nothing(self):
        name = f"{DB}_visited"
        self.make(name)
        with connected(name) as connection, connection, connection.cursor() as cr:
            cr.execute(
                "INSERT INTO ir_config_parameter VALUES (%s, %s)",
                ["reliability.token_digest", digest_of("secret")],
            )
        record(self.events, series(db=name))  # it is visited: something waits for it
        self.collector.cycle()
        self.visit()
        self.assertEqual(self.access.scope("Bearer secret"), name)
        self.drop(name)
        self.visit()
        self.assertIsNone(self.access.scope("Bearer secret"))

    @mute_logger("odoo.addons.reliability.runtime.visiting")
    def test_one_without_the_app_is_left_alone(self):
        name = f"{DB}_without"
        self.addCleanup(self.drop, name)
        self.drop(name)
        self.on_the_server("CREATE DATABASE {}", name)
        record(self.events, series(db=name))
        self.collector.cycle()
        self.visit()
        self.assertEqual(self.collector.waiting(), [name])

    @mute_logger("odoo.addons.reliability.runtime.visiting")
    def test_nothing_waits_for_one_where_the_app_was_uninstalled(self):
        """Else an alert on what waits would never end."""
        name = f"{DB}_uninstalled"
        self.make(name)
        record(self.events, series(db=name))
        self.collector.cycle()
        self.collector.cycle()
        self.assertIn(name, self.collector.waiting_batches())
        with connected(name) as connection, connection, connection.cursor() as cr:
            cr.execute("DROP TABLE reliability_leader")
        self.visit()
        self.visit()
        self.collector.cycle()
        self.assertNotIn(name, self.collector.waiting_batches())
        self.assertFalse(self.collector._totals.of(name).by_key)
        with connected(name) as connection, connection, connection.cursor() as cr:
            cr.execute("CREATE TABLE reliability_leader (id int)")
        self.visit()
        self.visit()
        self.collector.cycle()
        self.assertIn(name, self.collector.waiting_batches(), "it is installed again")

    @mute_logger("odoo.addons.reliability.runtime.visiting")
    def test_one_that_another_server_serves_is_visited_while_nothing_waits(self):
        """Two servers may share a folder: its token and its facts must not go stale."""
        name = f"{DB}_of_another"
        self.make(name)
        self.collector.cycle()
        record(self.events, series(db=name))
        self.collector.cycle()
        self.collector.delivered(name, 1)
        self.assertFalse(self.collector.waiting())
        with connected(name) as connection, connection, connection.cursor() as cr:
            cr.execute(
                "INSERT INTO ir_config_parameter VALUES (%s, %s)",
                ["reliability.token_digest", digest_of("secret")],
            )
        self.visit()
        self.assertEqual(self.access.scope("Bearer secret"), name)
