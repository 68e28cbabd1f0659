"""What is silently lost in a restored copy is found, and what people do is not.

With Odoo's own orders, transfers and entries, which the addon does not depend on.
"""

from odoo.tests import TransactionCase, tagged

from odoo.addons.reliability_recovery import manifest

_MADE_LONG_AGO = """
    UPDATE {} SET create_date = create_date - interval '9 days',
                  write_date = write_date - interval '9 days'
"""


@tagged("-at_install", "post_install")
class TestManifest(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {"name": "Pallet", "is_storable": True, "list_price": 7}
        )
        stock = cls.env.ref("stock.stock_location_stock")
        cls.quant = cls.env["stock.quant"].create(
            {
                "product_id": cls.product.id,
                "location_id": stock.id,
                "inventory_quantity": 100,
            }
        )
        cls.quant.action_apply_inventory()
        customer = cls.env["res.partner"].create({"name": "Customer"})
        line = {"product_id": cls.product.id, "product_uom_qty": 3}
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "order_line": [(0, 0, line), (0, 0, line | {"product_uom_qty": 5})],
            }
        )
        cls.order.action_confirm()
        cls.order.picking_ids.button_validate()
        cls.invoice = cls.order._create_invoices()
        cls.invoice.action_post()
        cls.env.flush_all()
        for table in manifest.TABLES:
            cls.env.cr.execute(_MADE_LONG_AGO.format(table))
        cls.env.invalidate_all()
        cls.env["reliability.recovery.manifest"]._update(seconds=600)

    def compare(self):
        self.env.flush_all()
        return manifest.compare(self.env.cr)

    def run_sql(self, query, record):
        self.env.flush_all()
        self.env.cr.execute(query, [record.id])
        self.assertEqual(self.env.cr.rowcount, 1)
        self.env.invalidate_all()

    def test_all_tables_are_in_it(self):
        found = self.env["reliability.recovery.manifest"].search([("rows", ">", 0)])
        self.assertEqual(set(found.mapped("table_name")), set(manifest.TABLES))

    def test_nothing_differs_where_nothing_was_done(self):
        self.assertEqual(self.compare(), [])

    def test_one_sale_line_silently_deleted(self):
        line = self.order.order_line[0]
        self.run_sql("DELETE FROM sale_order_line WHERE id = %s", line)
        (found,) = self.compare()
        self.assertEqual(found.table, "sale_order_line")
        self.assertEqual(found.expected_rows - found.found_rows, 1)
        self.assertLessEqual(found.first_id, line.id)
        self.assertGreaterEqual(found.last_id, line.id)
        self.assertRegex(
            found.text,
            r"^sale_order_line \d+ to \d+: \d+ rows, \d+ at [-\d]+ [\d:]+ UTC$",
        )

    def test_one_sale_line_silently_deleted_while_people_work(self):
        lines = self.order.order_line
        lines[1].name = "Changed"
        self.run_sql("DELETE FROM sale_order_line WHERE id = %s", lines[0])
        (found,) = self.compare()
        self.assertEqual(found.changed_rows, 1)

    def test_a_transfer_and_an_entry_silently_changed(self):
        move = self.order.picking_ids.move_ids[0]
        self.run_sql("UPDATE stock_move SET quantity = 4 WHERE id = %s", move)
        line = self.invoice.line_ids[0]
        self.run_sql(
            "UPDATE account_move_line SET balance = balance + 1 WHERE id = %s", line
        )
        found = {one.table: one.text for one in self.compare()}
        self.assertEqual(found.keys(), {"stock_move", "account_move_line"})
        self.assertIn("with other values than at", found["stock_move"])

    def test_what_people_do_afterwards_is_no_difference(self):
        self.invoice.button_draft()
        self.invoice.invoice_line_ids[0].price_unit = 9
        self.invoice.action_post()
        self.order.order_line[0].product_uom_qty = 4
        other = self.order.copy()
        other.action_confirm()
        other.order_line[0].name = "Other"
        back = self.env["stock.return.picking"].with_context(
            active_id=self.order.picking_ids[0].id,
            active_ids=self.order.picking_ids[:1].ids,
            active_model="stock.picking",
        )
        wizard = back.create({})
        wizard.product_return_moves.quantity = 1
        wizard.action_create_returns()
        self.assertEqual(self.compare(), [])

    def test_partners_that_are_merged_are_no_difference(self):
        """Odoo merges by SQL, without a time of writing."""
        duplicate = self.env["res.partner"].create({"name": "Same Customer"})
        partners = duplicate | self.order.partner_id
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(partners.ids, duplicate)
        self.assertEqual(self.compare(), [])

    def test_figures_say_where_stock_and_entries_are_not_consistent(self):
        before = manifest.figures(self.env.cr)
        self.assertEqual(self.quant.quantity, 92)
        self.run_sql("UPDATE stock_quant SET quantity = 91 WHERE id = %s", self.quant)
        self.run_sql(
            "DELETE FROM account_move_line WHERE id = %s", self.invoice.line_ids[0]
        )
        after = manifest.figures(self.env.cr)
        self.assertEqual(after["entries"], before["entries"] + 1)
        self.assertEqual(after["sequences"], before["sequences"])
        self.assertIn("sale_order_line_id_seq", after["sequences"])
        self.assertEqual(after["stock"], before["stock"] + 1)
