"""Only administrators read what the collector stores, and nobody writes it."""

from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import new_test_user, tagged

from ..collector.operator_tables import store_trends
from .common import PlatformCase

MODELS = ("reliability.lock.wait", "reliability.host", "reliability.platform.sample")
METHODS = {"read_page"}
"""What browsers call: it checks who reads."""


@tagged("-at_install", "post_install")
class TestRoles(PlatformCase):
    def rights(self, *groups):
        """Return the models and rights that a user of these groups has."""
        user = new_test_user(self.env, "role_probe", ",".join(groups))
        return {
            (name, right)
            for name in MODELS
            for right in ("read", "create", "write", "unlink")
            if self.env[name].with_user(user).has_access(right)
        }

    def test_administrators_read(self):
        rights = self.rights("base.group_user", "reliability.group_admin")
        self.assertEqual(rights, {(name, "read") for name in MODELS})

    def test_viewers_have_no_access(self):
        self.assertFalse(self.rights("base.group_user", "reliability.group_viewer"))

    def test_no_other_method_can_be_called_by_rpc(self):
        package = "odoo.addons.reliability_platform."
        for name in self.env.registry:
            for base in self.env.registry[name].__mro__:
                if base.__module__.startswith(package):
                    public = {
                        attribute
                        for attribute, value in vars(base).items()
                        if not attribute.startswith("_") and callable(value)
                    }
                    self.assertLessEqual(public, METHODS, (name, base))

    def test_a_neutralized_copy_has_none(self):
        self.wait()
        self.host()
        store_trends(self.env.cr, [("postgres", "", "commit_seconds", 0.004)])
        for query in get_neutralization_queries(["reliability_platform"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        for name in MODELS:
            self.assertFalse(self.env[name].search([]))
