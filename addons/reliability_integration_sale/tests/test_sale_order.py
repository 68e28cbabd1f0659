"""Orders have a button that opens their exchanges."""

from odoo.tests import Form, new_test_user, tagged

from odoo.addons.reliability_integration.tests.screens import ScreensCase


@tagged("-at_install", "post_install")
class TestExchangesButton(ScreensCase):
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

    def test_the_visible_exchanges_are_counted_in_one_query(self):
        seen = self.orders.with_user(self.viewer)
        seen.mapped("reliability_exchange_count")  # fills caches of access rights
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            counts = [document.reliability_exchange_count for document in seen]
        self.assertEqual(counts, [2, 1, 0])

    def test_the_count_of_one_user_is_not_shown_to_another(self):
        (first, *_others) = self.orders
        for user, seen in ((self.env.user, 3), (self.viewer, 2)):
            count = first.with_user(user).reliability_exchange_count
            self.assertEqual(count, seen, user.login)

    def test_the_button_opens_the_exchanges_of_the_document(self):
        order = self.orders[0].with_user(self.viewer)
        action = order.action_reliability_exchanges()
        found = self.env["reliability.exchange"].with_user(self.viewer)
        self.assertEqual(found.search_count(action["domain"]), 2)

    def test_only_users_of_reliability_see_the_button(self):
        for user, is_visible in ((self.viewer, True), (self.plain, False)):
            orders = self.orders.with_user(user)
            arch = orders.get_view(view_type="form")["arch"]
            self.assertEqual("action_reliability_exchanges" in arch, is_visible)
            Form(orders[0])
