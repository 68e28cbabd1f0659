"""Histograms of rollups equal the histogram of all calls."""

from datetime import timedelta

from odoo.tests import TransactionCase, tagged

from ..collector.rollup_writer import add
from ..telemetry.events import Series
from ..telemetry.rollup import Batch, batches
from .distributions import (
    NOON,
    QUANTILES,
    SHAPES,
    THRESHOLD,
    call,
    call_stats_of,
    durations,
)


@tagged("-at_install", "post_install")
class TestRollupsLoseNothing(TransactionCase):
    """A query returns exactly the calls that two hosts added in batches."""

    BATCHES, HOSTS = 8, ("one", "two")

    def test_by_minute_and_by_hour(self):
        for shape in SHAPES:
            events = [call(n, seconds) for n, seconds in enumerate(durations(shape))]
            self.add_batches(shape, events)
            counted = call_stats_of(events)
            for table in ("reliability_rollup_minute", "reliability_rollup_hour"):
                with self.subTest(shape=shape, table=table):
                    self.assert_same_stats(self.read_from(table, shape), counted)

    def add_batches(self, operation, events):
        """Add events of an operation in batches, as the collectors of two hosts do."""
        labels = ("quantiles", operation, str(self.env.company.id), "WH", "")
        series = Series("operation", self.env.cr.dbname, labels, THRESHOLD)
        for number in range(self.BATCHES):
            # Each batch has calls of all minutes, so it adds to existing rows.
            part = events[number :: self.BATCHES]
            (batch,) = batches((series, event) for event in part).values()
            saved = Batch.loads(batch.dumps())
            self.assertEqual(saved.rows, batch.rows)
            host = self.HOSTS[number % len(self.HOSTS)]
            source = f"{operation} of {host}"
            add(self.env.cr._obj, source, host, [(number + 1, saved)])

    def read_from(self, table, operation):
        query = self.env["reliability.query"]
        self.patch(type(query), "_table_for", lambda *_args: table)
        end = NOON + timedelta(hours=2)
        (stats,) = query._aggregate(NOON, end, operation=operation).values()
        return stats

    def assert_same_stats(self, read, counted):
        self.assertEqual(read.calls, counted.calls)
        self.assertEqual(read.fast, counted.fast)
        self.assertEqual(read.records, counted.records)
        self.assertEqual(read.buckets, counted.buckets)
        self.assertAlmostEqual(read.seconds / counted.seconds, 1, delta=1e-9)
        for q in QUANTILES:
            self.assertEqual(read.quantile(q), counted.quantile(q))
