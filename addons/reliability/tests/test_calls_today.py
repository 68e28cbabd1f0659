"""The numbers of today's calls on operations and services."""

from dataclasses import replace
from datetime import timedelta

from odoo.tests import freeze_time, tagged

from ..telemetry.events import Series
from ..telemetry.families import FamilySpec
from .counting import NOON, CountedCase


@tagged("-at_install", "post_install")
class TestTodaysNumbers(CountedCase):
    def test_of_an_operation_and_of_its_service(self):
        operation = self.make_operation()
        self.count(NOON, *["success"] * 6, "rejected", "failed", seconds=0.5)
        self.count(NOON, *["success"] * 2, seconds=9)
        with freeze_time(NOON + timedelta(minutes=5)):
            for record in (operation, self.service):
                self.assertEqual(record.calls_today, 10)
                self.assertAlmostEqual(record.slow_today, 0.25)
                self.assertAlmostEqual(record.refused_today, 0.1)
                self.assertAlmostEqual(record.failing_today, 0.1)
                self.assertAlmostEqual(record.typical_today, 0.5, delta=0.02)
                self.assertAlmostEqual(record.longest_today, 9, delta=0.1)

    def test_of_a_service_that_consists_of_requests(self):
        series = Series(
            "http", self.env.cr.dbname, ("/web", "GET", "200", "", "platform"), 1.0
        )
        self.record(series, NOON, *["success"] * 5)
        platform = self.env.ref("reliability.service_platform")
        with freeze_time(NOON + timedelta(minutes=5)):
            self.assertEqual(platform.calls_today, 5)

    def test_of_a_service_with_another_family_of_a_company(self):
        family = FamilySpec("dock", "Truck", ("company",), (), "probing", "dock")
        family = replace(
            family, company="{company}", is_of_company=True, is_evaluated=True
        )
        self.register_family(family)
        other = self.env["res.company"].create({"name": "Other"})
        for company in (self.env.company, other):
            trucks = Series("dock", self.env.cr.dbname, (str(company.id),), 1.0)
            self.record(trucks, NOON, *["success"] * 5)
        with freeze_time(NOON + timedelta(minutes=5)):
            service = self.service.with_context(
                allowed_company_ids=self.env.company.ids
            )
            self.assertEqual(service.calls_today, 5)
