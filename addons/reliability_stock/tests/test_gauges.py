"""What waits in the warehouses is told by company, warehouse and operation type."""

from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged


class TransfersCase(TransactionCase):
    """A warehouse of its own, with ten pieces in stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].create(
            {"name": "Probe", "code": "PROBE"}
        )
        cls.out = cls.warehouse.out_type_id
        cls.product = cls.env["product.product"].create(
            {"name": "Probe", "is_storable": True}
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.product, cls.warehouse.lot_stock_id, 10
        )

    def ask(self, quantity=1, late=timedelta()):
        """Make a delivery that was to be done so long ago."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.out.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "move_ids": [
                    fields.Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": quantity,
                            "location_id": self.warehouse.lot_stock_id.id,
                            "location_dest_id": self.env.ref(
                                "stock.stock_location_customers"
                            ).id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        # By the database's clock, as the facts see it.
        picking.scheduled_date = self.env.cr.now().replace(microsecond=0) - late
        return picking


@tagged("-at_install", "post_install")
class TestWhatWaits(TransfersCase):
    def told(self, name, **labels):
        """Return the number that is told of this warehouse's deliveries."""
        wanted = {
            "company": str(self.warehouse.company_id.id),
            "warehouse": "PROBE",
            "operation_type": "OUT",
            **labels,
        }
        self.env.flush_all()
        self.env.cr.execute(f"SELECT * FROM reliability_gauge_{name}")
        rows = self.env.cr.dictfetchall()
        (row,) = [row for row in rows if wanted.items() <= row.items()]
        return float(row["value"])

    def test_ready_and_waiting_transfers(self):
        self.assertEqual(self.told("transfers_waiting", state="ready"), 0)
        self.ask(4)
        self.ask(100)
        self.ask(1)
        self.assertEqual(self.told("transfers_waiting", state="ready"), 2)
        self.assertEqual(self.told("transfers_waiting", state="waiting"), 1)

    def test_late_ones_and_the_latest(self):
        self.ask(late=timedelta(hours=-1))
        self.assertEqual(self.told("transfers_late"), 0)
        self.assertEqual(self.told("transfers_oldest_late_seconds"), 0)
        for hours in (1, 3, 2):
            self.ask(late=timedelta(hours=hours))
        self.assertEqual(self.told("transfers_late"), 3)
        age = self.told("transfers_oldest_late_seconds")
        self.assertAlmostEqual(age, 3 * 3600, delta=2)

    def test_how_long_the_oldest_waits(self):
        self.assertEqual(self.told("transfers_oldest_waiting_seconds"), 0)
        picking = self.ask()
        self.env.cr.execute(
            "UPDATE stock_picking SET create_date = create_date - interval '1 day'"
            " WHERE id = %s",
            [picking.id],
        )
        age = self.told("transfers_oldest_waiting_seconds")
        self.assertAlmostEqual(age, 86400, delta=2)

    def test_how_much_is_reserved(self):
        self.ask(8)
        self.ask(8)
        self.ask(8)
        self.assertEqual(self.told("moves_open", reserved="all"), 1)
        self.assertEqual(self.told("moves_open", reserved="some"), 1)
        self.assertEqual(self.told("moves_open", reserved="nothing"), 1)

    def test_what_is_done_or_cancelled_does_not_wait(self):
        picking, other = self.ask(), self.ask()
        picking.button_validate()
        other.action_cancel()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.told("transfers_waiting", state="ready"), 0)
        self.assertEqual(self.told("moves_open", reserved="all"), 0)
