"""The collector follows databases that are renamed, dropped and created again."""

from unittest import TestCase
from unittest.mock import patch

from ...collector import state
from ...collector.collector import Collector
from ...telemetry.exposition import GaugeSheet
from ...telemetry.slots.lease import boot_time
from ..recordings import FolderCase, record, series

EXISTING = {"a": 11, "b": 12}


class TestReconciliation(FolderCase, TestCase):
    def setUp(self):
        super().setUp()
        self.events = self.recorder()
        self.collector = Collector(self.folder)
        self.addCleanup(lambda: self.collector.close())
        self.count("a", "a", "b")
        self.collector.reconcile_databases(EXISTING)

    def count(self, *databases):
        for db in databases:
            record(self.events, series(db=db))
        self.collector.cycle()

    def shown(self):
        """Return database → number of calls on ``/metrics``."""
        return {
            sample.labels["db"]: sample.value
            for family in self.collector.metric_families()
            for sample in family.samples
            if sample.name == "odoo_operation_duration_seconds_count" and sample.value
        }

    def events_shown(self):
        (value,) = [
            sample.value
            for family in self.collector.metric_families()
            for sample in family.samples
            if sample.name == "odoo_reliability_events_total"
        ]
        return value

    def restart(self):
        self.collector.close()
        self.collector = Collector(self.folder)
        self.collector.cycle()

    def expire_at_once(self):
        """Let a database that does not exist be deleted at once, not after a day."""
        name = "_RETENTION_OF_A_GONE_DATABASE"
        self.enterContext(patch.object(state, name, -1.0))

    def test_a_dropped_database_is_not_shown_any_more(self):
        self.assertEqual(self.shown(), {"a": 2, "b": 1})
        self.collector.set_gauges("b", GaugeSheet(boot_time(), []))
        self.collector.reconcile_databases({"a": 11})
        self.assertEqual(self.shown(), {"a": 2})
        self.restart()
        self.assertEqual(self.shown(), {"a": 2}, "it is shown again")

    def test_the_total_of_all_events_does_not_fall(self):
        before = self.events_shown()
        self.collector.reconcile_databases({"a": 11})
        self.count("a")
        self.assertEqual(self.events_shown(), before + 1)
        self.restart()
        self.assertEqual(self.events_shown(), before + 1)

    def test_a_database_that_is_created_again_starts_at_zero(self):
        self.collector.reconcile_databases({"a": 11})
        self.count("b")
        self.collector.reconcile_databases({"a": 11, "b": 99})
        self.assertEqual(self.shown(), {"a": 2, "b": 1})

    def test_waiting_batches_follow_a_renamed_database(self):
        self.collector.reconcile_databases({"a": 11, "renamed": 12})
        self.assertEqual(self.shown(), {"a": 2})
        self.assertEqual(self.collector.current_name("b"), "renamed")
        self.assertIn("b", self.collector.waiting())
        self.restart()
        self.assertEqual(self.collector.current_name("b"), "renamed")

    def test_they_follow_a_database_renamed_right_after_its_first_call(self):
        """At the last search, nothing had been measured in it."""
        self.collector.reconcile_databases(EXISTING | {"new": 13})
        self.count("new")
        self.collector.reconcile_databases(EXISTING | {"renamed": 13})
        self.assertEqual(self.collector.current_name("new"), "renamed")

    def test_batches_of_a_dropped_database_wait_for_a_day(self):
        """Somebody may be restoring it, which takes time."""
        self.collector.reconcile_databases({"a": 11})
        self.assertIn("b", self.collector.waiting())
        self.expire_at_once()
        self.collector.reconcile_databases({"a": 11})
        self.assertNotIn("b", self.collector.waiting())
        self.collector.cycle()
        self.assertEqual(self.collector._totals.dropped["undelivered"], 1)

    def test_a_database_restored_in_time_still_has_its_waiting_batches(self):
        self.collector.reconcile_databases({"a": 11})
        self.collector.reconcile_databases({"a": 11, "b": 13})
        self.expire_at_once()
        self.collector.reconcile_databases({"a": 11, "b": 13})
        self.assertIn("b", self.collector.waiting())
