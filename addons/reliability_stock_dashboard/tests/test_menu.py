"""The menu of the cockpit in Inventory is shown to users with a role."""

from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("-at_install", "post_install")
class TestMenu(TransactionCase):
    def is_menu_visible(self, login, *groups):
        """Return whether a new user with these groups sees the menu."""
        user = new_test_user(self.env, login, ",".join(groups))
        menu = self.env.ref("reliability_stock_dashboard.menu_cockpit")
        return menu.id in menu.with_user(user)._visible_menu_ids()

    def test_a_warehouse_manager_with_a_role_sees_the_menu(self):
        groups = "stock.group_stock_manager", "reliability.group_viewer"
        self.assertTrue(self.is_menu_visible("manager_with_role", *groups))

    def test_a_warehouse_manager_without_a_role_does_not_see_the_menu(self):
        self.assertFalse(
            self.is_menu_visible("without_role", "stock.group_stock_manager")
        )
