"""Orders lead to what was asked of marketplaces for them."""

from odoo.tests import Form, new_test_user, tagged

from odoo.addons.reliability_integration.tests.screens import ScreensCase


@tagged("-at_install", "post_install")
class TestTheButton(ScreensCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.env["sale.order"].create(
            [{"partner_id": cls.company.partner_id.id}] * 3
        )
        for res_id in (cls.orders[0].id, cls.orders[0].id, cls.orders[1].id):
            cls.exchange(res_model="sale.order", res_id=res_id)
        cls.exchange(res_model="stock.picking", res_id=cls.orders[2].id)
        cls.exchange(
            res_model="sale.order",
            res_id=cls.orders[0].id,
            company_id=cls.elsewhere.id,
        )
        groups = "sales_team.group_sale_salesman_all_leads,reliability.group_viewer"
        cls.viewer = new_test_user(cls.env, "orders_viewer", groups)
        cls.plain = new_test_user(
            cls.env, "orders_plain", "sales_team.group_sale_salesman_all_leads"
        )

    def test_it_counts_the_exchanges_that_one_may_see_in_one_query(self):
        seen = self.orders.with_user(self.viewer)
        seen.mapped("reliability_exchange_count")  # fills caches of access rights
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            counts = [one.reliability_exchange_count for one in seen]
        self.assertEqual(counts, [2, 1, 0])

    def test_what_one_user_may_see_is_not_shown_to_the_next(self):
        (first, *_others) = self.orders
        for user, seen in ((self.env.user, 3), (self.viewer, 2)):
            count = first.with_user(user).reliability_exchange_count
            self.assertEqual(count, seen, user.login)

    def test_it_opens_just_these(self):
        order = self.orders[0].with_user(self.viewer)
        action = order.action_reliability_exchanges()
        found = self.env["reliability.exchange"].with_user(self.viewer)
        self.assertEqual(found.search_count(action["domain"]), 2)

    def test_it_is_there_for_who_has_a_part_in_it_and_costs_others_nothing(self):
        for user, is_there in ((self.viewer, True), (self.plain, False)):
            orders = self.orders.with_user(user)
            arch = orders.get_view(view_type="form")["arch"]
            self.assertEqual("action_reliability_exchanges" in arch, is_there)
            Form(orders[0])
