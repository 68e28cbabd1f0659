"""Uninstalling one addon deletes its system parameters, and none of another addon."""

import importlib

from odoo.modules import Manifest
from odoo.tests import TransactionCase, tagged

PREFIX = "reliability."


@tagged("-at_install", "post_install")
class TestUninstallHooks(TransactionCase):
    def parameters(self):
        """Return the parameters of Settings: addon → keys."""
        found = {}
        for field in self.env["res.config.settings"]._fields.values():
            key = getattr(field, "config_parameter", None) or ""
            if key.startswith(PREFIX):
                found.setdefault(field._module, set()).add(key)
        found["reliability_change"] |= {
            "reliability.databases_last_round",
            "reliability.drift_salt",
        }
        found["reliability_health"] = {"reliability.evaluated"}
        found["reliability_recovery"] = {"reliability.recovery_last_check"}
        found["reliability_dashboard"].add("reliability.setup_done")
        found["reliability_slo_integration"] = {
            "reliability.objectives_exchanges_complete_since"
        }
        return found

    def stored(self):
        parameters = self.env["ir.config_parameter"]
        return set(parameters.search([("key", "=like", f"{PREFIX}%")]).mapped("key"))

    def test_each_addon_deletes_its_own(self):
        by_addon = self.parameters()
        self.assertIn("reliability_delivery", by_addon)
        for addon in sorted(by_addon.keys() - {"reliability"}):
            with self.subTest(addon):
                for key in set().union(*by_addon.values()):
                    self.env["ir.config_parameter"].set_param(key, "7")
                before = self.stored()
                hook = Manifest.for_addon(addon)["uninstall_hook"]
                module = importlib.import_module(f"odoo.addons.{addon}")
                getattr(module, hook)(self.env)
                self.assertEqual(before - self.stored(), by_addon[addon])

    def test_the_core_deletes_all(self):
        importlib.import_module("odoo.addons.reliability").uninstall_hook(self.env)
        self.assertEqual(self.stored(), set())
