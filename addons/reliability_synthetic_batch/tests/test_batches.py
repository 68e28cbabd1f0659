"""Where transfers are put into batches, those of a rehearsal are not."""

from odoo.tests import tagged

from odoo.addons.reliability_synthetic.steps import FUNCTIONS
from odoo.addons.reliability_synthetic.tests.common import CopiedRehearsalCase


@tagged("-at_install", "post_install")
class TestBatches(CopiedRehearsalCase):
    def setUp(self):
        super().setUp()
        if "auto_batch" not in self.env["stock.picking.type"]._fields:
            self.skipTest("Batch transfers are not installed in this database")

    def batch_by(self, field):
        """Let transfers that have something in common be put into a batch."""
        self.warehouse.out_type_id.write({"auto_batch": True, field: True})

    def assertJoinsNoBatch(self):
        found = []

        def validate(case):
            found.append(case.order.picking_ids.batch_id.ids)
            FUNCTIONS["validate"](case)
            found.append(case.order.picking_ids.batch_id.ids)

        self.assertPasses(self.rehearse(validate=validate))
        self.assertEqual(found, [[], []])

    def test_a_transfer_joins_no_batch(self):
        self.batch_by("batch_group_by_src_loc")
        self.assertJoinsNoBatch()

    def test_its_operations_join_no_wave(self):
        self.batch_by("wave_group_by_product")
        self.assertJoinsNoBatch()
