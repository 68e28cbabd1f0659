"""The gauges count open transfers by company, warehouse and operation type."""

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

    def make_delivery(self, quantity=1, late=timedelta()):
        """Make a delivery that was due some time ago."""
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
                            "company_id": self.warehouse.company_id.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        # By the database's clock, as in the gauges.
        picking.scheduled_date = self.env.cr.now().replace(microsecond=0) - late
        return picking


@tagged("-at_install", "post_install")
class TestGauges(TransfersCase):
    def gauge(self, name, **labels):
        """Return the value of a gauge for this warehouse's deliveries."""
        labels = {
            "company": str(self.warehouse.company_id.id),
            "warehouse": "PROBE",
            "operation_type": "OUT",
            **labels,
        }
        self.env.flush_all()
        self.env.cr.execute(f"SELECT * FROM reliability_gauge_{name}")
        rows = self.env.cr.dictfetchall()
        (row,) = [row for row in rows if labels.items() <= row.items()]
        return float(row["value"])

    def test_transfers_are_counted_as_ready_or_waiting(self):
        self.assertEqual(self.gauge("transfers_waiting", state="ready"), 0)
        self.make_delivery(4)
        self.make_delivery(100)
        self.make_delivery(1)
        self.assertEqual(self.gauge("transfers_waiting", state="ready"), 2)
        self.assertEqual(self.gauge("transfers_waiting", state="waiting"), 1)

    def test_late_transfers_are_counted_with_the_age_of_the_oldest(self):
        self.make_delivery(late=timedelta(hours=-1))
        self.assertEqual(self.gauge("transfers_late"), 0)
        self.assertEqual(self.gauge("transfers_oldest_late_seconds"), 0)
        for hours in (1, 3, 2):
            self.make_delivery(late=timedelta(hours=hours))
        self.assertEqual(self.gauge("transfers_late"), 3)
        age = self.gauge("transfers_oldest_late_seconds")
        self.assertAlmostEqual(age, 3 * 3600, delta=2)

    def test_the_age_of_the_oldest_open_transfer_is_shown(self):
        self.assertEqual(self.gauge("transfers_oldest_waiting_seconds"), 0)
        picking = self.make_delivery()
        self.env.cr.execute(
            "UPDATE stock_picking SET create_date = create_date - interval '1 day'"
            " WHERE id = %s",
            [picking.id],
        )
        age = self.gauge("transfers_oldest_waiting_seconds")
        self.assertAlmostEqual(age, 86400, delta=2)

    def test_moves_are_counted_by_how_much_is_reserved(self):
        self.make_delivery(8)
        self.make_delivery(8)
        self.make_delivery(8)
        self.assertEqual(self.gauge("moves_open", reserved="all"), 1)
        self.assertEqual(self.gauge("moves_open", reserved="some"), 1)
        self.assertEqual(self.gauge("moves_open", reserved="nothing"), 1)

    def test_done_and_cancelled_transfers_are_not_counted(self):
        picking, other = self.make_delivery(), self.make_delivery()
        picking.button_validate()
        other.action_cancel()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.gauge("transfers_waiting", state="ready"), 0)
        self.assertEqual(self.gauge("moves_open", reserved="all"), 0)
