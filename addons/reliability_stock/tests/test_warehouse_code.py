from odoo.tests import TransactionCase, tagged


@tagged("-at_install", "post_install")
class TestAWarehouseCode(TransactionCase):
    def test_it_is_read_once(self):
        warehouse = self.env["stock.warehouse"].search([], limit=1)
        operations = self.env["reliability.operation"]
        self.assertEqual(operations._warehouse_code(warehouse.id), warehouse.code)
        with self.assertQueryCount(0):
            operations._warehouse_code(warehouse.id)

    def test_a_new_code_is_known_once_it_is_committed(self):
        warehouse = self.env["stock.warehouse"].search([], limit=1)
        operations = self.env["reliability.operation"]
        operations._warehouse_code(warehouse.id)
        warehouse.code = "NEW"
        self.env.flush_all()
        self.env.cr.postcommit.run()  # as a commit does
        self.assertEqual(operations._warehouse_code(warehouse.id), "NEW")
