"""Lock waits are stored with the waiting operation and the holder of the lock."""

import contextlib
import threading
import time
from unittest.mock import patch

from odoo import sql_db
from odoo.tests import get_db_name, tagged

from odoo.addons.reliability.api import Collector, Series, recorder, transaction
from odoo.addons.reliability.tests.clocks import Clock, wait_until
from odoo.addons.reliability.tests.common import CommittedCase
from odoo.addons.reliability.tests.internals import connected, settings
from odoo.addons.reliability.tests.recordings import events_in

from ..collector import lock_waits

ROW = "SELECT FROM public.ir_config_parameter WHERE id = {} FOR UPDATE"
LABELS = ("sales", "confirm", "1", "WH")


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
            cr.execute("SET LOCAL search_path = public")
            cr.execute(query)
            return cr.fetchall() if cr.description else []

    def poll(self):
        self.collector.cycle()
        self.waits.poll(get_db_name(), self.connection)

    def stored(self, *columns):
        return self.execute(
            f"SELECT {', '.join(columns)} FROM reliability_lock_wait ORDER BY since"
        )

    @contextlib.contextmanager
    def holding(self, program="psql"):
        """Lock the row, as a program with this name."""
        with connected(get_db_name()) as other, transaction(other) as cr:
            cr.execute("SET LOCAL application_name = %s", [program])
            cr.execute(ROW.format(self.row))
            yield other.info.backend_pid

    @contextlib.contextmanager
    def waiting(self, count=1, series=None):
        """Let transactions wait for the row, in threads, during the block."""
        threads = [
            threading.Thread(target=self.wait, args=(series,)) for _one in range(count)
        ]
        for thread in threads:
            thread.start()
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database()"
        )
        wait_until(lambda: self.execute(waiting)[0][0] >= count, "waiting transactions")
        yield threads

    def wait(self, series):
        ticket = recorder().begin(series) if series else None
        with sql_db.db_connect(get_db_name()).cursor() as cr:
            cr.execute(ROW.format(self.row))
        if ticket:
            recorder().forget(ticket)

    def stop(self, threads):
        for thread in threads:
            thread.join()

    def test_nothing_is_stored_without_a_wait(self):
        with self.holding():
            self.poll()
        self.assertEqual(self.stored("backend"), [])

    def test_the_holder_is_the_root_of_the_chain_of_waits(self):
        """It is not a transaction that waits itself."""
        with self.holding() as holder, self.waiting(count=3) as threads:
            self.poll()
            found = self.stored("holder_backend", "holder_program", "relation")
        self.stop(threads)
        self.assertEqual(found, [(holder, "psql", "ir_config_parameter")] * 3)

    def test_the_operation_of_our_own_process_is_stored(self):
        series = Series("operation", get_db_name(), (*LABELS, ""), 3.0)
        with self.holding(), self.waiting(series=series) as threads:
            self.poll()
            found = self.stored("service", "operation", "company", "warehouse")
        self.stop(threads)
        self.assertEqual(found, [LABELS])

    def test_the_operation_of_the_holder_is_stored(self):
        ticket = recorder().begin(Series("operation", get_db_name(), LABELS, 3.0))
        self.addCleanup(recorder().forget, ticket)
        with sql_db.db_connect(get_db_name()).cursor() as cr:
            cr.execute(ROW.format(self.row))
            with self.waiting() as threads:
                self.poll()
                found = self.stored("holder_family", "holder_operation")
        self.stop(threads)
        self.assertEqual(found, [("operation", "confirm")])

    def test_the_operation_of_another_process_is_not_stored(self):
        """Our process with the same pid works in another database."""
        series = Series("operation", "another", (*LABELS, ""), 3.0)
        with self.holding(), self.waiting(series=series) as threads:
            self.poll()
            found = self.stored("operation", "holder_operation")
        self.stop(threads)
        self.assertEqual(found, [(None, None)])

    def test_a_wait_of_several_polls_is_one_row(self):
        with self.holding(), self.waiting() as threads:
            self.poll()
            self.poll()
            found = self.stored("seen > since")
        self.stop(threads)
        self.assertEqual(found, [(True,)])

    def test_only_the_time_between_polls_is_counted(self):
        series = Series("operation", get_db_name(), (*LABELS, ""), 3.0)
        clock, started = Clock(), time.monotonic()
        self.enterContext(patch.object(lock_waits, "time", clock))
        with self.holding(), self.waiting(series=series) as threads:
            for seconds in (0, 1e-6, 50):
                clock.now += seconds
                self.poll()
        self.stop(threads)
        passed = time.monotonic() - started
        first, second, third = [
            event.seconds
            for found, event in events_in(recorder().folder)
            if found == Series("lock_waiting", get_db_name(), LABELS, 0.0)
        ]
        self.assertEqual(first, 0)
        self.assertAlmostEqual(second, 1e-6, places=9)
        self.assertGreater(third, second)
        self.assertLess(third, passed, "it waited no longer than that")

    def test_a_program_name_without_a_pid_is_not_ours(self):
        for program in ("psql", "odoo", "odoo-x", "odoo-12-backup", ""):
            self.assertIsNone(lock_waits._pid(program), program)
        self.assertEqual(lock_waits._pid("odoo-12"), 12)
