"""A synthetic company, and orders as a probe makes them."""

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user


class SyntheticCompanyCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = cls.env["reliability.synthetic.company"]
        cls.synthetic = cls.model._make()
        cls.api = cls.model.with_user(cls.synthetic.user_id)
        cls.company = cls.synthetic.company_id

    def values(self):
        """Return what the plan of a journey says."""
        return self.api.plan("order_to_shipment_http")["values"]

    def order(self, *, partner=None, **values):
        """Return a quotation of the service user, as a probe makes it."""
        planned = self.values()
        line = {
            "product_id": planned["product_id"],
            "product_uom_qty": planned["quantity"],
        }
        return self.api.env["sale.order"].create(
            {
                "partner_id": partner or planned["partner_id"],
                "company_id": planned["company_id"],
                "warehouse_id": planned["warehouse_id"],
                "client_order_ref": planned["reference"],
                "order_line": [Command.create(line)],
            }
            | values
        )

    def confirmed(self):
        order = self.order()
        order.action_confirm()
        return order

    def shipped(self):
        """Return an order whose delivery is done."""
        order = self.confirmed()
        order.picking_ids.action_assign()
        order.picking_ids.button_validate()
        return order

    def in_stock(self):
        """Return the quantity of the product in the warehouse, and what is reserved."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.synthetic.product_id.id),
                (
                    "location_id",
                    "child_of",
                    self.synthetic.warehouse_id.lot_stock_id.id,
                ),
            ]
        )
        return sum(quants.mapped("quantity")), sum(quants.mapped("reserved_quantity"))

    def administrator(self):
        """Return a system administrator with all rights in the main company."""
        groups = "base.group_system,sales_team.group_sale_manager"
        groups += ",stock.group_stock_manager,account.group_account_manager"
        return new_test_user(self.env, "makes_the_company", groups)
