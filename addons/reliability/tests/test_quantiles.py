"""Histograms in a database equal the histogram of all calls."""

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
    """The query returns what the batches of two hosts contain together."""

    BATCHES, HOSTS = 8, ("one", "two")

    def test_by_minute_and_by_hour(self):
        for shape in SHAPES:
            events = [call(n, seconds) for n, seconds in enumerate(durations(shape))]
            self.deliver(shape, events)
            counted = call_stats_of(events)
            for table in ("reliability_rollup_minute", "reliability_rollup_hour"):
                with self.subTest(shape=shape, table=table):
                    self.assert_same(self.query(table, shape), counted)

    def deliver(self, operation, events):
        """Add events of an operation in batches, as the collectors of two hosts do."""
        labels = ("quantiles", operation, str(self.env.company.id), "WH", "")
        series = Series("operation", self.env.cr.dbname, labels, THRESHOLD)
        for number in range(self.BATCHES):
            # Each batch has calls of all minutes.
            part = events[number :: self.BATCHES]
            (batch,) = batches((series, event) for event in part).values()
            saved = Batch.loads(batch.dumps())
            self.assertEqual(saved.rows, batch.rows)
            host = self.HOSTS[number % len(self.HOSTS)]
            collector = f"{operation} of {host}"
            add(self.env.cr._obj, collector, host, [(number + 1, saved)])

    def query(self, table, operation):
        query = self.env["reliability.query"]
        self.patch(type(query), "_table_for", lambda *_args: table)
        end = NOON + timedelta(hours=2)
        (stats,) = query._aggregate(NOON, end, operation=operation).values()
        return stats

    def assert_same(self, stats, counted):
        self.assertEqual(stats.calls, counted.calls)
        self.assertEqual(stats.fast, counted.fast)
        self.assertEqual(stats.records, counted.records)
        self.assertEqual(stats.buckets, counted.buckets)
        self.assertAlmostEqual(stats.seconds / counted.seconds, 1, delta=1e-9)
        for q in QUANTILES:
            self.assertEqual(stats.quantile(q), counted.quantile(q))
