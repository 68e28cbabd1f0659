"""While a registry is loaded, addons can ask how long that has taken."""

from types import SimpleNamespace

from odoo.tests import TransactionCase, tagged

from ..instrumentation import registry_load as module
from ..instrumentation.registry_load import registry_load

DB = "loading"


@tagged("-at_install", "post_install")
class TestRegistryLoad(TransactionCase):
    def load(self, inside):
        """Load a registry of a database, and call a function in the middle of it."""
        return module._timed_load(lambda db_name: inside())(DB)

    def run_script(self, script, name="pre-work.py"):
        cr = SimpleNamespace(dbname=DB)
        path = f"/opt/addons/sale/migrations/1.1/{name}"
        module._timed_script(lambda *_arguments: script())(cr, "1.0", path, "sale")

    def test_only_while_it_goes_on(self):
        found = self.load(lambda: registry_load(DB))
        self.assertGreaterEqual(found.seconds, 0)
        self.assertIsNone(registry_load(DB))

    def test_a_load_inside_of_a_load_is_part_of_it(self):
        def inside():
            outer = registry_load(DB)
            self.load(lambda: None)
            return outer is registry_load(DB)

        self.assertTrue(self.load(inside))

    def test_one_that_fails_is_over(self):
        with self.assertRaises(ZeroDivisionError):
            self.load(lambda: 1 / 0)
        self.assertIsNone(registry_load(DB))

    def test_its_migration_scripts(self):
        def inside():
            self.run_script(lambda: None)
            with self.assertRaises(ZeroDivisionError):
                self.run_script(lambda: 1 / 0, "post-fails.py")
            return registry_load(DB).scripts

        scripts = self.load(inside)
        self.assertEqual(
            [(one.module, one.name) for one in scripts],
            [("sale", "pre-work.py"), ("sale", "post-fails.py")],
        )

    def test_a_script_outside_of_a_load_is_left_alone(self):
        self.run_script(lambda: None)
        self.assertIsNone(registry_load(DB))
