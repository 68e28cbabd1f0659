"""Who sees and may do what; everybody else sees nothing."""

from odoo.exceptions import AccessError, UserError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import TransactionCase, new_test_user, tagged

from ..collector.poller import TOKEN
from ..models.retention import (
    DEFAULTS,
    HOUR_ROLLUP_DAYS,
    MAX_ROLLUP_ROWS,
    MINUTE_ROLLUP_DAYS,
    minutes_complete_since,
    retention_of,
)

READERS = {
    "reliability.group_viewer": {
        "reliability.service",
        "reliability.operation",
        "reliability.report",
        "reliability.top.call",
        "reliability.service.status",
    },
    "reliability.group_admin": {
        "reliability.service",
        "reliability.operation",
        "reliability.report",
        "reliability.series",
        "reliability.rollup.minute",
        "reliability.rollup.hour",
        "reliability.collector.checkpoint",
        "reliability.rollup.top.call",
        "reliability.gauge.lease",
        "reliability.top.call",
        "reliability.service.status",
        "reliability.evaluator",
        "reliability.lock.wait",
        "reliability.host",
    },
}
LEDGERS = {
    "reliability.series",
    "reliability.rollup.minute",
    "reliability.rollup.hour",
    "reliability.collector.checkpoint",
    "reliability.rollup.top.call",
    "reliability.report",
    "reliability.gauge.lease",
    "reliability.top.call",
    "reliability.service.status",
    "reliability.evaluator",
    "reliability.lock.wait",
    "reliability.host",
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
        # Addons that depend on us test what is theirs.
        cls.ours = [
            name
            for name in cls.models
            if cls.env.registry[name]._original_module == "reliability"
        ]
        cls.plain = new_test_user(cls.env, "plain", "base.group_user")
        cls.portal = new_test_user(cls.env, "portal_probe", "base.group_portal")

    def readable(self, user):
        models = (self.env[name].with_user(user) for name in self.models)
        return {m._name for m in models if m.has_access("read")}

    def test_a_plain_user_and_a_customer_read_nothing(self):
        for user in (self.plain, self.portal):
            self.assertFalse(self.readable(user))
            for name in self.models:
                with self.assertRaises(AccessError):
                    self.env[name].with_user(user).search_read([], ["id"], limit=1)

    def test_each_role_reads_its_own(self):
        for group, models in READERS.items():
            user = new_test_user(self.env, group, f"base.group_user,{group}")
            self.assertEqual(self.readable(user) & {*self.ours}, models)

    def test_nobody_writes_what_was_measured(self):
        users = [self.env.ref("base.user_admin"), self.plain]
        for user in users:
            for name in LEDGERS:
                rows = self.env[name].with_user(user)
                for right in ("create", "write", "unlink"):
                    self.assertFalse(rows.has_access(right), (name, right))

    def test_nothing_of_ours_can_be_called_from_outside_but_what_buttons_call(self):
        """What is read goes through models that check rights, and nothing else."""
        public = set()
        for name in self.ours:
            for attribute, value in vars(self.env.registry[name]).items():
                if not attribute.startswith("_") and callable(value):
                    public.add((name, attribute))
            for base in self.env.registry[name].__mro__:
                if base.__module__.startswith("odoo.addons.reliability."):
                    public |= {
                        (name, attribute)
                        for attribute, value in vars(base).items()
                        if not attribute.startswith("_") and callable(value)
                    }
        ours = {pair for pair in public if pair[1] not in ("create", "write", "unlink")}
        self.assertEqual(
            ours - {(name, "init") for name in self.ours},
            {
                ("reliability.service", "action_open_operations"),
                ("reliability.top.call", "action_open_documents"),
                ("reliability.operation", "action_open_calls"),
            },
        )

    def test_settings_open_to_who_has_no_role_of_ours(self):
        system = new_test_user(self.env, "system_only", "base.group_system")
        settings = self.env["res.config.settings"].with_user(system).create({})
        self.env.invalidate_all()
        (shown,) = settings.read(["reliability_series", "reliability_hosts"])
        self.assertIn("reliability_hosts", shown)

    def test_only_a_system_administrator_makes_and_revokes_tokens(self):
        ours = new_test_user(
            self.env, "ours", "base.group_user,reliability.group_admin"
        )
        for user in (self.plain, ours):
            tokens = self.env["reliability.token"].with_user(user)
            with self.assertRaises(AccessError):
                tokens._make()
            with self.assertRaises(AccessError):
                tokens._revoke()
        self.env["reliability.token"].with_user(self.env.ref("base.user_admin"))._make()


@tagged("-at_install", "post_install")
class TestANeutralizedCopyIsSilent(TransactionCase):
    def neutralize(self):
        """Do what Odoo does to a copy, for our addons."""
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

    def test_the_token_of_the_original_does_not_open_the_copy(self):
        self.env["reliability.token"]._make()
        self.neutralize()
        self.assertFalse(self.env["ir.config_parameter"].get_param(TOKEN))

    def test_what_was_measured_and_what_is_measured_stay(self):
        operations = self.env["reliability.operation"].search([])
        services = self.env["reliability.service"].search([])
        self.neutralize()
        self.assertEqual(self.env["reliability.operation"].search([]), operations)
        self.assertEqual(self.env["reliability.service"].search([]), services)


@tagged("-at_install", "post_install")
class TestNumbersInSettingsMakeSense(TransactionCase):
    def test_what_makes_none_is_refused_with_what_to_do(self):
        for values, words in (
            ({"reliability_minute_rollup_days": 0}, "at least one day"),
            (
                {
                    "reliability_minute_rollup_days": 9,
                    "reliability_hour_rollup_days": 8,
                },
                "such as 8",
            ),
            ({"reliability_hour_rollup_days": 10_000}, "ten years"),
            ({"reliability_max_rollup_rows": 5}, "between 10,000"),
            ({"reliability_max_series": 100_000}, "between 10 and"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self.env["res.config.settings"].create(values).execute()

    def test_what_is_set_is_kept(self):
        settings = self.env["res.config.settings"]
        settings.create({"reliability_minute_rollup_days": 3}).execute()
        self.assertEqual(settings.create({}).reliability_minute_rollup_days, 3)
        self.assertEqual(settings.create({}).reliability_hour_rollup_days, 400)

    def test_a_parameter_that_makes_none_is_not_used(self):
        """Whoever may edit them can enter anything, and numbers must be read."""
        for nonsense in ("", "many", "-3", "0", "1e3", "9" * 20):
            for key in (MINUTE_ROLLUP_DAYS, HOUR_ROLLUP_DAYS, MAX_ROLLUP_ROWS):
                self.env["ir.config_parameter"].set_param(key, nonsense)
            self.assertEqual(retention_of(self.env), tuple(DEFAULTS.values()))
            self.assertTrue(minutes_complete_since(self.env))
