from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools import config

from ..api import served_databases


@tagged("-at_install", "post_install")
class TestServedDatabases(TransactionCase):
    def served(self, *names):
        with patch.dict(config.options, {"db_name": list(names)}):
            return served_databases(self.env.cr)

    def test_those_that_odoo_owns(self):
        self.assertIn(self.env.cr.dbname, self.served())
        self.assertFalse({"postgres", "template1"} & self.served())

    def test_with_db_name_its_own_that_exist(self):
        here = self.env.cr.dbname
        self.assertEqual(self.served(here, f"{here}_dropped"), {here})
