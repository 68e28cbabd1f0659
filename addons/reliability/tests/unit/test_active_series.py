"""``/metrics`` shows series with a recent event, and rates stay right."""

from unittest import TestCase
from unittest.mock import patch

from ...collector.collector import Collector
from ...telemetry import totals as totals_module
from ...telemetry.active_series import SECONDS_OF_OLD_NUMBERS
from ...telemetry.events import Event
from ...telemetry.slots.lease import boot_time
from ..recordings import FolderCase, record, series
from .test_copied_totals import add

HOUR, MINUTE = 3600.0, 60.0


class ClockCase(TestCase):
    def setUp(self):
        super().setUp()
        self.now = 1_000_000.0
        clock = patch.object(totals_module, "boot_time", lambda: self.now)
        self.enterContext(clock)
        self.totals = totals_module.Totals()

    def shown(self, key):
        """Return the number of calls on the page; ``None`` if the series is absent."""
        total = self.totals.copied().by_key.get(key)
        return total and total.count


class TestSilence(ClockCase):
    def test_a_series_is_shown_for_an_hour_after_its_last_event(self):
        key = add(self.totals, "db")
        self.now += HOUR
        self.assertEqual(self.shown(key), 1)
        self.now += 11 * MINUTE
        self.assertIsNone(self.shown(key))

    def test_a_scheduled_action_is_shown_for_ten_minutes(self):
        key = add(self.totals, "db", family="cron")
        self.now += 10 * MINUTE
        self.assertEqual(self.shown(key), 1)
        self.now += 10 * MINUTE
        self.assertIsNone(self.shown(key))

    def test_an_event_prolongs_it(self):
        key = add(self.totals, "db")
        for _half in range(5):
            self.now += HOUR / 2
            add(self.totals, "db")
        self.assertEqual(self.shown(key), 6)

    def test_its_outcomes_are_shown_together(self):
        key = add(self.totals, "db")
        failed = add(self.totals, "db", outcome="failed")
        self.now += HOUR
        add(self.totals, "db", outcome="failed")
        self.now += HOUR / 2
        self.assertEqual((self.shown(key), self.shown(failed)), (1, 2))

    def test_series_that_are_added_up_are_shown_together(self):
        """A request's service is no label: the sum of two services must not fall."""
        one = series(db="db")._replace(
            family="http", labels=("/a", "GET", "200", "", "x")
        )
        two = one._replace(labels=(*one.labels[:-1], "y"))
        for call in (one, two):
            self.totals.add([(call, Event(call, "success", 1.0, 1.0))])
        self.now += HOUR
        self.totals.add([(one, Event(one, "success", 1.0, 1.0))])
        self.now += HOUR / 2
        shown = self.totals.copied().by_key.values()
        self.assertEqual(sum(total.count for total in shown), 3)
        self.now += 2 * HOUR
        self.assertFalse(self.totals.copied().by_key)

    def test_no_number_is_lost(self):
        key = add(self.totals, "db")
        self.now += 2 * HOUR
        self.assertIsNone(self.shown(key))
        self.assertEqual(self.totals.by_key[key].count, 1)


class TestReturn(ClockCase):
    """``rate()`` does not see the value with which a series begins."""

    def setUp(self):
        super().setUp()
        self.key = add(self.totals, "db")
        self.now += 2 * HOUR
        self.assertIsNone(self.shown(self.key))

    def test_it_begins_with_its_old_number(self):
        failed = add(self.totals, "db", outcome="failed")
        add(self.totals, "db")
        self.assertEqual((self.shown(self.key), self.shown(failed)), (1, 0))
        self.now += SECONDS_OF_OLD_NUMBERS - 1
        add(self.totals, "db")
        self.assertEqual((self.shown(self.key), self.shown(failed)), (1, 0))
        self.now += 1
        self.assertEqual((self.shown(self.key), self.shown(failed)), (3, 1))

    def test_a_minute_without_a_scrape_is_enough(self):
        add(self.totals, "db")
        self.now += 10 * MINUTE
        self.assertEqual(self.shown(self.key), 2)

    def test_a_database_of_that_name_begins_anew(self):
        add(self.totals, "db")
        self.totals.retire("db")
        self.assertIsNone(self.shown(self.key))
        add(self.totals, "db")
        self.assertEqual(self.shown(self.key), 1)


class TestNewSeries(ClockCase):
    def test_it_is_shown_at_once(self):
        self.assertEqual(self.shown(add(self.totals, "db")), 1)


class TestRestart(FolderCase, TestCase):
    def setUp(self):
        super().setUp()
        self.offset = 0.0
        clock = patch.object(
            totals_module, "boot_time", lambda: boot_time() + self.offset
        )
        self.enterContext(clock)
        self.recording = self.recorder()
        record(self.recording, series(db="old"))
        self.restart()
        self.offset = 2 * HOUR
        record(self.recording, series(db="new"))

    def restart(self):
        """Read what was recorded with a new collector, and return what it shows."""
        collector = Collector(self.folder)
        self.addCleanup(collector.close)
        collector.cycle()
        (family,) = [
            family
            for family in collector.metric_families()
            if family.name == "odoo_operation_duration_seconds"
        ]
        collector.close()
        return {sample.labels["db"] for sample in family.samples}

    def test_active_series_stay_active(self):
        self.assertEqual(self.restart(), {"new"})
        self.assertEqual(self.restart(), {"new"})

    def test_after_a_boot_no_series_is_active(self):
        self.restart()
        self.offset = -2 * HOUR
        self.assertEqual(self.restart(), set())
