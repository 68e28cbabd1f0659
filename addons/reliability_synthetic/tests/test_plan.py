"""The plan of a probe: what it is to do, or what has to be done first."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import reliability_synthetic_company_plan
from .synthetic_company import SyntheticCompanyCase

JOURNEY = "order_to_shipment_http"


@tagged("-at_install", "post_install")
class TestPlan(SyntheticCompanyCase):
    def journey(self, code=JOURNEY):
        return self.env.ref(f"reliability_synthetic.journey_{code}")

    def assert_refused(self, sentence, journey=JOURNEY):
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, sentence):
            self.api.plan(journey)

    def test_it_has_the_steps_after_those_of_the_address_and_the_login(self):
        self.assertEqual(
            self.api.plan(JOURNEY)["steps"],
            ["quotation_api", "confirm_api", "reserve_api", "validate_api", "clean_up"],
        )
        self.assertEqual(
            self.api.plan("portal_order")["steps"],
            [
                "quotation_api",
                "portal_log_in",
                "portal_open",
                "portal_sign",
                "clean_up",
            ],
        )

    def test_it_has_the_records_that_they_work_on(self):
        one = self.synthetic
        self.assertEqual(
            self.values(),
            {
                "company_id": one.company_id.id,
                "warehouse_id": one.warehouse_id.id,
                "product_id": one.product_id.id,
                "partner_id": one.partner_id.id,
                "portal_partner_id": one.portal_user_id.partner_id.id,
                "price": 100.0,
                "quantity": 1,
                "reference": "SYNTHETIC",
            },
        )

    def test_only_the_service_user_gets_it(self):
        for user in (self.env.ref("base.user_admin"), self.synthetic.portal_user_id):
            with self.assertRaisesRegex(AccessError, "Only the user Synthetic Checks"):
                self.model.with_user(user).plan(JOURNEY)
            with self.assertRaises(AccessError):
                self.model.with_user(user).clean_up([])

    def test_without_a_synthetic_company_the_menu_is_named(self):
        self.synthetic._archive()
        self.assert_refused(
            "make one in Reliability › Configuration › Synthetic Company"
        )

    def test_what_is_archived_is_named(self):
        one = self.synthetic
        for record, sentence in (
            (one.warehouse_id, "The warehouse Synthetic Checks is archived"),
            (one.product_id, "The product Synthetic Checks is archived"),
            (one.partner_id, "The customer Synthetic Checks: Customer is archived"),
            (one.portal_user_id, "The user Synthetic Checks: Portal User is archived"),
        ):
            record.with_context(do_not_check_quant=True).active = False
            self.assert_refused(sentence)
            record.active = True
        self.api.plan(JOURNEY)

    def test_a_company_that_is_archived_is_named(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_company SET active = false WHERE id = %s", [self.company.id]
        )
        self.env.invalidate_all()
        self.assert_refused("The company Synthetic Checks is archived")

    def test_a_right_that_was_taken_away_is_named(self):
        for group, name in (
            ("sales_team.group_sale_salesman", "Sales / User: Own Documents Only"),
            ("stock.group_stock_user", "Inventory / User"),
        ):
            removed = self.env.ref(group)
            self.synthetic.user_id.group_ids -= removed
            self.assert_refused(f"Service User lacks the group {name}: add it")
            self.synthetic.user_id.group_ids += removed
        self.api.plan(JOURNEY)

    def test_too_many_transfers_are_refused(self):
        self.shipped()
        self.shipped()
        self.api.plan(JOURNEY)
        module = reliability_synthetic_company_plan
        with patch.object(module, "MAX_TRANSFERS", 2):
            self.assert_refused("2 transfers remain .* archive the synthetic company")

    def test_a_journey_that_is_unknown_archived_or_without_orders_is_named(self):
        self.assert_refused("There is no journey typo: name one", "typo")
        for code in ("public_address", "order_to_shipment"):
            self.assert_refused("makes no order over HTTP", code)
        self.journey().active = False
        self.assert_refused("Order to shipment over HTTP is archived: stop the probe")
