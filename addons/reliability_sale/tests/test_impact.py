"""Orders that an incident keeps from being confirmed are counted and opened."""

from datetime import timedelta

from odoo.tests import new_test_user, tagged

from odoo.addons.reliability.api import Affected
from odoo.addons.reliability.tests.counting import NOON, CountedCase


class OrdersCase(CountedCase):
    """Two quotations whose confirmation has failed at noon."""

    def setUp(self):
        super().setUp()
        self.provider = self.env["reliability.health.provider"]
        order = self.env["sale.order"].search([("order_line", "!=", False)], limit=1)
        self.orders = order.copy() | order.copy()
        self.warehouse = self.orders.warehouse_id.code
        self.company = self.orders.company_id
        for order in self.orders:
            self.fail_confirmation(order.id)

    def fail_confirmation(self, *ids, when=NOON, outcome="failed"):
        """Count a failed confirmation of orders; without ids, they are not known."""
        several = {"detail": ("", "", ids), "records": len(ids)}
        one = {"record_id": ids[0], "records": 1} if len(ids) == 1 else several
        self.count(
            when,
            outcome,
            operation="order_confirmation",
            service="order_processing",
            warehouse=self.warehouse,
            company=self.company.id,
            **one,
        )

    def impacts(self, services=("order_processing",), warehouse=None, begin=NOON):
        """Return what an incident affects from noon on, for an hour."""
        site = self.company.id, self.warehouse if warehouse is None else warehouse
        affected = Affected(
            frozenset(services), frozenset([site]), begin, NOON + timedelta(hours=1)
        )
        found = self.provider._impacts(affected)
        return [impact for impact in found if impact.kind == "orders"]

    def described(self, impact, user=None):
        """Return the phrase of an impact, and the orders that its link opens."""
        provider = self.provider.with_user(user or self.env.user)
        text, action = provider._describe_impact(impact)
        return text, action and self.env["sale.order"].search(action["domain"])


@tagged("-at_install", "post_install")
class TestImpact(OrdersCase):
    def test_it_opens_as_many_orders_as_it_counts(self):
        (impact,) = self.impacts()
        self.assertEqual(
            self.described(impact), ("2 orders not confirmed", self.orders)
        )

    def test_orders_that_were_confirmed_since_do_not_count(self):
        self.orders[0].action_confirm()
        (impact,) = self.impacts()
        self.assertEqual(
            self.described(impact), ("1 order not confirmed", self.orders[1])
        )

    def test_refused_orders_and_other_times_services_and_sites_do_not_count(self):
        other = self.orders[0].copy()
        self.fail_confirmation(other.id, outcome="rejected")
        self.fail_confirmation(other.id, when=NOON - timedelta(minutes=5))
        (impact,) = self.impacts()
        self.assertEqual(set(impact.ids), set(self.orders.ids))
        self.assertFalse(self.impacts(services=["invoicing"]))
        self.assertFalse(self.impacts(warehouse="OTHER"))
        self.assertTrue(self.impacts(warehouse=""), "of all warehouses")

    def test_orders_that_were_confirmed_together_count_each(self):
        third = self.orders[0].copy() | self.orders[0].copy()
        self.fail_confirmation(*third.ids)
        (impact,) = self.impacts()
        self.assertEqual((impact.count, impact.is_least), (4, False))

    def test_it_says_at_least_where_not_every_failed_call_is_stored(self):
        for _number in range(21):
            self.fail_confirmation(self.orders[0].id)
        (impact,) = self.impacts()
        text, opened = self.described(impact)
        self.assertEqual(text[:8], "At least")
        self.assertEqual(len(opened), impact.count)

    def test_it_says_that_nothing_is_known_where_no_call_has_records(self):
        self.fail_confirmation(when=NOON + timedelta(minutes=30))
        (impact,) = self.impacts(begin=NOON + timedelta(minutes=20))
        self.assertEqual(
            self.described(impact),
            ("Orders not confirmed: how many is not known", False),
        )

    def test_who_may_not_read_orders_gets_the_phrase_alone(self):
        (impact,) = self.impacts()
        self.assertEqual(
            self.described(impact, self.user), ("2 orders not confirmed", False)
        )
        seller = new_test_user(self.env, "seller", "sales_team.group_sale_manager")
        self.assertEqual(self.described(impact, seller)[1], self.orders)
