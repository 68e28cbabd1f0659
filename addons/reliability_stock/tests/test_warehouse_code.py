from odoo.tests import TransactionCase, tagged

from odoo.addons.reliability.runtime.measuring import measuring
from odoo.addons.reliability.tests.common import RecordedCase


@tagged("-at_install", "post_install")
class TestAWarehouseCode(RecordedCase, TransactionCase):
    def warehouse_of_a_call(self, picking):
        """Return what a call on a transfer is counted under."""
        with self.env.cr.savepoint() as savepoint:
            picking.action_assign()
            savepoint.rollback()
        return self.recorded_with_labels("reservation")[-1][0]["warehouse"]

    def test_a_new_code_is_known_to_every_worker_that_odoo_tells(self):
        picking = self.env["stock.picking"].search([("state", "=", "confirmed")])[0]
        warehouse = picking.picking_type_id.warehouse_id
        self.assertEqual(self.warehouse_of_a_call(picking), warehouse.code)
        self.env.registry.cache_invalidated.clear()
        warehouse.code = "NEW"
        self.env.flush_all()
        self.assertIn("stable", self.env.registry.cache_invalidated)
        measuring(self.env.registry).follow(self.env.cr)
        self.assertEqual(self.warehouse_of_a_call(picking), "NEW")
