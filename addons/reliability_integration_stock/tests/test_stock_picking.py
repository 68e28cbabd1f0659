"""Transfers have a button that opens their exchanges."""

from odoo.tests import Form, new_test_user, tagged

from odoo.addons.reliability_integration.tests.screens import ScreensCase


@tagged("-at_install", "post_install")
class TestExchangesButton(ScreensCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kind = cls.env.ref("stock.picking_type_out")
        cls.transfers = cls.env["stock.picking"].create(
            [{"picking_type_id": kind.id} for _one in range(3)]
        )
        for res_id in (cls.transfers[0].id, cls.transfers[0].id, cls.transfers[1].id):
            cls.exchange(res_model="stock.picking", res_id=res_id)
        cls.exchange(res_model="sale.order", res_id=cls.transfers[2].id)
        cls.exchange(
            res_model="stock.picking",
            res_id=cls.transfers[0].id,
            company_id=cls.elsewhere.id,
        )
        groups = "stock.group_stock_user,reliability.group_viewer"
        cls.viewer = new_test_user(cls.env, "transfers_viewer", groups)
        cls.plain = new_test_user(cls.env, "transfers_plain", "stock.group_stock_user")

    def test_the_visible_exchanges_are_counted_in_one_query(self):
        seen = self.transfers.with_user(self.viewer)
        seen.mapped("reliability_exchange_count")  # fills caches of access rights
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            counts = [document.reliability_exchange_count for document in seen]
        self.assertEqual(counts, [2, 1, 0])

    def test_the_button_opens_the_exchanges_of_the_document(self):
        transfer = self.transfers[0].with_user(self.viewer)
        action = transfer.action_reliability_exchanges()
        found = self.env["reliability.exchange"].with_user(self.viewer)
        self.assertEqual(found.search_count(action["domain"]), 2)

    def test_only_users_of_reliability_see_the_button(self):
        for user, is_visible in ((self.viewer, True), (self.plain, False)):
            transfers = self.transfers.with_user(user)
            arch = transfers.get_view(view_type="form")["arch"]
            self.assertEqual("action_reliability_exchanges" in arch, is_visible)
            Form(transfers[0])
