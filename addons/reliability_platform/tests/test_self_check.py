"""Settings say where the collector has not loaded this addon."""

from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools import config


@tagged("-at_install", "post_install")
class TestSelfCheck(TransactionCase):
    def problems(self, *modules):
        """Return the problems with these addons loaded server-wide."""
        with patch.dict(config.options, {"server_wide_modules": modules}):
            return self.env["reliability.self.check"]._loading_problems()

    def test_no_problem_if_it_is_loaded_server_wide(self):
        self.assertEqual(self.problems("reliability", "reliability_platform"), [])

    def test_installed_but_not_loaded_server_wide(self):
        (problem,) = self.problems("reliability")
        self.assertIn("Add reliability_platform to server_wide_modules", problem)
