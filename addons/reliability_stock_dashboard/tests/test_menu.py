"""Who works in Inventory finds the cockpit there."""

from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("-at_install", "post_install")
class TestMenu(TransactionCase):
    def sees_it(self, login, *groups):
        user = new_test_user(self.env, login, ",".join(groups))
        menu = self.env.ref("reliability_stock_dashboard.menu_cockpit")
        return menu.id in menu.with_user(user)._visible_menu_ids()

    def test_a_warehouse_manager_who_has_a_role(self):
        groups = "stock.group_stock_manager", "reliability.group_viewer"
        self.assertTrue(self.sees_it("manager_with_role", *groups))

    def test_nobody_without_a_role(self):
        self.assertFalse(self.sees_it("without_role", "stock.group_stock_manager"))
