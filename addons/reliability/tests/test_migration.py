"""Rollups of version 19.0.1.0.0 are read as those of today."""

from dataclasses import replace

from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import file_path

from ..telemetry.events import Series
from ..telemetry.families import COUNTER, HISTOGRAM, FamilySpec, MetricSpec
from .counting import NOON, CountedCase

SCRIPT = "reliability/migrations/19.0.1.1.0/end-migration.py"
COUNTED = FamilySpec(
    "dock_count",
    "Truck",
    (),
    (MetricSpec(COUNTER, "odoo_dock", "Trucks.", (), "count"),),
)
TIMED = replace(
    COUNTED,
    name="dock_time",
    metrics=(MetricSpec(HISTOGRAM, "odoo_dock_seconds", "Trucks.", ()),),
)


@tagged("post_install", "-at_install")
class TestMigration(CountedCase):
    def test_calls_without_a_duration_are_neither_fast_nor_slow(self):
        for spec in (COUNTED, TIMED):
            self.register_family(spec)
            self.record(Series(spec.name, self.env.cr.dbname, (), 1.0), NOON, "success")
        self.env.cr.execute("UPDATE reliability_rollup_minute SET fast = 0")
        load_script(file_path(SCRIPT), "reliability_migration").migrate(
            self.env.cr, "19.0.1.0.0"
        )
        self.env.cr.execute(
            "SELECT family, fast FROM reliability_rollup_minute JOIN"
            " reliability_series AS series ON series.id = series_id"
            " WHERE family LIKE 'dock%' ORDER BY family"
        )
        self.assertEqual(
            self.env.cr.fetchall(), [("dock_count", None), ("dock_time", 0)]
        )
