"""Databases are renamed, dropped, copied and made again, as is normal."""

from unittest import TestCase
from unittest.mock import patch

from ...collector import state
from ...collector.collector import Collector
from ...telemetry.exposition import GaugeSheet
from ...telemetry.slots.lease import boot_time
from ..recordings import FolderCase, record, series

HERE = {"a": 11, "b": 12}


class TestWhatIsShownIsOfDatabasesThatExist(FolderCase, TestCase):
    def setUp(self):
        super().setUp()
        self.events = self.recorder()
        self.collector = Collector(self.folder)
        self.addCleanup(lambda: self.collector.close())
        self.count("a", "a", "b")
        self.collector.reconcile_databases(HERE)

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

    def keep_for_a_gone_database(self, seconds):
        name = "_SECONDS_KEPT_FOR_A_GONE_DATABASE"
        self.enterContext(patch.object(state, name, seconds))

    def test_one_that_was_dropped_is_shown_no_more(self):
        self.assertEqual(self.shown(), {"a": 2, "b": 1})
        self.collector.set_gauges("b", GaugeSheet(boot_time(), []))
        self.collector.reconcile_databases({"a": 11})
        self.assertEqual(self.shown(), {"a": 2})
        self.restart()
        self.assertEqual(self.shown(), {"a": 2}, "it came back")

    def test_the_count_of_all_events_does_not_fall(self):
        before = self.events_shown()
        self.collector.reconcile_databases({"a": 11})
        self.count("a")
        self.assertEqual(self.events_shown(), before + 1)
        self.restart()
        self.assertEqual(self.events_shown(), before + 1)

    def test_one_that_is_made_again_begins_anew(self):
        self.collector.reconcile_databases({"a": 11})
        self.count("b")
        self.collector.reconcile_databases({"a": 11, "b": 99})
        self.assertEqual(self.shown(), {"a": 2, "b": 1})

    def test_what_waits_for_one_that_was_renamed_goes_to_its_new_name(self):
        self.collector.reconcile_databases({"a": 11, "renamed": 12})
        self.assertEqual(self.shown(), {"a": 2})
        self.assertEqual(self.collector.current_name("b"), "renamed")
        self.assertIn("b", self.collector.waiting())
        self.restart()
        self.assertEqual(self.collector.current_name("b"), "renamed")

    def test_one_that_is_renamed_right_after_its_first_call_gets_it(self):
        """It was last looked for when nothing had been measured in it."""
        self.collector.reconcile_databases(HERE | {"new": 13})
        self.count("new")
        self.collector.reconcile_databases(HERE | {"renamed": 13})
        self.assertEqual(self.collector.current_name("new"), "renamed")

    def test_what_waits_for_one_that_is_gone_is_kept_for_a_day(self):
        """It may be on its way: somebody restores it, and that takes its time."""
        self.collector.reconcile_databases({"a": 11})
        self.assertIn("b", self.collector.waiting())
        self.enterContext(
            patch.object(state, "_SECONDS_KEPT_FOR_A_GONE_DATABASE", -1.0)
        )
        self.collector.reconcile_databases({"a": 11})
        self.assertNotIn("b", self.collector.waiting())
        self.collector.cycle()
        self.assertEqual(self.collector._totals.dropped["undelivered"], 1)

    def test_one_that_comes_back_in_time_gets_it(self):
        self.collector.reconcile_databases({"a": 11})
        self.collector.reconcile_databases({"a": 11, "b": 13})
        self.enterContext(
            patch.object(state, "_SECONDS_KEPT_FOR_A_GONE_DATABASE", -1.0)
        )
        self.collector.reconcile_databases({"a": 11, "b": 13})
        self.assertIn("b", self.collector.waiting())
