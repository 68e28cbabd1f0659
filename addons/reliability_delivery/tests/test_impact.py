"""Parcels that were not ready when a truck left during an incident are its impact."""

from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.reliability.api import Affected

from .cutoffs import CutoffCase


@tagged("-at_install", "post_install")
class TestImpact(CutoffCase):
    """The truck leaves at four; it is five."""

    def setUp(self):
        super().setUp()
        self.left = self.parcels(2)
        self.pack(30)
        self.late = self.parcels(1, done=timedelta(hours=-4.5))

    def impacts(self, hours=5, service="shipping"):
        """Return what an incident since noon has affected some hours later."""
        affected = Affected(
            frozenset([service]),
            frozenset([(self.warehouse.company_id.id, "PROBE")]),
            self.now,
            self.now + timedelta(hours=hours),
        )
        found = self.provider._impacts(affected)
        return [impact for impact in found if impact.kind == "missed_parcels"]

    def test_it_opens_as_many_parcels_as_it_counts(self):
        (impact,) = self.impacts()
        text, action = self.provider._describe_impact(impact)
        self.assertEqual(text, "3 parcels missed the truck")
        opened = self.env["stock.picking"].search(action["domain"])
        self.assertEqual(opened, self.left | self.late, "also one packed later")

    def test_before_the_truck_has_left_none_has_missed_it(self):
        self.assertFalse(self.impacts(hours=3))

    def test_trucks_that_do_not_leave_today_are_missed_by_none(self):
        self.cutoff[self.today()] = False
        self.assertFalse(self.impacts())

    def test_other_services_are_not_affected(self):
        self.assertFalse(self.impacts(service="edi"))

    def test_trucks_of_each_day_of_a_long_incident_count(self):
        (key,) = self.env["reliability.cutoff"]._cutoff_keys()
        departures = key.departures_between(self.now, self.now + timedelta(days=2))
        self.assertEqual(
            departures, [self.now + timedelta(hours=hours) for hours in (4, 28)]
        )
