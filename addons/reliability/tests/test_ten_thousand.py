"""Ten thousand companies, routes or errors are all counted, most as ``other``."""

from unittest.mock import patch

from odoo import sql_db
from odoo.tests import get_db_name, tagged

from ..collector.collector import Collector
from ..collector.poller import DatabasePoller
from ..telemetry import totals
from ..telemetry.access import Access
from ..telemetry.events import OTHER, Series
from ..telemetry.families import all_labels
from .common import FolderCase
from .recordings import record

DB = get_db_name()
VALUES = 10_000
WORKERS = 12
CAP = 300
SMALL = 4_000_000  # bytes


@tagged("-at_install", "post_install")
class TestTenThousandValues(FolderCase):
    """The number of series is bounded, for each worker and over all workers."""

    def setUp(self):
        super().setUp()
        self.host = f"host-{self.id()}"
        self.collector = Collector(self.folder)
        self.addCleanup(self.collector.close)
        self.collector.cycle()

    def count(self, make, cap=CAP):
        """Record one call of each value, distributed over the workers."""
        with patch.object(totals, "MAX_SERIES", cap):
            for worker in range(WORKERS):
                recorder = self.recorder()
                for number in range(worker, VALUES, WORKERS):
                    record(recorder, make(number), seconds=0.25)
                self.collector.cycle()
                recorder.close()

    def shown(self):
        """Return labels → number of calls on ``/metrics``."""
        return {
            all_labels(key.family, key.labels): total.count
            for key, total in self.collector._totals.by_key.items()
        }

    def stored(self, table):
        """Return the same from rollups, and the total seconds."""
        with sql_db.db_connect(DB).cursor() as cr:
            cr.execute(
                "SELECT service, operation, company, warehouse, dimension, sum(count),"
                f" sum(seconds) FROM reliability_rollup_{table} AS rollup"
                " JOIN reliability_series AS series ON series.id = rollup.series_id"
                " WHERE host = %s GROUP BY 1, 2, 3, 4, 5",
                [self.host],
            )
            rows = cr.fetchall()
        seconds = sum(row[6] for row in rows)
        return {tuple(row[:5]): int(row[5]) for row in rows}, seconds

    def assert_bounded(self, cap=CAP):
        shown = self.shown()
        self.assertEqual(sum(shown.values()), VALUES, "a call is lost or counted twice")
        self.assertLessEqual(len(shown), cap + 1)
        self.assertEqual(shown[(OTHER,) * max(map(len, shown))], VALUES - cap)
        self.assertEqual(self.collector._totals.dropped["over_cap"], VALUES - cap)
        size = sum(path.stat().st_size for path in self.folder.iterdir())
        self.assertLess(size, SMALL)

    def test_metrics_and_rollups_bound_the_same_label_values(
        self,
    ):
        def calls(number):
            labels = (f"{number}", f"W{number % 97}", "é" * 90 + f"{number}")
            return Series("operation", DB, ("sales", "confirm", *labels), 3.0)

        self.count(calls)
        self.assert_bounded()
        DatabasePoller(self.collector, Access(None), self.host).poll_all()
        for table in ("minute", "hour"):
            found, seconds = self.stored(table)
            self.assertTrue(found == self.shown(), "rollups have other series")
            self.assertEqual(seconds, VALUES * 0.25)

    def test_routes_and_errors_are_bounded(self):
        def requests(number):
            labels = (f"/shop/{number}", "GET", "200", f"Error{number}", "platform")
            return Series("http", DB, labels, 2.0)

        self.count(requests)
        self.assert_bounded()

    def test_the_value_other_does_not_evade_the_cap(self):
        def warehouses(number):
            labels = (f"{number}", OTHER, "")
            return Series("operation", DB, ("sales", "confirm", *labels), 3.0)

        self.count(warehouses)
        self.assert_bounded()
