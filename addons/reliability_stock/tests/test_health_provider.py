"""Late transfers are an alert of their warehouse, which opens exactly these."""

from datetime import timedelta

from odoo.tests import freeze_time, new_test_user, tagged

from .test_gauges import TransfersCase


@tagged("-at_install", "post_install")
class TestLateTransfers(TransfersCase):
    def setUp(self):
        super().setUp()
        self.provider = self.env["reliability.health.provider"]
        self.late = self.make_delivery(late=timedelta(hours=2)) | self.make_delivery(
            late=timedelta(hours=1)
        )
        self.make_delivery(late=timedelta(hours=-1))
        self.make_delivery(late=timedelta(days=3))  # abandoned

    def alerts(self, warehouse="PROBE"):
        """Return the alerts of a warehouse."""
        self.env.flush_all()
        alerts = self.provider.sudo()._alerts()
        return [
            alert
            for alert in alerts
            if (alert.provider, alert.warehouse) == ("stock", warehouse)
        ]

    def opened(self, alert, user=None):
        """Return the transfers that an alert opens for a user."""
        provider = self.provider.with_user(user or self.env.user)
        action = provider._describe_alert(alert).action
        return self.env["stock.picking"].search(action["domain"])

    def user(self, *groups, company=None):
        company = company or self.env.company
        return new_test_user(
            self.env,
            "reader",
            ",".join(["reliability.group_viewer", *groups]),
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def test_the_alert_opens_as_many_transfers_as_it_counts(self):
        with freeze_time(self.env.cr.now()):
            (alert,) = self.alerts()
            described = self.provider._describe_alert(alert)
        self.assertEqual(
            described.text,
            "2 transfers of the last 24 hours are late, the first by 2 h",
        )
        self.assertEqual(alert.count, 2)
        self.assertEqual(self.opened(alert), self.late)

    def test_one_transfer_has_a_sentence_of_its_own(self):
        self.late[1].scheduled_date += timedelta(hours=2)
        with freeze_time(self.env.cr.now()):
            (alert,) = self.alerts()
            described = self.provider._describe_alert(alert)
        self.assertEqual(
            described.text,
            "1 transfer of the last 24 hours is late, by 2 h",
        )

    def test_each_warehouse_has_its_own_alert(self):
        other = self.env["stock.warehouse"].create({"name": "Second", "code": "SECND"})
        self.late[1].picking_type_id = other.out_type_id
        for code, transfer in (("PROBE", self.late[0]), ("SECND", self.late[1])):
            (alert,) = self.alerts(code)
            self.assertEqual(self.opened(alert), transfer)

    def test_the_same_code_in_another_company_is_another_warehouse(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        twin = self.env["stock.warehouse"].create(
            {"name": "Twin", "code": "PROBE", "company_id": company.id}
        )
        self.warehouse, self.out = twin, twin.out_type_id
        theirs = self.make_delivery(late=timedelta(hours=1))
        here, there = sorted(
            self.alerts(), key=lambda alert: alert.company_id == company.id
        )
        self.assertEqual(self.opened(here), self.late)
        self.assertEqual(self.opened(there), theirs)
        reader = self.user("stock.group_stock_user")
        action = self.provider.with_user(reader)._describe_alert(there).action
        transfers = self.env["stock.picking"].with_user(reader)
        self.assertFalse(transfers.search(action["domain"]))

    def test_transfers_of_no_warehouse_are_opened_too(self):
        before = sum(alert.count for alert in self.alerts(""))
        self.out.copy({"warehouse_id": False, "name": "No warehouse"})
        picking_type = self.env["stock.picking.type"].search(
            [("name", "=", "No warehouse")]
        )
        picking_type.warehouse_id = False
        self.late[1].picking_type_id = picking_type
        (alert,) = self.alerts("")
        self.assertEqual(alert.count, before + 1)
        self.assertIn(self.late[1], self.opened(alert))
        self.assertEqual(len(self.opened(alert)), alert.count)

    def test_the_alert_does_not_degrade_the_service(self):
        (alert,) = self.alerts()
        self.assertEqual(alert.severity, "information")

    def test_who_may_change_transfers_acts_on_it(self):
        (alert,) = self.alerts()
        provider = self.provider.with_user(self.user("stock.group_stock_user"))
        self.assertTrue(provider._describe_alert(alert).action)
        self.assertTrue(provider._can_act_on(alert))

    def test_others_read_its_sentence_and_get_no_action(self):
        (alert,) = self.alerts()
        provider = self.provider.with_user(self.user())
        described = provider._describe_alert(alert)
        self.assertIn("2 transfers", described.text)
        self.assertFalse(described.action)
        self.assertFalse(provider._can_act_on(alert))


@tagged("-at_install", "post_install")
class TestCompaniesThatAreLeftOut(TransfersCase):
    """Screens leave a company out whose work is no business, beside others."""

    def setUp(self):
        super().setUp()
        self.left_out = self.env["res.company"].create(
            {"name": "No business", "reliability_left_out": True}
        )
        self.business = self.env.company

    def provider(self, *companies):
        """Return the provider of a user who has chosen some companies."""
        ids = [company.id for company in companies]
        return self.env["reliability.health.provider"].with_context(
            allowed_company_ids=ids
        )

    def test_it_is_left_out_of_the_scope_and_the_warehouses(self):
        provider = self.provider(self.business, self.left_out)
        self.assertEqual(provider._scope(0).companies, (self.business.id,))
        companies = {warehouse.company_id for warehouse in provider._warehouses()}
        self.assertEqual(companies, {self.business.id})

    def test_who_has_chosen_no_other_company_sees_it(self):
        provider = self.provider(self.left_out)
        self.assertEqual(provider._scope(0).companies, (self.left_out.id,))

    def test_it_is_left_out_although_it_is_archived(self):
        self.left_out.active = False
        provider = self.provider(self.business)
        self.assertIn(self.left_out.id, provider._left_out_companies())
