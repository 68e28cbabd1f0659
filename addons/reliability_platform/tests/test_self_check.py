"""Settings say what the platform's checks lack: loading, and rights."""

from unittest.mock import patch

from odoo.tests import TransactionCase, freeze_time, tagged
from odoo.tools import config

from .common import NOON, PlatformCase


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


@tagged("-at_install", "post_install")
class TestRights(PlatformCase):
    """Settings say which right a check lacks, and the statement that grants it."""

    def problems(self, *missing):
        with freeze_time(NOON):
            self.host(missing=list(missing))
            return self.env["reliability.self.check"]._addon_problems()

    def test_no_right_is_missing(self):
        before = self.env["reliability.self.check"]._addon_problems()
        self.assertEqual(self.problems(), before)

    def test_pg_monitor(self):
        self.env.cr.execute("SELECT current_user::text")
        (role,) = self.env.cr.fetchone()
        text = "".join(self.problems("pg_monitor"))
        self.assertIn(f"GRANT pg_monitor TO {role};", text)

    def test_several_are_named_once_each(self):
        codes = "redis_info", "pgbouncer_stats_users", "of_tomorrow", "redis_info"
        text = "\n".join(self.problems(*codes))
        self.assertEqual(text.count("ACL SETUSER name +info"), 1)
        self.assertIn("stats_users in pgbouncer.ini", text)
