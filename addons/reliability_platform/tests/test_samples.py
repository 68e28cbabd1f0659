"""Trends of the platform: one value per minute, for two weeks."""

from datetime import timedelta

import psycopg2

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..collector.operator_tables import read_thresholds, store_trends

TREND = "postgres", "", "commit_seconds", 0.004


@tagged("-at_install", "post_install")
class TestSamples(TransactionCase):
    def setUp(self):
        super().setUp()
        self.samples = self.env["reliability.platform.sample"]
        self.samples.search([]).unlink()

    def test_the_first_value_of_a_minute_stays(self):
        store_trends(self.env.cr, [TREND])
        store_trends(self.env.cr, [(*TREND[:3], 0.9)])
        self.assertEqual(self.samples.search([]).mapped("value"), [0.004])

    def test_one_value_for_each_minute(self):
        store_trends(self.env.cr, [TREND])
        values = self.samples.search([]).copy_data()[0]
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.samples.create({**values, "subject": ""})
            self.env.flush_all()

    def test_old_ones_are_deleted(self):
        for days in (13, 15):
            minute = self.env.cr.now() - timedelta(days=days)
            values = dict(zip(("kind", "subject", "metric"), TREND[:3], strict=True))
            self.samples.create({**values, "minute": minute, "value": days})
        self.samples._gc_samples()
        self.assertEqual(self.samples.search([]).mapped("value"), [13.0])

    def test_the_collector_reads_changed_thresholds(self):
        thresholds = self.env["reliability.platform.threshold"]
        thresholds.search([("code", "=", "commit")]).value = 250
        self.env.flush_all()
        self.assertEqual(read_thresholds(self.env.cr._obj)["commit"], 250)
