"""Rollups are delivered to their database exactly once, also after failures."""

import os
import signal
import sqlite3
import sys
import time
from unittest.mock import patch

from odoo import sql_db
from odoo.tests import get_db_name, tagged
from odoo.tools import mute_logger

from ..collector import rollup_writer, state
from ..collector.collector import Collector
from ..collector.connection import connected, transaction
from ..collector.poller import DatabasePoller
from ..collector.rollup_writer import add
from ..collector.state import _MAX_BATCHES
from ..telemetry.access import Access
from ..telemetry.events import Event
from ..telemetry.rollup import MAX_FAILED, MAX_SLOWEST, Batch
from .common import FolderCase
from .recordings import batch_of, record, run_in_child, series

DB = get_db_name()


class DeliveryCase(FolderCase):
    """A collector that delivers to the test's database; each test has its own host."""

    def setUp(self):
        super().setUp()
        self.host = f"host-{self.id()}"
        self.events = self.recorder()

    def record(self, count=1, db=DB, seconds=0.01):
        for _call in range(count):
            record(self.events, series(db=db), seconds=seconds)

    def collector(self):
        collector = Collector(self.folder)
        self.addCleanup(collector.close)
        self.assertTrue(collector.cycle())
        return collector

    def deliver(self, collector):
        DatabasePoller(collector, Access(None), self.host).poll_all()

    def rows(self, table="minute", columns="coalesce(sum(count), 0)"):
        with sql_db.db_connect(DB).cursor() as cr:
            cr.execute(
                f"SELECT {columns} FROM reliability_rollup_{table} WHERE host = %s",
                [self.host],
            )
            return cr.fetchall()

    def counted(self, table="minute"):
        return int(self.rows(table)[0][0])


@tagged("-at_install", "post_install")
class TestDelivery(DeliveryCase):
    def test_calls_are_in_the_rollups_by_minute_and_by_hour(self):
        self.record(3, seconds=0.25)
        self.record(2, seconds=4.0)
        collector = self.collector()
        self.deliver(collector)
        for table in ("minute", "hour"):
            columns = "sum(count), sum(fast), sum(seconds), reliability_sum(buckets)"
            ((count, fast, seconds, buckets),) = self.rows(table, columns)
            self.assertEqual((count, fast, seconds), (5, 3, 8.75))
            self.assertEqual(sum(buckets.values()), 5)
        self.assertFalse(collector.waiting())

    def test_later_calls_are_added_to_the_same_rows(self):
        collector = self.collector()
        for _round in range(3):
            self.record(2)
            collector.cycle()
            self.deliver(collector)
        self.assertEqual(self.counted("hour"), 6)
        self.assertLessEqual(len(self.rows("hour", "id")), 2, "the hour may change")

    def test_a_poll_without_batches_updates_the_checkpoint(self):
        self.record()
        collector = self.collector()
        self.deliver(collector)
        with sql_db.db_connect(DB).cursor() as cr:
            cr.execute(
                "UPDATE reliability_collector_checkpoint SET delivered = '2026-01-01'"
                " WHERE host = %s",
                [self.host],
            )
        self.deliver(collector)
        with sql_db.db_connect(DB).cursor() as cr:
            cr.execute(
                "SELECT max(delivered) > '2026-01-01'"
                " FROM reliability_collector_checkpoint WHERE host = %s",
                [self.host],
            )
            self.assertEqual(cr.fetchone(), (True,))

    def test_a_batch_delivered_twice_is_added_once(self):
        batch = batch_of([Event(0, "success", time.time(), 0.5)], DB)
        for _round in range(2):
            with connected(DB) as connection, transaction(connection) as cr:
                add(cr, self.host, self.host, [(1, batch)])
        self.assertEqual(self.counted(), 1)

    def test_a_database_restored_from_yesterday_gets_new_batches(self):
        """The rollups since the backup are lost; none is added twice."""
        collector = self.collector()
        for _day in range(2):
            self.record()
            collector.cycle()
            self.deliver(collector)
        with sql_db.db_connect(DB).cursor() as cr:
            cr.execute("UPDATE reliability_collector_checkpoint SET number = 1")
        self.record()
        collector.cycle()
        self.deliver(collector)
        self.assertEqual(self.counted(), 3)

    def test_a_database_restored_after_days_gets_new_batches(self):
        """It has the number of its last batch, which the collector has deleted."""
        collector = self.collector()
        for _round in range(2):
            self.record()
            collector.cycle()
            self.deliver(collector)
        self.patch(state, "_RETENTION_OF_A_GONE_DATABASE", -1.0)
        collector.reconcile_databases({})
        self.record()
        collector.cycle()
        self.deliver(collector)
        self.assertEqual(self.counted(), 3)

    def test_a_new_state_file_is_another_source(self):
        collector = self.collector()
        self.record()
        collector.cycle()
        self.deliver(collector)
        collector.close()
        (self.folder / "collector.sqlite").unlink()
        collector = self.collector()
        self.record()
        collector.cycle()
        self.deliver(collector)
        # The slot was read again from its beginning: without a state, counts may
        # be too high.
        self.assertGreaterEqual(self.counted(), 2)

    @mute_logger("odoo.addons.reliability.collector.poller", "odoo.sql_db")
    def test_a_database_that_does_not_exist_does_not_stop_the_others(self):
        self.record(2, db="reliability_no_such_database")
        self.record(3)
        collector = self.collector()
        self.deliver(collector)
        self.assertEqual(self.counted(), 3)
        self.assertEqual(collector.waiting(), ["reliability_no_such_database"])

    @mute_logger("odoo.addons.reliability.collector.poller", "odoo.sql_db")
    def test_waiting_batches_of_a_database_that_is_down_are_merged(self):
        collector = self.collector()
        calls = 3 * _MAX_BATCHES
        for _second in range(calls):
            self.record()
            collector.cycle()
        _source, waiting = collector.pending(DB)
        self.assertLessEqual(len(waiting), _MAX_BATCHES)
        self.deliver(collector)
        self.assertEqual(self.counted(), calls)

    def test_an_attempted_batch_is_not_merged_with_new_ones(self):
        collector = self.collector()
        self.record()
        collector.cycle()
        source, ((number, text),) = collector.pending(DB)
        collector.attempt(DB, number)
        with connected(DB) as connection, transaction(connection) as cr:
            add(cr, source, self.host, [(number, Batch.loads(text))])
        # As if the collector was killed before it got the response to COMMIT.
        for _second in range(2 * _MAX_BATCHES):
            self.record()
            collector.cycle()
        self.deliver(collector)
        self.assertEqual(self.counted(), 1 + 2 * _MAX_BATCHES)

    def test_a_call_faster_than_the_top_calls_of_the_hour_is_not_delivered(self):
        collector = self.collector()
        for seconds in range(2 * MAX_SLOWEST, 0, -1):
            self.record(seconds=float(seconds))
            collector.cycle()
        _source, texts = collector.pending(DB)
        batches = [Batch.loads(text) for _number, text in texts]
        waiting = [call.seconds for batch in batches for call in batch.top_calls]
        slowest = range(2 * MAX_SLOWEST, MAX_SLOWEST, -1)
        self.assertEqual(waiting, [float(seconds) for seconds in slowest])

    @mute_logger("odoo.addons.reliability.collector.poller", "odoo.sql_db")
    def test_batches_that_a_database_refuses_are_merged(self):
        collector = self.collector()
        refusing = patch.object(rollup_writer, "add", side_effect=ValueError("no"))
        calls = 3 * _MAX_BATCHES
        with refusing:
            for _second in range(calls):
                self.record()
                collector.cycle()
                self.deliver(collector)
        _source, waiting = collector.pending(DB)
        self.assertLessEqual(len(waiting), _MAX_BATCHES)
        self.deliver(collector)
        self.assertEqual(self.counted(), calls)

    @mute_logger("odoo.addons.reliability.collector.collector")
    def test_batches_that_could_not_be_merged_are_counted_once(self):
        """Storage is full just when many waiting batches are merged."""
        collector = self.collector()
        for _second in range(_MAX_BATCHES):
            self.record()
            collector.cycle()
        self.record()

        def full(*_content):
            raise sqlite3.OperationalError("database or disk is full")

        with patch.object(state.Batch, "dumps", full):
            collector.cycle()
        collector.cycle()
        self.deliver(collector)
        self.assertEqual(self.counted(), _MAX_BATCHES + 1)

    def test_a_collector_that_has_stepped_down_delivers_nothing(self):
        """The one that leads may have merged the batches that this one has read."""
        self.record()
        collector = self.collector()
        pending = collector.pending(DB)
        collector.close()
        with (
            patch.object(collector, "waiting", lambda: [DB]),
            patch.object(collector, "pending", lambda _db: pending),
        ):
            self.deliver(collector)
        self.assertEqual(self.counted(), 0)

    def test_no_connection_to_the_database_stays_open(self):
        """A database with open connections cannot be copied."""
        self.record()
        collector = self.collector()
        self.deliver(collector)
        self.assertEqual(self.counted(), 1)
        sql_db.close_db(DB)
        with sql_db.db_connect("postgres").cursor() as cr:
            cr.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
                " AND query LIKE '%%reliability_collector_checkpoint%%'",
                [DB],
            )
            self.assertEqual(cr.fetchone(), (0,))

    def test_the_slowest_calls_of_an_hour_are_stored_with_their_records(self):
        now = time.time()
        events = [
            Event(0, "success", now, float(n), record_id=n)
            for n in range(1, 3 * MAX_SLOWEST)
        ]
        stored = self.stored_of(events)
        self.assertEqual(
            stored, [event.record_id for event in events[::-1][:MAX_SLOWEST]]
        )

    def test_the_last_failures_of_an_hour_are_stored_although_they_are_fast(self):
        hour = (time.time() // 3600 - 24) * 3600
        events = [
            Event(0, "failed", hour + n, 1 / n, record_id=n)
            for n in range(1, MAX_FAILED + 5)
        ]
        slow = Event(0, "success", hour, 60.0, record_id=1000)
        stored = self.stored_of([slow, *events])
        self.assertEqual(
            sorted(stored), [*(e.record_id for e in events[-MAX_FAILED:]), 1000]
        )

    def stored_of(self, events):
        """Deliver events one by one; return the record ids stored, slowest first."""
        for number, event in enumerate(events, start=1):
            with connected(DB) as connection, transaction(connection) as cr:
                add(cr, self.host, self.host, [(number, batch_of([event], DB))])
        with sql_db.db_connect(DB).cursor() as cr:
            cr.execute(
                "SELECT record_id FROM reliability_rollup_top_call WHERE host = %s"
                " ORDER BY seconds DESC",
                [self.host],
            )
            return [row for (row,) in cr.fetchall()]


@tagged("-at_install", "post_install")
class TestKillDuringDelivery(DeliveryCase):
    def test_no_call_is_lost_or_counted_twice_after_a_kill_at_any_line(self):
        self.record()
        recorded, lines = 1, self.lines_of_a_delivery()
        step = max(1, lines // 60)
        for line in range(0, lines, step):
            self.record()
            recorded += 1
            self.deliver_in_child(kill_after=line)
            collector = Collector(self.folder)
            self.assertTrue(collector.cycle())
            self.deliver(collector)
            collector.close()
            self.assertEqual(self.counted(), recorded, f"killed after line {line}")
        self.assertEqual(self.counted("hour"), recorded)

    def lines_of_a_delivery(self):
        reader, writer = os.pipe()
        self.assertEqual(self.deliver_in_child(kill_after=None, result=writer), 0)
        lines = int(os.read(reader, 20))
        os.close(reader)
        os.close(writer)
        return lines

    def deliver_in_child(self, kill_after, result=None):
        """Collect and deliver in a process that is killed after a number of lines.

        :param result: a file to write the number of executed lines to
        """
        executed = 0

        def trace(frame, what, _argument):
            nonlocal executed
            if "reliability" not in frame.f_code.co_filename:
                return None
            if what == "line":
                executed += 1
                if kill_after is not None and executed > kill_after:
                    os.kill(os.getpid(), signal.SIGKILL)
            return trace

        def work():
            sql_db._Pool = None  # its connections belong to the parent
            collector = Collector(self.folder)
            sys.settrace(trace)
            collector.cycle()
            DatabasePoller(collector, Access(None), self.host).poll_all()
            sys.settrace(None)
            if result is not None:
                os.write(result, str(executed).encode())

        return run_in_child(work)
