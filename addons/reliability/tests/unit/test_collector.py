"""The collector counts every event once, saves it, and survives damage and kills."""

import errno
import os
import signal
import sqlite3
from unittest import TestCase
from unittest.mock import patch

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from ...collector import state
from ...collector.collector import Collector
from ...telemetry import totals
from ...telemetry.events import OUTCOMES, Event, Series
from ...telemetry.slots import file, lease, reader
from ...telemetry.slots.file import Unusable
from ..recordings import FolderCase, record, run_in_child, series

COUNT = "odoo_operation_duration_seconds_count"
DROPPED = "odoo_reliability_dropped_total"


class CollectorCase(FolderCase, TestCase):
    def collector(self):
        collector = Collector(self.folder)
        self.addCleanup(collector.close)
        return collector

    def save_one_call(self):
        """Leave the state of a collector that has ended after one call."""
        record(self.recorder())
        collector = self.collector()
        collector.cycle()
        collector.close()

    def samples(self, collector):
        """Return ``(name, labels, value)`` of every sample of a scrape."""
        registry = CollectorRegistry()
        registry.register(collector)
        text = generate_latest(registry).decode()
        return [
            (sample.name, sample.labels, sample.value)
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        ]

    def value(self, collector, name, **labels):
        """Return the sum of the samples with these labels."""
        return sum(
            value
            for found, found_labels, value in self.samples(collector)
            if found == name and labels.items() <= found_labels.items()
        )


class TestMetricsEqualTheEvents(CollectorCase):
    def test_counts_sums_and_buckets_equal_the_events(self):
        recorder, collector = self.recorder(), self.collector()
        for seconds in (0.5, 2.9, 3.0, 3.1, 9.0):
            record(recorder, seconds=seconds)
        record(recorder, outcome="rejected", seconds=0.25)
        collector.cycle()
        name = "odoo_operation_duration_seconds"
        good = {"outcome": "success"}
        self.assertEqual(self.value(collector, COUNT, **good), 5)
        self.assertEqual(self.value(collector, f"{name}_sum", **good), 18.5)
        within = [
            self.value(collector, f"{name}_bucket", le=bound, **good)
            for bound in ("0.5", "2.0", "3.0", "4.0", "+Inf")
        ]
        self.assertEqual(within, [1, 1, 3, 4, 5], "3.0 s is the threshold")
        self.assertEqual(self.value(collector, COUNT, outcome="rejected"), 1)

    def test_outcomes_that_never_happened_are_shown_as_zero(self):
        record(self.recorder())
        collector = self.collector()
        collector.cycle()
        shown = {
            labels["outcome"]: value
            for name, labels, value in self.samples(collector)
            if name == COUNT
        }
        self.assertEqual(shown, dict.fromkeys(OUTCOMES, 0) | {"success": 1})

    def test_costs_are_sums_over_outcomes(self):
        recorder, collector = self.recorder(), self.collector()
        for outcome in ("success", "failed"):
            ticket = recorder.begin(series())
            costs = {"sql": 0.5, "cpu": 0.25, "queries": 7, "records": 2}
            event = Event(ticket.series, outcome, 0, 1, call=ticket.call, **costs)
            recorder.finish(ticket, event)
        collector.cycle()
        shown = {name: value for name, _labels, value in self.samples(collector)}
        self.assertEqual(shown["odoo_operation_sql_seconds_total"], 1.0)
        self.assertEqual(shown["odoo_operation_cpu_seconds_total"], 0.5)
        self.assertEqual(shown["odoo_operation_sql_queries_total"], 14)
        self.assertEqual(shown["odoo_operation_records_total"], 4)

    def test_a_call_is_in_progress_until_its_method_returns(self):
        recorder, collector = self.recorder(), self.collector()
        ticket = recorder.begin(series())
        collector.cycle()
        self.assertEqual(self.value(collector, "odoo_operation_in_progress"), 1)
        recorder.returned(ticket)
        collector.cycle()
        self.assertEqual(self.value(collector, "odoo_operation_in_progress"), 0)

    def test_a_new_threshold_is_a_bound_from_its_first_call_on(self):
        recorder, collector = self.recorder(), self.collector()
        record(recorder, series(threshold=3.0), seconds=2.5)
        record(recorder, series(threshold=2.4), seconds=2.3)
        record(recorder, series(threshold=2.4), seconds=2.4)
        collector.cycle()
        bucket = "odoo_operation_duration_seconds_bucket"
        counts = [
            self.value(collector, bucket, outcome="success", le=bound)
            for bound in ("2.0", "2.4", "3.0", "4.0")
        ]
        self.assertEqual(counts, [0, 2, 3, 3])

    def test_cumulative_buckets_never_fall(self):
        recorder, collector = self.recorder(), self.collector()
        for threshold in (3.0, 3.001, 2.995, 3.01, 2.9, 3.5):
            record(recorder, series(threshold=threshold), seconds=2.99)
        collector.cycle()
        buckets = sorted(
            (float(labels["le"]), value)
            for name, labels, value in self.samples(collector)
            if name.endswith("_bucket") and labels["outcome"] == "success"
        )
        counts = [value for _bound, value in buckets]
        self.assertEqual(counts, sorted(counts))
        self.assertEqual(counts[-1], 6)

    def test_series_beyond_the_cap_of_a_database_are_counted_as_other(self):
        self.enterContext(patch.object(totals, "MAX_SERIES", 3))
        recorder, collector = self.recorder(), self.collector()
        for number in range(5):
            record(recorder, series(f"operation {number}"))
        collector.cycle()
        self.assertEqual(self.value(collector, COUNT, operation="other"), 2)
        self.assertEqual(self.value(collector, COUNT), 5)
        dropped = "odoo_reliability_dropped_total"
        self.assertEqual(self.value(collector, dropped, reason="over_cap"), 2)


class TestKillsAndDamage(CollectorCase):
    def test_totals_survive_a_kill_and_no_event_counts_twice(self):
        recorder = self.recorder()
        record(recorder)

        def collect_and_die():
            Collector(self.folder).cycle()
            os.kill(os.getpid(), signal.SIGKILL)

        run_in_child(collect_and_die)
        record(recorder)
        collector = self.collector()
        collector.cycle()
        self.assertEqual(self.value(collector, COUNT), 2)

    def test_of_two_collectors_one_leads_and_the_other_takes_over(self):
        first, second = self.collector(), self.collector()
        record(self.recorder())
        self.assertTrue(first.cycle())
        self.assertFalse(second.cycle())
        first.close()
        self.assertTrue(second.cycle())
        self.assertEqual(self.value(second, COUNT), 1)

    def test_a_damaged_state_is_quarantined_and_counting_goes_on(self):
        (self.folder / "collector.sqlite").write_bytes(b"not a database" * 100)
        recorder = self.recorder()
        record(recorder)
        collector = self.collector()
        with self.assertLogs(state.__name__, "WARNING"):
            collector.cycle()
        self.assertTrue((self.folder / "collector.sqlite.quarantined").exists())
        self.assertEqual(self.value(collector, COUNT), 0, "counted before")
        record(recorder)
        collector.cycle()
        self.assertEqual(self.value(collector, COUNT), 1)

    def test_a_state_that_cannot_be_read_for_now_is_not_replaced(self):
        self.save_one_call()

        def fail(_state):
            raise sqlite3.OperationalError("disk I/O error")

        collector, original = self.collector(), state.State._load
        state.State._load = fail
        try:
            with self.assertLogs("reliability", "WARNING"):
                self.assertFalse(collector.cycle())
        finally:
            state.State._load = original
        self.assertTrue(collector.cycle())
        self.assertEqual(self.value(collector, COUNT), 1)

    def test_a_state_that_is_damaged_in_use_is_quarantined(self):
        recorder, collector = self.recorder(), self.collector()
        record(recorder)
        collector.cycle()
        path = self.folder / "collector.sqlite"
        path.write_bytes(b"damage" * (path.stat().st_size // 6))
        record(recorder)
        malformed = sqlite3.DatabaseError("database disk image is malformed")
        with patch.object(state.State, "save", side_effect=malformed):
            collector.cycle()
        for _second in range(2):
            record(recorder)
            collector.cycle()
        self.assertTrue(path.with_name("collector.sqlite.quarantined").exists())
        self.assertEqual(self.value(collector, "odoo_reliability_collector_saved"), 1)

    def test_a_new_slot_with_the_path_of_a_damaged_one_is_not_quarantined(self):
        recorder, collector = self.recorder(), self.collector()
        record(recorder)
        collector.cycle()
        path = self.folder / "slot-000"
        damaged = collector._readers[path]
        recorder.close()
        path.unlink()
        new = self.recorder()
        record(new)
        new.close()
        reason = file.Unusable("damaged")
        with self.assertLogs("reliability", "WARNING"):
            collector._quarantine(path, damaged, reason)
        self.assertTrue(path.exists())

    def test_a_state_with_an_invalid_row_is_quarantined(self):
        self.save_one_call()
        with sqlite3.connect(self.folder / "collector.sqlite") as database:
            database.execute("UPDATE total SET content = '{}'")
        database.close()
        with self.assertLogs(state.__name__, "WARNING"):
            self.assertTrue(self.collector().cycle())

    def test_drop_counters_survive_a_restart(self):
        recorder, collector = self.recorder(), self.collector()
        record(recorder)
        collector.cycle()
        recorder.count("error")
        collector.cycle()
        collector.close()
        dropped = "odoo_reliability_dropped_total"
        second = self.collector()
        second.cycle()
        self.assertEqual(self.value(second, dropped, reason="error"), 1)

    def test_a_damaged_slot_is_logged_once_and_quarantined_after_its_worker(self):
        recorder, collector = self.recorder(), self.collector()
        record(recorder)
        with (self.folder / "slot-000").open("r+b") as file:
            file.seek(4096 + 1024 * 32 + 4)
            file.write(b"\xff\xff")
        with self.assertLogs("reliability", "WARNING") as logs:
            collector.cycle()
            record(recorder, series("another"))
            collector.cycle()
        self.assertEqual(len(logs.output), 1)
        self.samples(collector)  # other slots are still shown
        recorder.close()
        with self.assertLogs("reliability", "WARNING"):
            collector.cycle()
        self.assertNotIn(self.folder / "slot-000", lease.slot_paths(self.folder))

    def test_a_state_of_another_version_is_quarantined(self):
        with sqlite3.connect(self.folder / "collector.sqlite") as database:
            database.execute("CREATE TABLE total (a)")
            database.execute("PRAGMA user_version = 99")
        database.close()
        collector = self.collector()
        with self.assertLogs(state.__name__, "WARNING") as logs:
            collector.cycle()
        self.assertIn("its format is 99", logs.output[0])

    def test_collecting_starts_again_in_an_emptied_folder(self):
        collector = self.collector()
        collector.cycle()
        for path in self.folder.iterdir():
            path.unlink()
        record(self.recorder())
        collector.cycle()
        self.assertEqual(self.value(collector, COUNT), 1)

    def test_full_storage_is_logged_once_and_saving_is_repeated(self):
        recorder, collector = self.recorder(), self.collector()
        collector.cycle()
        record(recorder)
        saved = "odoo_reliability_collector_saved"

        def full(*_arguments):
            raise sqlite3.OperationalError("database or disk is full")

        with self.assertLogs("reliability", "WARNING") as logs:
            original = state.State.save
            state.State.save = full
            try:
                collector.cycle()
                collector.cycle()
            finally:
                state.State.save = original
        self.assertEqual(len(logs.output), 1)
        self.assertEqual(self.value(collector, saved), 0)
        self.assertEqual(self.value(collector, COUNT), 1, "still counted")
        collector.cycle()
        self.assertEqual(self.value(collector, saved), 1)


class TestSpareSlots(CollectorCase):
    def test_new_workers_find_a_slot_while_storage_is_full(self):
        collector = self.collector()
        record(self.recorder())
        collector.cycle()
        full = OSError(errno.ENOSPC, "no space left")
        with patch.object(os, "posix_fallocate", side_effect=full):
            collector.cycle()
            record(self.recorder())
        collector.cycle()
        self.assertEqual(self.value(collector, COUNT), 2)
        self.assertEqual(self.value(collector, DROPPED), 0)

    def test_there_are_as_many_free_slots_as_slots_in_use(self):
        recorders = [self.recorder(), self.recorder()]
        collector = self.collector()
        for recorder in recorders:
            record(recorder)
        for _ in range(5):
            collector.cycle()
        self.assertEqual(len(lease.slot_paths(self.folder)), 4)


class TestRetiredSlots(CollectorCase):
    def test_a_worn_out_slot_is_deleted_after_it_was_read(self):
        recorder, collector = self.recorder(), self.collector()
        self.enterContext(patch.object(reader, "_RETIRE_ABOVE", 0.0))
        record(recorder)
        collector.cycle()
        self.assertTrue(lease.slot_paths(self.folder), "its worker lives")
        recorder.close()
        collector.cycle()
        self.assertNotIn(self.folder / "slot-000", lease.slot_paths(self.folder))
        self.assertEqual(self.value(collector, COUNT), 1)

    def test_a_slot_with_unread_events_is_not_deleted(self):
        recorder, collector = self.recorder(), self.collector()
        self.enterContext(patch.object(reader, "_RETIRE_ABOVE", 0.0))
        collector.cycle()
        record(recorder)
        recorder.close()
        slot = reader.SlotReader(self.folder / "slot-000")
        self.addCleanup(slot.close)
        self.assertFalse(slot.retire_if_left(reader.Position()))

    def test_the_call_of_a_dead_worker_is_counted_without_a_new_worker(self):
        collector = self.collector()

        def die():
            self.recorder().begin(series())
            os.kill(os.getpid(), signal.SIGKILL)

        began = lease.boot_time()
        run_in_child(die)
        collector.cycle()
        self.assertEqual(self.value(collector, COUNT, outcome="killed"), 1)
        seconds = self.value(collector, "odoo_operation_duration_seconds_sum")
        self.assertGreater(seconds, 0)
        self.assertLessEqual(seconds, lease.boot_time() - began)

    def test_a_killed_request_is_one_killed_call_with_what_it_called(self):
        collector = self.collector()
        request = Series("http", "db", ("/web", "POST", "", "", "platform"), 2.0)

        def die():
            recorder = self.recorder()
            recorder.begin(request)
            recorder.begin(series())
            os.kill(os.getpid(), signal.SIGKILL)

        record(self.recorder())
        run_in_child(die)
        collector.cycle()
        self.assertEqual(collector.killed_calls(), 1)


class TestEndedLeases(CollectorCase):
    """Whether a worker lives is told by its lease of a slot, which the kernel ends."""

    def ended(self, collector, name):
        collector.cycle()
        slot, number = name.split("/")
        return int(number) <= collector.ended_leases()[slot]

    def test_the_lease_of_a_live_worker_has_not_ended(self):
        recorder, collector = self.recorder(), self.collector()
        self.assertFalse(self.ended(collector, recorder.lease))

    def test_the_lease_of_a_killed_worker_has_ended_and_that_of_the_next_has_not(self):
        name = self.folder / "name"

        def work():
            name.write_text(self.recorder().lease)
            os.kill(os.getpid(), signal.SIGKILL)

        run_in_child(work)
        collector = self.collector()
        self.assertTrue(self.ended(collector, name.read_text()))
        following = self.recorder().lease
        self.assertTrue(self.ended(collector, name.read_text()))
        self.assertFalse(self.ended(collector, following))
        self.assertEqual(name.read_text().split("/")[0], following.split("/")[0])

    def test_the_lease_of_a_retired_slot_has_ended(self):
        recorder, collector = self.recorder(), self.collector()
        name = recorder.lease
        recorder.close()
        with patch.object(reader, "_RETIRE_ABOVE", -1.0):
            collector.cycle()
        self.assertFalse(list(self.folder.glob("slot-*")))
        self.assertTrue(self.ended(collector, name))

    def test_nothing_is_told_of_a_worker_whose_slot_was_deleted(self):
        recorder, collector = self.recorder(), self.collector()
        slot, _number = recorder.lease.split("/")
        collector.cycle()
        for path in lease.slot_paths(self.folder):
            path.unlink()
        collector.cycle()
        self.assertNotIn(slot, collector.ended_leases())

    def test_the_lease_of_a_killed_worker_with_a_damaged_slot_has_ended(self):
        recorder, collector = self.recorder(), self.collector()
        name = recorder.lease
        self.assertFalse(self.ended(collector, name))
        recorder.close()
        damage = patch.object(lease, "recover", side_effect=Unusable("damaged"))
        with damage, self.assertLogs():
            self.assertTrue(self.ended(collector, name))

    def test_a_worker_without_a_slot_has_no_lease(self):
        recorder = self.recorder()
        with patch.object(lease, "lease", side_effect=OSError(errno.ENOSPC, "full")):
            with self.assertLogs():
                self.assertEqual(recorder.lease, "")
