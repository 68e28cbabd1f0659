"""The checklist of a new database: what it has, who sees it, and how it ends."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.reliability.tests.internals import (
    EVERYTHING,
    reliability_health_provider,
    scrapes,
    settings,
)


@tagged("-at_install", "post_install")
class SetupCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parameters = cls.env["ir.config_parameter"].sudo()
        for key in ("reliability.setup_done", "reliability.setup_hidden"):
            cls.parameters.set_param(key, False)
        cls.env["reliability.service"].search([]).write(
            {"owner_id": False, "notify_user_ids": [(5,)]}
        )
        groups = "base.group_user,reliability.group_admin"
        cls.admin = new_test_user(cls.env, "setup_admin", groups)
        cls.system = new_test_user(
            cls.env, "setup_system", f"{groups},base.group_system"
        )
        for user in (cls.admin, cls.system):
            user.company_ids = cls.env["res.company"].search([])

    def setUp(self):
        super().setUp()
        # Where this server's collector would record scrapes.
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        ours = replace(settings(), telemetry_dir=self.folder)
        self.startPatcher(
            patch.object(reliability_health_provider, "settings", lambda: ours)
        )

    def steps(self, user=None):
        """Return the steps that a user sees: key → step."""
        cockpit = self.env["reliability.cockpit"].with_user(user or self.system)
        return {step["key"]: step for step in cockpit.read_setup()}

    def is_shown(self, user=None):
        cockpit = self.env["reliability.cockpit"].with_user(user or self.system)
        return cockpit.read_cockpit()["setup"]


class TestSteps(SetupCase):
    def test_services_need_owners(self):
        services = self.env["reliability.service"].search([])
        step = self.steps()["owners"]
        self.assertFalse(step["is_done"])
        self.assertIn(f"{len(services)} of {len(services)}", step["text"])
        services.owner_id = self.system
        step = self.steps()["owners"]
        self.assertTrue(step["is_done"])
        self.assertEqual(step["text"], "Each service has an owner.")

    def test_services_must_notify_somebody(self):
        services = self.env["reliability.service"].search([])
        self.assertFalse(self.steps()["recipients"]["is_done"])
        services.owner_id = self.system
        self.assertTrue(self.steps()["recipients"]["is_done"])
        services[0].write(
            {
                "notify_by_activity": False,
                "notify_by_chat": False,
                "notify_by_mail": False,
            }
        )
        step = self.steps()["recipients"]
        self.assertFalse(step["is_done"])
        self.assertIn("1 service notifies nobody", step["text"])

    def test_somebody_must_be_notified_in_each_company(self):
        self.env["reliability.service"].search([]).owner_id = self.system
        self.env["res.company"].create({"name": "Elsewhere"})
        step = self.steps()["recipients"]
        self.assertFalse(step["is_done"])
        self.assertIn("Elsewhere", step["text"])

    def test_the_metrics_of_this_database_must_have_been_read(self):
        self.assertFalse(self.steps()["prometheus"]["is_done"])
        scrapes.record(self.folder, "another database")
        self.assertFalse(self.steps()["prometheus"]["is_done"])
        for scope in (self.env.cr.dbname, EVERYTHING):
            scrapes.record(self.folder, scope)
            self.assertTrue(self.steps()["prometheus"]["is_done"])
            for path in self.folder.iterdir():
                path.unlink()

    def test_reliability_must_be_loaded_with_the_server(self):
        checks = type(self.env["reliability.self.check"])
        problem = "Add reliability to server_wide_modules."
        with patch.object(checks, "_loading_problems", return_value=[problem]):
            step = self.steps()["loading"]
        self.assertEqual((step["is_done"], step["text"]), (False, problem))
        with patch.object(checks, "_loading_problems", return_value=[]):
            self.assertTrue(self.steps()["loading"]["is_done"])

    def test_each_step_opens_where_it_is_done(self):
        for step in self.steps().values():
            action = step["action"]
            model = self.env[action["res_model"]].with_user(self.system)
            self.assertTrue(model.has_access("read"), step["key"])
            self.assertTrue(step["name"] and step["text"] and step["button"])


class TestReaders(SetupCase):
    def test_each_administrator_sees_what_he_can_do(self):
        self.assertLessEqual({"owners", "recipients"}, self.steps(self.admin).keys())
        self.assertFalse({"loading", "prometheus"} & self.steps(self.admin).keys())
        self.assertLessEqual({"loading", "prometheus"}, self.steps().keys())

    def test_other_people_see_nothing(self):
        for role in ("viewer", "manager"):
            user = new_test_user(
                self.env, role, f"base.group_user,reliability.group_{role}"
            )
            self.assertFalse(self.is_shown(user))
            cockpit = self.env["reliability.cockpit"].with_user(user)
            for method in (cockpit.read_setup, cockpit.hide_setup):
                with self.assertRaises(AccessError):
                    method()


class TestEnd(SetupCase):
    def finish(self, is_done=True):
        """Let each step be done, or not."""
        provider = type(self.env["reliability.health.provider"])
        steps = [
            step._replace(is_done=is_done)
            for step in self.env["reliability.health.provider"].sudo()._setup_steps()
        ]
        self.startPatcher(patch.object(provider, "_setup_steps", lambda self: steps))

    def test_it_is_shown_until_all_is_done(self):
        self.assertTrue(self.is_shown())
        self.finish()
        self.assertEqual(self.steps(), {})
        self.assertFalse(self.is_shown())

    def test_what_only_others_can_do_keeps_it_open(self):
        self.finish()
        provider = self.env["reliability.health.provider"]
        steps = [
            step._replace(is_done=step.key != "prometheus")
            for step in provider.sudo()._setup_steps()
        ]
        with patch.object(type(provider), "_setup_steps", lambda self: steps):
            self.assertEqual(self.steps(self.admin), {})
            self.assertFalse(self.steps(self.system)["prometheus"]["is_done"])
            self.assertTrue(self.is_shown())

    def test_once_done_it_costs_no_query(self):
        self.finish()
        self.steps()
        cockpit = self.env["reliability.cockpit"]
        cockpit._has_setup()
        with self.assertQueryCount(0):
            self.assertFalse(cockpit._has_setup())

    def test_an_addon_that_is_installed_later_shows_its_steps(self):
        self.finish()
        self.steps()
        loaded = self.env.registry._init_modules | {"reliability_later"}
        with patch.object(self.env.registry, "_init_modules", loaded):
            self.assertTrue(self.is_shown())

    def test_it_can_be_hidden_and_shown_again(self):
        cockpit = self.env["reliability.cockpit"].with_user(self.admin)
        cockpit.hide_setup()
        self.assertFalse(self.is_shown())
        self.assertEqual(self.steps(), {})
        self.env["res.config.settings"].create(
            {"reliability_setup_hidden": False}
        ).set_values()
        self.assertTrue(self.is_shown())
