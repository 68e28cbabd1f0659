"""Who waits for a lock is noted with whom he waits for, as far as both are known."""

import contextlib
import os
import threading
import time
from unittest.mock import patch

from odoo import sql_db
from odoo.orm.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged

from ..collector import lock_waits
from ..collector.collector import Collector
from ..collector.connection import connected, transaction
from ..instrumentation.recording import recorder
from ..odoo_conf import settings
from ..telemetry.events import Series
from .clocks import Clock, wait_until
from .common import CommittedCase
from .recordings import events_in, run_in_child

ROW = "SELECT FROM ir_config_parameter WHERE id = {} FOR UPDATE"


@tagged("-at_install", "post_install")
class TestLockWaits(CommittedCase):
    def setUp(self):
        super().setUp()
        self.connection = self.enterContext(connected(get_db_name()))
        self.addCleanup(self.execute, "DELETE FROM reliability_lock_wait")
        self.collector = Collector(recorder().folder)
        self.addCleanup(self.collector.close)
        self.waits = lock_waits.LockWatch(self.collector, settings())
        self.row = self.execute("SELECT min(id) FROM ir_config_parameter")[0][0]

    def execute(self, query):
        with transaction(self.connection) as cr:
            cr.execute(query)
            return cr.fetchall() if cr.description else []

    def look(self):
        self.collector.cycle()
        self.waits.poll(get_db_name(), self.connection)

    def seen(self, *columns):
        return self.execute(
            f"SELECT {', '.join(columns)} FROM reliability_lock_wait ORDER BY since"
        )

    @contextlib.contextmanager
    def holding(self, program="psql"):
        """Hold the row, as a program of some name."""
        with connected(get_db_name()) as other, transaction(other) as cr:
            cr.execute("SET LOCAL application_name = %s", [program])
            cr.execute(ROW.format(self.row))
            yield other.info.backend_pid

    @contextlib.contextmanager
    def waiting(self, people=1, doing=None):
        """Let people wait for the row, until the block ends."""
        threads = [
            threading.Thread(target=self.wait, args=(doing,)) for _one in range(people)
        ]
        for thread in threads:
            thread.start()
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database()"
        )
        wait_until(lambda: self.execute(waiting)[0][0] >= people, "those who wait")
        yield threads

    def wait(self, doing):
        ticket = recorder().begin(doing) if doing else None
        with sql_db.db_connect(get_db_name()).cursor() as cr:
            cr.execute(ROW.format(self.row))
        if ticket:
            recorder().forget(ticket)

    def stop(self, threads):
        for thread in threads:
            thread.join()

    def test_nothing_is_noted_where_nobody_waits(self):
        with self.holding():
            self.look()
        self.assertEqual(self.seen("backend"), [])

    def test_everybody_waits_for_the_one_who_holds_it(self):
        """Not for those who wait before them."""
        with self.holding() as holder, self.waiting(people=3) as threads:
            self.look()
            found = self.seen("holder_backend", "holder_program", "relation")
        self.stop(threads)
        self.assertEqual(found, [(holder, "psql", "ir_config_parameter")] * 3)

    def test_who_is_a_process_of_ours_is_named(self):
        doing = Series("operation", get_db_name(), ("s", "confirm", "1", "WH", ""), 3.0)
        with self.holding(), self.waiting(doing=doing) as threads:
            self.look()
            found = self.seen("service", "operation", "company", "warehouse")
        self.stop(threads)
        self.assertEqual(found, [("s", "confirm", "1", "WH")])

    def test_who_is_not_is_not_named(self):
        """Not even where it has the number of a process of ours on another host."""
        doing = Series("operation", "another", ("s", "confirm", "1", "WH", ""), 3.0)
        with self.holding(), self.waiting(doing=doing) as threads:
            self.look()
            found = self.seen("operation", "holder_operation")
        self.stop(threads)
        self.assertEqual(found, [(None, None)])

    def test_a_wait_is_one_row_however_often_it_is_seen(self):
        with self.holding(), self.waiting() as threads:
            self.look()
            self.look()
            found = self.seen("seen > since")
        self.stop(threads)
        self.assertEqual(found, [(True,)])

    def test_seconds_are_counted_that_were_seen_and_no_more(self):
        doing = Series("operation", get_db_name(), ("s", "confirm", "1", "WH", ""), 3.0)
        clock, started = Clock(), time.monotonic()
        self.enterContext(patch.object(lock_waits, "time", clock))
        with self.holding(), self.waiting(doing=doing) as threads:
            for since_the_last_look in (0, 1e-6, 50):
                clock.now += since_the_last_look
                self.look()
        self.stop(threads)
        passed = time.monotonic() - started
        first, second, third = [
            event.seconds
            for of, event in events_in(recorder().folder)
            if of == Series("lock_waiting", get_db_name(), of.labels, 1.0)
            and of.labels == ("s", "confirm", "1", "WH")
        ]
        self.assertEqual(first, 0)
        self.assertAlmostEqual(second, 1e-6, places=9)
        self.assertGreater(third, second)
        self.assertLess(third, passed, "it has waited no longer than that")

    def test_a_program_without_a_number_is_no_process_of_ours(self):
        for program in ("psql", "odoo", "odoo-x", "odoo-12-backup", ""):
            self.assertIsNone(lock_waits._pid(program), program)
        self.assertEqual(lock_waits._pid("odoo-12"), 12)


@tagged("-at_install", "post_install")
class TestConnectionsAreNamedAfterTheirProcess(BaseCase):
    def test_also_in_a_worker_that_is_forked_with_a_registry(self):
        """A prefork server loads the registry before it forks."""

        def call_its_connections():
            registry = Registry(get_db_name())
            name = registry._db.dsn["application_name"]
            assert name == f"odoo-{os.getpid()}", name

        self.assertEqual(run_in_child(call_its_connections), 0)
