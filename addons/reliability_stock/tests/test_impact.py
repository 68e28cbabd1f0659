"""Transfers that were due during an incident are its impact, until they are done."""

from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.reliability.api import Affected

from .test_gauges import TransfersCase


@tagged("-at_install", "post_install")
class TestImpact(TransfersCase):
    def setUp(self):
        super().setUp()
        self.provider = self.env["reliability.health.provider"]
        self.due = self.make_delivery(late=timedelta(minutes=30))
        self.make_delivery(late=timedelta(hours=2))  # before the incident
        self.make_delivery(late=timedelta(hours=-1))  # later

    def impacts(self, service="warehouse_execution", warehouse="PROBE", company=0):
        """Return what an incident of the last hour affects.

        :param company: id of the affected company, ``None`` for all
        """
        company = self.warehouse.company_id.id if company == 0 else company
        now = self.env.cr.now().replace(microsecond=0)
        affected = Affected(
            frozenset([service]),
            frozenset([(company, warehouse)]),
            now - timedelta(hours=1),
            now,
            self.provider._left_out_companies(),
        )
        found = self.provider._impacts(affected)
        return [impact for impact in found if impact.kind == "transfers"]

    def test_it_opens_as_many_transfers_as_it_counts(self):
        (impact,) = self.impacts()
        text, action = self.provider._describe_impact(impact)
        self.assertEqual(text, "1 transfer due and not done")
        self.assertEqual(self.env["stock.picking"].search(action["domain"]), self.due)
        self.assertEqual(impact.warehouse, "PROBE")

    def test_one_of_the_whole_database_affects_no_company_that_is_left_out(self):
        self.assertIn(self.due.id, self.ids_in_all_companies())
        self.warehouse.company_id.reliability_left_out = True
        self.assertNotIn(self.due.id, self.ids_in_all_companies())

    def ids_in_all_companies(self):
        """Return the ids of the transfers that all companies together have due."""
        found = self.impacts(warehouse="", company=None)
        return {number for impact in found for number in impact.ids}

    def test_those_that_are_done_and_other_services_and_sites_do_not_count(self):
        self.assertFalse(self.impacts(warehouse="OTHER"))
        self.assertFalse(self.impacts(service="shipping"))
        self.due.button_validate()
        self.assertFalse(self.impacts())
