"""Queries of rollups return the calls of any period, by any dimension."""

from datetime import UTC, datetime, timedelta

from odoo import fields
from odoo.tests import TransactionCase, freeze_time, tagged

from ..collector.rollup_writer import add
from ..models import retention
from ..telemetry.call_stats import CallStats
from ..telemetry.events import Event, Series
from ..telemetry.rollup import batches

NOON = datetime(2026, 3, 2, 12)


def moment(minutes):
    """Return minutes after noon, in seconds since 1970."""
    return (NOON + timedelta(minutes=minutes)).replace(tzinfo=UTC).timestamp()


@tagged("-at_install", "post_install")
class TestAggregate(TransactionCase):
    def setUp(self):
        super().setUp()
        self.query = self.env["reliability.query"]
        self.numbers = {}

    def count(self, *events, warehouse="WH", host="one", operation="probe"):
        """Add events of a series, as the collector of a host does."""
        labels = ("reading", operation, str(self.env.company.id), warehouse, "")
        series = Series("operation", self.env.cr.dbname, labels, 3.0)
        batch = batches((series, event) for event in events)[self.env.cr.dbname]
        number = self.numbers[host] = self.numbers.get(host, 0) + 1
        add(self.env.cr._obj, f"source of {host}", host, [(number, batch)])

    def call(self, minutes=0, outcome="success", seconds=0.5):
        return Event(0, outcome, moment(minutes), seconds, records=2)

    def call_stats(self, minutes=60, **arguments):
        """Return the call stats of so many minutes from noon on."""
        end = NOON + timedelta(minutes=minutes)
        # March is beyond the retention of minutes; the test chooses the table.
        whole = [(self.table, NOON, end)]
        self.patch(type(self.query), "_parts", lambda *_args: whole)
        return self.query._aggregate(NOON, end, service="reading", **arguments)

    table = "reliability_rollup_minute"

    def test_counts_by_outcome_and_derived_ratios(self):
        self.count(
            *[self.call() for _n in range(6)],
            self.call(seconds=5.0),
            self.call(outcome="rejected"),
            self.call(outcome="failed"),
            self.call(outcome="killed"),
            self.call(outcome="retried"),
        )
        (stats,) = self.call_stats().values()
        self.assertEqual(stats.calls["success"], 7)
        self.assertEqual(stats.failures, 2)
        self.assertEqual(stats.availability, 8 / 10)
        self.assertEqual(stats.refusals, 1 / 10)
        self.assertEqual(stats.on_time, 6 / 7)
        self.assertEqual((stats.seconds, stats.records), (8.0, 14))
        self.assertAlmostEqual(stats.quantile(0.5), 0.5, delta=0.006)
        self.assertAlmostEqual(stats.quantile(0.99), 5.0, delta=0.06)

    def test_without_calls_there_are_no_ratios(self):
        self.assertEqual(self.call_stats(), {})
        empty = CallStats()
        ratios = (empty.availability, empty.on_time, empty.refusals, empty.quantile(1))
        self.assertEqual(ratios, (None,) * 4)

    def test_a_period_begins_with_its_start_and_ends_before_its_end(self):
        self.count(self.call(-1), self.call(0), self.call(59), self.call(60))
        (stats,) = self.call_stats().values()
        self.assertEqual(stats.calls["success"], 2)

    def test_a_time_series(self):
        self.count(*[self.call(minute) for minute in (0, 4, 5, 14, 15, 16)])
        points = self.call_stats(step=300)
        self.assertEqual(
            {key: stats.calls.total() for key, stats in points.items()},
            {
                (NOON,): 2,
                (NOON + timedelta(minutes=5),): 1,
                (NOON + timedelta(minutes=10),): 1,
                (NOON + timedelta(minutes=15),): 2,
            },
        )

    def test_group_by_and_filter_by_dimensions(self):
        self.count(self.call(), warehouse="A")
        self.count(self.call(), self.call(), warehouse="B")
        self.count(self.call(), warehouse="B", host="two", operation="other_probe")
        by_warehouse = self.call_stats(by=("warehouse",))
        self.assertEqual(by_warehouse["A",].calls.total(), 1)
        self.assertEqual(by_warehouse["B",].calls.total(), 3)
        by_both = self.call_stats(by=("host", "operation"))
        self.assertEqual(by_both["two", "other_probe"].calls.total(), 1)
        (chosen,) = self.call_stats(warehouse=["B", "C"], host="one").values()
        self.assertEqual(chosen.calls.total(), 2)
        (ours,) = self.call_stats(company_id=self.env.company.id).values()
        self.assertEqual(ours.calls.total(), 4)

    def test_two_hosts_add_up(self):
        for host in ("one", "two"):
            self.count(self.call(), self.call(outcome="failed"), host=host)
        (stats,) = self.call_stats().values()
        self.assertEqual(stats.calls, {"success": 2, "failed": 2})

    def test_hours_equal_minutes(self):
        self.count(*[self.call(minute, seconds=minute + 1) for minute in range(60)])
        (minutes,) = self.call_stats().values()
        self.table = "reliability_rollup_hour"
        (hours,) = self.call_stats().values()
        self.assertEqual(minutes, hours)

    def test_whole_hours_and_the_minutes_around_them_equal_minutes(self):
        self.count(*[self.call(minute, seconds=minute + 1) for minute in range(300)])
        self.patch(type(self.query), "_table_for", lambda *_args: self.table)
        for first, last in ((7, 251), (0, 240), (60, 61), (7, 59), (59, 121)):
            start, end = (NOON + timedelta(minutes=n) for n in (first, last))
            parts = self.query._parts(start, end, None)
            tables = [table for table, _start, _end in parts]
            self.assertEqual("reliability_rollup_hour" in tables, last - first > 60)
            (stats,) = self.query._aggregate(start, end, service="reading").values()
            self.assertEqual(stats.calls["success"], last - first)
            self.assertEqual(stats.buckets.total(), last - first)
            self.assertEqual(stats.seconds, sum(range(first + 1, last + 1)))

    def test_durations_can_be_left_out(self):
        self.count(self.call())
        (stats,) = self.call_stats(durations=False).values()
        self.assertEqual((stats.calls["success"], stats.seconds), (1, 0.5))
        self.assertIsNone(stats.quantile(0.5))

    def test_an_unknown_dimension_raises_an_error(self):
        with self.assertRaisesRegex(ValueError, "customer"):
            self.call_stats(by=("customer",))


@tagged("-at_install", "post_install")
class TestTheTableOfAPeriod(TransactionCase):
    def test_minutes_within_their_retention_and_else_hours(self):
        query = self.env["reliability.query"]
        now = datetime.now(UTC).replace(tzinfo=None)
        recent, long_ago = now - timedelta(hours=3), now - timedelta(days=30)
        minute, hour = "reliability_rollup_minute", "reliability_rollup_hour"
        self.assertEqual(query._table_for(recent, None), minute)
        self.assertEqual(query._table_for(recent, 60), minute)
        self.assertEqual(query._table_for(recent, 3600), hour)
        self.assertEqual(query._table_for(long_ago, 60), hour)


@tagged("-at_install", "post_install")
class TestRetention(TransactionCase):
    def setUp(self):
        super().setUp()
        self.minutes = self.env["reliability.rollup.minute"]
        self.minutes.search([]).unlink()
        # The clock of the database decides the age of rows.
        self.now = self.env.cr.now().replace(second=0, microsecond=0)
        self.series = self.env["reliability.series"].create(
            dict.fromkeys(
                ("family", "service", "operation", "company", "warehouse", "dimension"),
                "retention",
            )
        )

    def set_retention(self, **parameters):
        for name, value in parameters.items():
            self.env["ir.config_parameter"].set_param(f"reliability.{name}", value)

    def count_rows(self, *days):
        """Create a row for each of so many days ago."""
        sums = ("count", "fast", "seconds", "sql", "external", "cpu", "queries")
        self.minutes.create(
            [
                {
                    **dict.fromkeys(sums, 1),
                    "records": 1,
                    "series_id": self.series.id,
                    "start": self.now - timedelta(days=days_ago),
                    "outcome": "success",
                    "host": "one",
                    "threshold": 3.0,
                    "buckets": {"1": 1},
                }
                for days_ago in days
            ]
        )

    def days_left(self):
        rows = self.minutes.search([], order="start desc")
        return [(self.now - row.start).days for row in rows]

    def test_old_rows_are_deleted_in_batches_and_new_rows_stay(self):
        self.patch(retention, "AT_A_TIME", 2)
        self.count_rows(1, 9, 10, 11)
        self.assertEqual(self.minutes._gc_minutes(), (2, True))
        self.assertEqual(self.days_left(), [1, 9], "the oldest go first")
        self.minutes._gc_minutes()
        self.assertEqual(self.days_left(), [1])

    def test_series_without_rollups_are_deleted(self):
        self.count_rows(1, 9)
        other = self.series.copy({"operation": "unused"})
        self.env.flush_all()
        series = self.env["reliability.series"]
        for days, left in ((8, self.series), (0, series)):
            self.minutes.search([("start", "<", self.now - timedelta(days))]).unlink()
            series._gc_series()
            self.assertEqual((self.series | other).exists(), left)

    def test_checkpoints_of_gone_collectors_are_deleted(self):
        sources = self.env["reliability.collector.checkpoint"]
        for days in (1, 100):
            delivered = self.now - timedelta(days=days)
            values = {"host": "one", "number": 1, "delivered": delivered}
            sources.create({"name": f"{self.id()} {days}", **values})
        sources._gc_checkpoints()
        left = sources.search([("name", "like", self.id())])
        self.assertEqual(left.mapped("name"), [f"{self.id()} 1"])

    def test_a_host_with_a_wrong_clock_deletes_nothing(self):
        """The clock of the database decides the age of rows."""
        self.count_rows(1, 2)
        next_month = fields.Datetime.now() + timedelta(days=30)
        with freeze_time(next_month):
            self.minutes._gc_minutes()
        self.assertEqual(self.days_left(), [1, 2])

    def test_settings_limit_the_days(self):
        self.count_rows(1, 9, 10, 11)
        self.set_retention(minute_rollup_days=10)
        self.minutes._gc_minutes()
        self.assertEqual(self.days_left(), [1, 9])

    def test_settings_limit_the_rows(self):
        self.count_rows(1, 2, 3, 4)
        self.set_retention(max_rollup_rows=2)
        self.minutes._gc_minutes()
        self.assertEqual(self.days_left(), [1, 2])

    def test_defaults_replace_invalid_settings(self):
        self.count_rows(1, 9)
        for invalid in ("", "many", "-1", "0"):
            self.set_retention(minute_rollup_days=invalid, max_rollup_rows=invalid)
            self.minutes._gc_minutes()
            self.assertEqual(self.days_left(), [1])

    def test_hours_are_read_if_minutes_were_deleted(self):
        """Also after the retention of minutes is increased."""
        query = self.env["reliability.query"]
        self.count_rows(1, 3, 5)
        self.set_retention(minute_rollup_days=2)
        self.minutes._gc_minutes()
        self.set_retention(minute_rollup_days=30)
        table = query._table_for(self.now - timedelta(days=4), 60)
        self.assertEqual(table, "reliability_rollup_hour")
        table = query._table_for(self.now - timedelta(days=1), 60)
        self.assertEqual(table, "reliability_rollup_minute")
