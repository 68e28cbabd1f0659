"""What is read from rollups is what was counted, over any period, place and host."""

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
class TestReading(TransactionCase):
    def setUp(self):
        super().setUp()
        self.reading = self.env["reliability.query"]
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

    def figures(self, minutes=60, **arguments):
        """Return the figures of so many minutes from noon on."""
        end = NOON + timedelta(minutes=minutes)
        # March is long ago: hours are read, unless the test says otherwise.
        whole = [(self.table, NOON, end)]
        self.patch(type(self.reading), "_parts", lambda *_args: whole)
        return self.reading._aggregate(NOON, end, service="reading", **arguments)

    table = "reliability_rollup_minute"

    def test_counts_by_outcome_and_what_follows(self):
        self.count(
            *[self.call() for _n in range(6)],
            self.call(seconds=5.0),
            self.call(outcome="rejected"),
            self.call(outcome="failed"),
            self.call(outcome="killed"),
            self.call(outcome="retried"),
        )
        (figures,) = self.figures().values()
        self.assertEqual(figures.calls["success"], 7)
        self.assertEqual(figures.failures, 2)
        self.assertEqual(figures.availability, 8 / 10)
        self.assertEqual(figures.refusals, 1 / 10)
        self.assertEqual(figures.on_time, 6 / 7)
        self.assertEqual((figures.seconds, figures.records), (8.0, 14))
        self.assertAlmostEqual(figures.quantile(0.5), 0.5, delta=0.006)
        self.assertAlmostEqual(figures.quantile(0.99), 5.0, delta=0.06)

    def test_of_nothing_there_are_none(self):
        self.assertEqual(self.figures(), {})
        empty = CallStats()
        ratios = (empty.availability, empty.on_time, empty.refusals, empty.quantile(1))
        self.assertEqual(ratios, (None,) * 4)

    def test_a_period_begins_with_its_start_and_ends_before_its_end(self):
        self.count(self.call(-1), self.call(0), self.call(59), self.call(60))
        (figures,) = self.figures().values()
        self.assertEqual(figures.calls["success"], 2)

    def test_a_time_series(self):
        self.count(*[self.call(minute) for minute in (0, 4, 5, 14, 15, 16)])
        points = self.figures(step=300)
        self.assertEqual(
            {key: figures.calls.total() for key, figures in points.items()},
            {
                (NOON,): 2,
                (NOON + timedelta(minutes=5),): 1,
                (NOON + timedelta(minutes=10),): 1,
                (NOON + timedelta(minutes=15),): 2,
            },
        )

    def test_warehouses_operations_and_hosts_apart_or_chosen(self):
        self.count(self.call(), warehouse="A")
        self.count(self.call(), self.call(), warehouse="B")
        self.count(self.call(), warehouse="B", host="two", operation="other_probe")
        by_warehouse = self.figures(by=("warehouse",))
        self.assertEqual(by_warehouse["A",].calls.total(), 1)
        self.assertEqual(by_warehouse["B",].calls.total(), 3)
        by_both = self.figures(by=("host", "operation"))
        self.assertEqual(by_both["two", "other_probe"].calls.total(), 1)
        (chosen,) = self.figures(warehouse=["B", "C"], host="one").values()
        self.assertEqual(chosen.calls.total(), 2)
        (ours,) = self.figures(company_id=self.env.company.id).values()
        self.assertEqual(ours.calls.total(), 4)

    def test_two_hosts_add_up(self):
        for host in ("one", "two"):
            self.count(self.call(), self.call(outcome="failed"), host=host)
        (figures,) = self.figures().values()
        self.assertEqual(figures.calls, {"success": 2, "failed": 2})

    def test_hours_say_the_same_as_minutes(self):
        self.count(*[self.call(minute, seconds=minute + 1) for minute in range(60)])
        (minutes,) = self.figures().values()
        self.table = "reliability_rollup_hour"
        (hours,) = self.figures().values()
        self.assertEqual(minutes, hours)

    def test_whole_hours_and_the_minutes_around_them_say_the_same_as_minutes(self):
        self.count(*[self.call(minute, seconds=minute + 1) for minute in range(300)])
        self.patch(type(self.reading), "_table_for", lambda *_args: self.table)
        for first, last in ((7, 251), (0, 240), (60, 61), (7, 59), (59, 121)):
            start, end = (NOON + timedelta(minutes=of) for of in (first, last))
            parts = self.reading._parts(start, end, None)
            tables = [table for table, _start, _end in parts]
            self.assertEqual("reliability_rollup_hour" in tables, last - first > 60)
            (figures,) = self.reading._aggregate(start, end, service="reading").values()
            self.assertEqual(figures.calls["success"], last - first)
            self.assertEqual(figures.buckets.total(), last - first)
            self.assertEqual(figures.seconds, sum(range(first + 1, last + 1)))

    def test_durations_are_left_out_where_nobody_asks_for_them(self):
        self.count(self.call())
        (figures,) = self.figures(durations=False).values()
        self.assertEqual((figures.calls["success"], figures.seconds), (1, 0.5))
        self.assertIsNone(figures.quantile(0.5))

    def test_a_name_that_makes_no_sense_is_refused(self):
        with self.assertRaisesRegex(ValueError, "customer"):
            self.figures(by=("customer",))


@tagged("-at_install", "post_install")
class TestWhichTableIsRead(TransactionCase):
    def test_minutes_as_long_as_there_are_any(self):
        reading = self.env["reliability.query"]
        now = datetime.now(UTC).replace(tzinfo=None)
        recent, long_ago = now - timedelta(hours=3), now - timedelta(days=30)
        minute, hour = "reliability_rollup_minute", "reliability_rollup_hour"
        self.assertEqual(reading._table_for(recent, None), minute)
        self.assertEqual(reading._table_for(recent, 60), minute)
        self.assertEqual(reading._table_for(recent, 3600), hour)
        self.assertEqual(reading._table_for(long_ago, 60), hour)


@tagged("-at_install", "post_install")
class TestRetention(TransactionCase):
    def setUp(self):
        super().setUp()
        self.minutes = self.env["reliability.rollup.minute"]
        self.minutes.search([]).unlink()
        # As the database sees it: what is old is what it says is old.
        self.now = self.env.cr.now().replace(second=0, microsecond=0)
        self.series = self.env["reliability.series"].create(
            dict.fromkeys(
                ("family", "service", "operation", "company", "warehouse", "dimension"),
                "retention",
            )
        )

    def keep(self, **parameters):
        for name, value in parameters.items():
            self.env["ir.config_parameter"].set_param(f"reliability.{name}", value)

    def count_rows(self, *days):
        """Make a row for each of so many days ago."""
        sums = ("count", "fast", "seconds", "sql", "external", "cpu", "queries")
        self.minutes.create(
            [
                {
                    **dict.fromkeys(sums, 1),
                    "records": 1,
                    "series_id": self.series.id,
                    "start": self.now - timedelta(days=of),
                    "outcome": "success",
                    "host": "one",
                    "threshold": 3.0,
                    "buckets": {"1": 1},
                }
                for of in days
            ]
        )

    def days_left(self):
        rows = self.minutes.search([], order="start desc")
        return [(self.now - row.start).days for row in rows]

    def test_old_rows_go_a_few_at_a_time_and_new_ones_stay(self):
        self.patch(retention, "AT_A_TIME", 2)
        self.count_rows(1, 9, 10, 11)
        self.assertEqual(self.minutes._gc_minutes(), (2, True))
        self.assertEqual(self.days_left(), [1, 9], "the oldest go first")
        self.minutes._gc_minutes()
        self.assertEqual(self.days_left(), [1])

    def test_series_of_which_nothing_is_left_go_too(self):
        self.count_rows(1, 9)
        other = self.series.copy({"operation": "unused"})
        self.env.flush_all()
        series = self.env["reliability.series"]
        for days, left in ((8, self.series), (0, series)):
            self.minutes.search([("start", "<", self.now - timedelta(days))]).unlink()
            series._gc_series()
            self.assertEqual((self.series | other).exists(), left)

    def test_collectors_that_are_no_more_are_forgotten(self):
        sources = self.env["reliability.collector.checkpoint"]
        for days in (1, 100):
            delivered = self.now - timedelta(days=days)
            values = {"host": "one", "number": 1, "delivered": delivered}
            sources.create({"name": f"{self.id()} {days}", **values})
        sources._gc_checkpoints()
        left = sources.search([("name", "like", self.id())])
        self.assertEqual(left.mapped("name"), [f"{self.id()} 1"])

    def test_a_host_whose_clock_is_wrong_deletes_nothing(self):
        """What is old is what the database says is old."""
        self.count_rows(1, 2)
        next_month = fields.Datetime.now() + timedelta(days=30)
        with freeze_time(next_month):
            self.minutes._gc_minutes()
        self.assertEqual(self.days_left(), [1, 2])

    def test_settings_say_for_how_many_days(self):
        self.count_rows(1, 9, 10, 11)
        self.keep(minute_rollup_days=10)
        self.minutes._gc_minutes()
        self.assertEqual(self.days_left(), [1, 9])

    def test_settings_say_how_many_rows(self):
        self.count_rows(1, 2, 3, 4)
        self.keep(max_rollup_rows=2)
        self.minutes._gc_minutes()
        self.assertEqual(self.days_left(), [1, 2])

    def test_what_makes_no_sense_is_not_used(self):
        self.count_rows(1, 9)
        for nonsense in ("", "many", "-1", "0"):
            self.keep(minute_rollup_days=nonsense, max_rollup_rows=nonsense)
            self.minutes._gc_minutes()
            self.assertEqual(self.days_left(), [1])

    def test_where_minutes_were_deleted_hours_are_read(self):
        """Also when somebody keeps minutes for longer from now on."""
        reading = self.env["reliability.query"]
        self.count_rows(1, 3, 5)
        self.keep(minute_rollup_days=2)
        self.minutes._gc_minutes()
        self.keep(minute_rollup_days=30)
        table = reading._table_for(self.now - timedelta(days=4), 60)
        self.assertEqual(table, "reliability_rollup_hour")
        table = reading._table_for(self.now - timedelta(days=1), 60)
        self.assertEqual(table, "reliability_rollup_minute")
