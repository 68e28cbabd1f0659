"""The query returns the statistics of all calls, for any period, group and host."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import TransactionCase, freeze_time, tagged

from ..collector.rollup_writer import add
from ..models import retention
from ..telemetry import families
from ..telemetry.call_stats import CallStats
from ..telemetry.events import Event, Series
from ..telemetry.rollup import batches

NOON = datetime(2026, 3, 2, 12)
_LABELS = ("service", "operation", "company", "warehouse")
COUNTED = families.FamilySpec(
    "counted",
    "Counted",
    _LABELS,
    (families.MetricSpec(families.COUNTER, "odoo_counted", "Things.", (), "count"),),
    **{label: f"{{{label}}}" for label in _LABELS},
)
"""A family without durations."""


def moment(minutes):
    """Return minutes after noon, in seconds since 1970."""
    return (NOON + timedelta(minutes=minutes)).replace(tzinfo=UTC).timestamp()


@tagged("-at_install", "post_install")
class TestQuery(TransactionCase):
    def setUp(self):
        super().setUp()
        self.query = self.env["reliability.query"]
        self.last_numbers = {}

    def count(
        self,
        *events,
        warehouse="WH",
        host="one",
        operation="probe",
        threshold=3.0,
        series=None,
    ):
        """Add events of a series to rollups, as the collector of a host does."""
        labels = ("query", operation, str(self.env.company.id), warehouse, "")
        series = series or Series("operation", self.env.cr.dbname, labels, threshold)
        batch = batches((series, event) for event in events)[self.env.cr.dbname]
        number = self.last_numbers[host] = self.last_numbers.get(host, 0) + 1
        add(self.env.cr._obj, f"collector of {host}", host, [(number, batch)])

    def call(self, minutes=0, outcome="success", seconds=0.5):
        return Event(0, outcome, moment(minutes), seconds, records=2)

    def aggregate(self, minutes=60, **arguments):
        """Return the statistics of a number of minutes from noon on."""
        end = NOON + timedelta(minutes=minutes)
        # March is beyond the retention by minute, so that hours would be read.
        parts = [(self.table, NOON, end)]
        self.patch(type(self.query), "_parts", lambda *_args: parts)
        return self.query._aggregate(NOON, end, service="query", **arguments)

    table = "reliability_rollup_minute"

    def test_counts_by_outcome_and_ratios(self):
        self.count(
            *[self.call() for _n in range(6)],
            self.call(seconds=5.0),
            self.call(outcome="rejected"),
            self.call(outcome="failed"),
            self.call(outcome="killed"),
            self.call(outcome="retried"),
        )
        (stats,) = self.aggregate().values()
        self.assertEqual(stats.calls["success"], 7)
        self.assertEqual(stats.failures, 2)
        self.assertEqual(stats.availability, 8 / 10)
        self.assertEqual(stats.refusals, 1 / 10)
        self.assertEqual(stats.on_time, 6 / 7)
        self.assertEqual((stats.seconds, stats.records), (8.0, 14))
        self.assertAlmostEqual(stats.quantile(0.5), 0.5, delta=0.006)
        self.assertAlmostEqual(stats.quantile(0.99), 5.0, delta=0.06)

    def test_an_event_of_several_calls_is_as_many_fast_calls(self):
        self.count(self.call()._replace(calls=16))
        (stats,) = self.aggregate().values()
        self.assertEqual((stats.timed, stats.fast, stats.slow), (16, 16, 0))

    def test_without_a_threshold_calls_are_neither_fast_nor_slow(self):
        self.count(self.call(), threshold=0.0)
        (stats,) = self.aggregate().values()
        self.assertEqual((stats.calls["success"], stats.slow), (1, 0))
        self.assertIsNone(stats.on_time)
        self.assertAlmostEqual(stats.quantile(0.5), 0.5, delta=0.006)

    def test_a_family_without_durations_has_neither_percentiles_nor_slow_calls(self):
        labels = ("query", "probe", str(self.env.company.id), "WH")
        series = Series("counted", self.env.cr.dbname, labels, 3.0)
        with patch.dict(families._registered, counted=COUNTED):
            self.count(self.call()._replace(calls=16), series=series)
        (stats,) = self.aggregate(family="counted").values()
        self.assertEqual((stats.calls["success"], stats.slow), (16, 0))
        self.assertIsNone(stats.on_time)
        self.assertIsNone(stats.quantile(0.5))

    def test_without_calls_there_are_no_ratios(self):
        self.assertEqual(self.aggregate(), {})
        empty = CallStats()
        ratios = (empty.availability, empty.on_time, empty.refusals, empty.quantile(1))
        self.assertEqual(ratios, (None,) * 4)

    def test_a_period_includes_its_start_and_excludes_its_end(self):
        self.count(self.call(-1), self.call(0), self.call(59), self.call(60))
        (stats,) = self.aggregate().values()
        self.assertEqual(stats.calls["success"], 2)

    def test_a_time_series(self):
        self.count(*[self.call(minute) for minute in (0, 4, 5, 14, 15, 16)])
        points = self.aggregate(step=300)
        self.assertEqual(
            {key: stats.calls.total() for key, stats in points.items()},
            {
                (NOON,): 2,
                (NOON + timedelta(minutes=5),): 1,
                (NOON + timedelta(minutes=10),): 1,
                (NOON + timedelta(minutes=15),): 2,
            },
        )

    def test_groups_and_conditions_by_warehouse_operation_and_host(self):
        self.count(self.call(), warehouse="A")
        self.count(self.call(), self.call(), warehouse="B")
        self.count(self.call(), warehouse="B", host="two", operation="other_probe")
        by_warehouse = self.aggregate(by=("warehouse",))
        self.assertEqual(by_warehouse["A",].calls.total(), 1)
        self.assertEqual(by_warehouse["B",].calls.total(), 3)
        by_both = self.aggregate(by=("host", "operation"))
        self.assertEqual(by_both["two", "other_probe"].calls.total(), 1)
        (chosen,) = self.aggregate(warehouse=["B", "C"], host="one").values()
        self.assertEqual(chosen.calls.total(), 2)
        (of_company,) = self.aggregate(company_id=self.env.company.id).values()
        self.assertEqual(of_company.calls.total(), 4)

    def test_calls_of_two_hosts_are_added_up(self):
        for host in ("one", "two"):
            self.count(self.call(), self.call(outcome="failed"), host=host)
        (stats,) = self.aggregate().values()
        self.assertEqual(stats.calls, {"success": 2, "failed": 2})

    def test_rollups_by_hour_equal_those_by_minute(self):
        self.count(*[self.call(minute, seconds=minute + 1) for minute in range(60)])
        (minutes,) = self.aggregate().values()
        self.table = "reliability_rollup_hour"
        (hours,) = self.aggregate().values()
        self.assertEqual(minutes, hours)

    def test_whole_hours_and_the_minutes_around_them_equal_the_minutes(self):
        self.count(*[self.call(minute, seconds=minute + 1) for minute in range(300)])
        self.patch(type(self.query), "_table_for", lambda *_args: self.table)
        for first, last in ((7, 251), (0, 240), (60, 61), (7, 59), (59, 121)):
            start, end = (NOON + timedelta(minutes=n) for n in (first, last))
            parts = self.query._parts(start, end, None)
            tables = [table for table, _start, _end in parts]
            self.assertEqual("reliability_rollup_hour" in tables, last - first > 60)
            (stats,) = self.query._aggregate(start, end, service="query").values()
            self.assertEqual(stats.calls["success"], last - first)
            self.assertEqual(stats.buckets.total(), last - first)
            self.assertEqual(stats.seconds, sum(range(first + 1, last + 1)))

    def test_without_durations_there_are_no_quantiles(self):
        self.count(self.call())
        (stats,) = self.aggregate(durations=False).values()
        self.assertEqual((stats.calls["success"], stats.seconds), (1, 0.5))
        self.assertIsNone(stats.quantile(0.5))

    def test_an_unknown_column_raises(self):
        with self.assertRaisesRegex(ValueError, "customer"):
            self.aggregate(by=("customer",))


@tagged("-at_install", "post_install")
class TestTableOfAPeriod(TransactionCase):
    def test_minutes_are_read_while_they_are_complete(self):
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
        # The age of rows is by the clock of the database.  A minute before now, so that
        # a row is older than its days also where now is the start of a minute.
        now = self.env.cr.now().replace(second=0, microsecond=0)
        self.now = now - timedelta(minutes=1)
        self.series = self.env["reliability.series"].create(
            dict.fromkeys(
                ("family", "service", "operation", "company", "warehouse", "dimension"),
                "retention",
            )
        )

    def set_parameters(self, **parameters):
        for name, value in parameters.items():
            self.env["ir.config_parameter"].set_param(f"reliability.{name}", value)

    def create_rows(self, *days):
        """Create a row for each number of days ago."""
        sums = ("count", "fast", "seconds", "sql", "external", "cpu", "queries")
        self.minutes.create(
            [
                {
                    **dict.fromkeys(sums, 1),
                    "records": 1,
                    "series_id": self.series.id,
                    "start": self.now - timedelta(days=age),
                    "outcome": "success",
                    "host": "one",
                    "threshold": 3.0,
                    "buckets": {"1": 1},
                }
                for age in days
            ]
        )

    def ages(self):
        rows = self.minutes.search([], order="start desc")
        return [(self.now - row.start).days for row in rows]

    def test_old_rows_are_deleted_in_batches(self):
        self.patch(retention, "BATCH_SIZE", 2)
        self.create_rows(1, 9, 10, 11)
        self.assertEqual(self.minutes._gc_minutes(), (2, True))
        self.assertEqual(self.ages(), [1, 9], "the oldest are deleted first")
        self.minutes._gc_minutes()
        self.assertEqual(self.ages(), [1])

    def test_series_without_rollups_are_deleted(self):
        self.create_rows(1, 9)
        other = self.series.copy({"operation": "unused"})
        self.env.flush_all()
        series = self.env["reliability.series"]
        for days, existing in ((8, self.series), (0, series)):
            self.minutes.search([("start", "<", self.now - timedelta(days))]).unlink()
            series._gc_series()
            self.assertEqual((self.series | other).exists(), existing)

    def test_old_checkpoints_are_deleted(self):
        checkpoints = self.env["reliability.collector.checkpoint"]
        for days in (1, 100):
            delivered = self.now - timedelta(days=days)
            values = {"host": "one", "number": 1, "delivered": delivered}
            checkpoints.create({"name": f"{self.id()} {days}", **values})
        checkpoints._gc_checkpoints()
        remaining = checkpoints.search([("name", "like", self.id())])
        self.assertEqual(remaining.mapped("name"), [f"{self.id()} 1"])

    def test_a_host_with_a_wrong_clock_deletes_nothing(self):
        self.create_rows(1, 2)
        next_month = fields.Datetime.now() + timedelta(days=30)
        with freeze_time(next_month):
            self.minutes._gc_minutes()
        self.assertEqual(self.ages(), [1, 2])

    def test_days_are_a_parameter(self):
        self.create_rows(1, 9, 10, 11)
        self.set_parameters(minute_rollup_days=10)
        self.minutes._gc_minutes()
        self.assertEqual(self.ages(), [1, 9])

    def test_the_maximum_of_rows_is_a_parameter(self):
        self.create_rows(1, 2, 3, 4)
        few = retention.MAX_ROLLUP_ROWS._replace(minimum=1)
        self.patch(retention, "MAX_ROLLUP_ROWS", few)
        self.set_parameters(max_rollup_rows=2)
        self.minutes._gc_minutes()
        self.assertEqual(self.ages(), [1, 2])

    def test_the_default_replaces_an_invalid_parameter(self):
        self.create_rows(1, 9)
        for invalid in ("", "many", "-1", "0"):
            self.set_parameters(minute_rollup_days=invalid, max_rollup_rows=invalid)
            self.minutes._gc_minutes()
            self.assertEqual(self.ages(), [1])

    def test_hours_are_read_for_deleted_minutes_after_a_longer_retention(self):
        query = self.env["reliability.query"]
        self.create_rows(1, 3, 5)
        self.set_parameters(minute_rollup_days=2)
        self.minutes._gc_minutes()
        self.set_parameters(minute_rollup_days=30)
        table = query._table_for(self.now - timedelta(days=4), 60)
        self.assertEqual(table, "reliability_rollup_hour")
        table = query._table_for(self.now - timedelta(days=1), 60)
        self.assertEqual(table, "reliability_rollup_minute")
