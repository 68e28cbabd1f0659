"""Past hours are read once, and yet what the query returns is what the rollups say."""

import random
from datetime import UTC, timedelta
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from ..collector.rollup_writer import add
from ..models.past_hours import PastHours, past_hours, split
from ..telemetry.call_stats import CallStats
from ..telemetry.events import Event, Series
from ..telemetry.rollup import batches

_HOUR = timedelta(hours=1)
_TABLE = "reliability_rollup_hour"


class PastHoursCase(TransactionCase):
    def setUp(self):
        super().setUp()
        past_hours.clear()
        self.addCleanup(past_hours.clear)
        self.query = self.env["reliability.query"]
        self.now = self.env.cr.now()
        self.this_hour = self.now.replace(minute=0, second=0, microsecond=0)
        self.last_number = 0

    def count(self, *ages, warehouse="A", outcome="success", seconds=0.5):
        """Deliver calls of some ages (timedelta), as a collector does."""
        labels = ("query", "probe", str(self.env.company.id), warehouse, "")
        series = Series("operation", self.env.cr.dbname, labels, 3.0)
        times = [(self.now - age).replace(tzinfo=UTC).timestamp() for age in ages]
        events = [Event(0, outcome, time, seconds) for time in times]
        batch = batches((series, event) for event in events)[self.env.cr.dbname]
        self.last_number += 1
        add(self.env.cr._obj, "collector", "host", [(self.last_number, batch)])

    def aggregate(self, start, end, **options):
        return self.query._aggregate(start, end, service="query", **options)

    def from_rollups(self, start, end, by=(), step=None):
        """Return the same without any cached hours."""
        where = {"service": "query", "family": "operation"}
        parts = self.query._parts(start, end, step)
        return self.query._aggregate_parts(parts, by, step, True, where)

    def reads(self):
        """Count how often rollups are read in the block."""
        read = type(self.query)._aggregate_parts
        return patch.object(
            type(self.query), "_aggregate_parts", autospec=True, side_effect=read
        )


@tagged("-at_install", "post_install")
class TestPastHours(PastHoursCase):
    def yesterday(self):
        start = self.this_hour - 24 * _HOUR
        return start, start + 12 * _HOUR

    def calls_of_yesterday(self):
        stats = self.aggregate(*self.yesterday()).get((), CallStats())
        return stats.calls.total(), stats.buckets.total()

    def test_they_are_read_once(self):
        self.count(20 * _HOUR)
        with self.reads() as reads:
            for _time in range(3):
                self.assertEqual(self.calls_of_yesterday(), (1, 1))
        self.assertEqual(reads.call_count, 1)

    def test_a_delivery_of_this_hour_does_not_change_them(self):
        self.count(20 * _HOUR)
        self.calls_of_yesterday()
        self.count(timedelta(0), _HOUR)
        with self.reads() as reads:
            self.assertEqual(self.calls_of_yesterday(), (1, 1))
        self.assertFalse(reads.called)

    def test_a_late_delivery_counts_at_once(self):
        self.count(20 * _HOUR)
        self.calls_of_yesterday()
        self.count(20 * _HOUR)  # updates the row
        self.assertEqual(self.calls_of_yesterday(), (2, 2))
        self.count(19 * _HOUR)  # inserts one
        self.assertEqual(self.calls_of_yesterday(), (3, 3))

    def test_deleted_hours_do_not_count(self):
        self.count(20 * _HOUR)
        self.calls_of_yesterday()
        start, _end = self.yesterday()
        hours = self.env["reliability.rollup.hour"]
        hours.search([("start", ">=", start)]).unlink()
        self.assertEqual(self.calls_of_yesterday(), (0, 0))

    def test_a_change_that_is_rolled_back_does_not_count(self):
        self.count(20 * _HOUR)
        self.calls_of_yesterday()
        self.env.cr.execute("SAVEPOINT late")
        self.count(20 * _HOUR)
        self.assertEqual(self.calls_of_yesterday(), (2, 2))
        self.env.cr.execute("ROLLBACK TO SAVEPOINT late")
        self.last_number -= 1
        self.assertEqual(self.calls_of_yesterday(), (1, 1))
        self.count(20 * _HOUR, 20 * _HOUR)
        self.assertEqual(self.calls_of_yesterday(), (3, 3))

    def test_calls_of_a_deleted_company_are_found_without_it(self):
        self.count(20 * _HOUR)
        start, end = self.yesterday()
        (key,) = self.aggregate(start, end, by=("company_id",))
        self.assertEqual(key, (self.env.company.id,))
        self.env.cr.execute("UPDATE reliability_series SET company_id = NULL")
        (key,) = self.aggregate(start, end, by=("company_id",))
        self.assertEqual(key, (None,))

    def test_companies_that_are_left_out_now_do_not_count(self):
        self.count(20 * _HOUR)
        self.calls_of_yesterday()
        self.env.company.reliability_left_out = True
        self.assertEqual(self.calls_of_yesterday(), (0, 0))

    def test_callers_get_a_dict_of_their_own(self):
        self.count(20 * _HOUR)
        self.aggregate(*self.yesterday()).clear()
        self.assertEqual(self.calls_of_yesterday(), (1, 1))


@tagged("-at_install", "post_install")
class TestAnyPeriod(PastHoursCase):
    """Whatever was delivered and read before, nothing is missing and nothing twice."""

    def test_statistics_equal_those_of_the_rollups(self):
        for seed in range(20):
            with self.subTest(seed=seed):
                self._deliver_and_read(random.Random(seed))

    def _deliver_and_read(self, chance):
        for _delivery in range(5):
            self.count(
                *(
                    timedelta(minutes=chance.choice((0, 1, 59, 119, 240, 1440, 14400)))
                    + timedelta(minutes=chance.randrange(300))
                    for _call in range(chance.randrange(1, 6))
                ),
                warehouse=chance.choice("AB"),
                outcome=chance.choice(("success", "success", "rejected", "killed")),
                # A power of two, whose sums are the same in each order.
                seconds=2.0 ** chance.randrange(-6, 6),
            )
            for _read in range(3):
                start = self.this_hour - chance.randrange(300) * _HOUR
                start += timedelta(minutes=chance.choice((0, 0, 7)))
                end = min(start + chance.randrange(1, 300) * _HOUR, self.now)
                end += timedelta(minutes=chance.choice((0, 0, 1)))
                options = chance.choice(
                    (
                        {},
                        {"by": ("warehouse",)},
                        {"step": 3600},
                        {"step": 86400, "by": ("warehouse",)},
                        {"step": 900},
                    )
                )
                self.assertEqual(
                    self.aggregate(start, end, **options),
                    self.from_rollups(start, end, **options),
                )


@tagged("-at_install", "post_install")
class TestSplit(PastHoursCase):
    def split(self, start, end, table=_TABLE):
        until = self.this_hour
        parts = [(table, until + start * _HOUR, until + end * _HOUR)]
        return [
            [((a - until) / _HOUR, (b - until) / _HOUR) for _table, a, b in some]
            for some in split(parts, _TABLE, until)
        ]

    def test_hours_before_a_moment_are_past(self):
        self.assertEqual(self.split(-5, -2), [[(-5, -2)], []])
        self.assertEqual(self.split(-5, 2), [[(-5, 0)], [(0, 2)]])
        self.assertEqual(self.split(0, 2), [[], [(0, 2)]])

    def test_a_part_of_an_hour_is_not_past(self):
        self.assertEqual(self.split(-5, -2.5), [[(-5, -3)], [(-3, -2.5)]])
        self.assertEqual(self.split(-4.5, -2), [[], [(-4.5, -2)]])

    def test_minutes_are_not_past(self):
        table = "reliability_rollup_minute"
        self.assertEqual(self.split(-5, -2, table), [[], [(-5, -2)]])


@tagged("-at_install", "post_install")
class TestCache(TransactionCase):
    def test_what_was_not_used_for_longest_is_removed(self):
        cache = PastHours(max_stats=5)
        for key in "abcd":
            cache.put(key, 1, {(): CallStats()})
            cache.get("a", 1)
        found = [key for key in "abcd" if cache.get(key, 1) is not None]
        self.assertEqual(found, ["a", "d"])

    def test_what_is_larger_than_the_cache_is_not_cached(self):
        cache = PastHours(max_stats=5)
        cache.put("large", 1, dict.fromkeys(range(9), CallStats()))
        self.assertIsNone(cache.get("large", 1))
        cache.put("small", 1, {})
        self.assertEqual(cache.get("small", 1), {})
