"""Other users than those with a role see nothing; ``tests/odoo/test_rights.py`` has all
rights of all roles."""

from odoo.exceptions import AccessError, UserError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import TransactionCase, new_test_user, tagged

from ..collector.token_origin import TOKEN
from ..models.retention import (
    HOUR_ROLLUP_DAYS,
    MAX_ROLLUP_ROWS,
    MINUTE_ROLLUP_DAYS,
    minutes_complete_since,
    retention_of,
)

LEDGERS = {
    "reliability.collector.report",
    "reliability.series",
    "reliability.rollup.minute",
    "reliability.rollup.hour",
    "reliability.rollup.revision",
    "reliability.collector.checkpoint",
    "reliability.rollup.top.call",
    "reliability.report",
    "reliability.gauge.lease",
    "reliability.top.call",
}


@tagged("-at_install", "post_install")
class TestRoles(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = [
            name
            for name in cls.env.registry
            if name.startswith("reliability.") and cls.env.registry[name]._module
        ]
        cls.plain = new_test_user(cls.env, "plain", "base.group_user")
        cls.portal = new_test_user(cls.env, "portal_probe", "base.group_portal")

    def readable(self, user):
        models = (self.env[name].with_user(user) for name in self.models)
        return {m._name for m in models if m.has_access("read")}

    def test_internal_and_portal_users_without_a_role_read_nothing(self):
        for user in (self.plain, self.portal):
            self.assertFalse(self.readable(user))
            for name in self.models:
                with self.assertRaises(AccessError):
                    self.env[name].with_user(user).search_read([], ["id"], limit=1)

    def test_nobody_writes_measurements(self):
        users = [self.env.ref("base.user_admin"), self.plain]
        for user in users:
            for name in LEDGERS:
                rows = self.env[name].with_user(user)
                for right in ("create", "write", "unlink"):
                    self.assertFalse(rows.has_access(right), (name, right))

    def test_settings_open_without_a_role(self):
        system = new_test_user(self.env, "system_only", "base.group_system")
        settings = self.env["res.config.settings"].with_user(system).create({})
        self.env.invalidate_all()
        (shown,) = settings.read(["reliability_series", "reliability_hosts"])
        self.assertIn("reliability_hosts", shown)

    def test_only_a_system_administrator_makes_and_revokes_tokens(self):
        admin = new_test_user(
            self.env, "role_admin", "base.group_user,reliability.group_admin"
        )
        for user in (self.plain, admin):
            tokens = self.env["reliability.token"].with_user(user)
            with self.assertRaises(AccessError):
                tokens._make()
            with self.assertRaises(AccessError):
                tokens._revoke()
            with self.assertRaises(AccessError):
                tokens._keep()
        self.env["reliability.token"].with_user(self.env.ref("base.user_admin"))._make()


@tagged("-at_install", "post_install")
class TestNeutralizedCopy(TransactionCase):
    def neutralize(self):
        """Neutralize the database as Odoo does, for the addons of this project."""
        installed = self.env["ir.module.module"].search(
            [("state", "=", "installed"), ("name", "=like", "reliability%")]
        )
        names = [name for name in installed.mapped("name") if "probe" not in name]
        queries = list(get_neutralization_queries(names))
        self.assertEqual(len(queries), len(names), "an addon has no neutralize.sql")
        for query in queries:
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.env.registry.clear_cache("stable")

    def test_the_token_of_the_original_is_invalid(self):
        self.env["reliability.token"]._make()
        self.neutralize()
        self.assertFalse(self.env["ir.config_parameter"].get_param(TOKEN))

    def test_operations_and_services_stay(self):
        operations = self.env["reliability.operation"].search([])
        services = self.env["reliability.service"].search([])
        self.neutralize()
        self.assertEqual(self.env["reliability.operation"].search([]), operations)
        self.assertEqual(self.env["reliability.service"].search([]), services)


@tagged("-at_install", "post_install")
class TestNumbersInSettings(TransactionCase):
    def test_out_of_range_is_refused_with_an_example(self):
        for values, words in (
            ({"reliability_minute_rollup_days": 0}, "from 1 to 3,660, such as 8"),
            (
                {
                    "reliability_minute_rollup_days": 9,
                    "reliability_hour_rollup_days": 8,
                },
                "at least as long",
            ),
            ({"reliability_hour_rollup_days": 10_000}, "to 3,660"),
            ({"reliability_max_rollup_rows": 5}, "from 10,000"),
            ({"reliability_max_series": 100_000}, "from 10 to"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self.env["res.config.settings"].create(values).execute()

    def test_values_are_stored(self):
        settings = self.env["res.config.settings"]
        settings.create({"reliability_minute_rollup_days": 3}).execute()
        self.assertEqual(settings.create({}).reliability_minute_rollup_days, 3)
        self.assertEqual(settings.create({}).reliability_hour_rollup_days, 400)

    def test_the_default_replaces_an_invalid_parameter(self):
        """Administrators can enter any text as a parameter."""
        for value in ("", "many", "-3", "0", "1e3", "9" * 20):
            for parameter in (MINUTE_ROLLUP_DAYS, HOUR_ROLLUP_DAYS, MAX_ROLLUP_ROWS):
                self.env["ir.config_parameter"].set_param(parameter.key, value)
            self.assertEqual(retention_of(self.env), (8, 400, 5_000_000))
            self.assertTrue(minutes_complete_since(self.env))
