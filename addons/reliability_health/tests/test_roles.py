"""What each role sees of statuses; the other models belong to ``reliability``."""

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("-at_install", "post_install")
class TestRoles(TransactionCase):
    def statuses(self, *groups):
        user = new_test_user(self.env, "role_probe", ",".join(groups))
        return self.env["reliability.service.status"].with_user(user)

    def test_viewers_read_statuses_and_write_none(self):
        statuses = self.statuses("base.group_user", "reliability.group_viewer")
        self.assertTrue(statuses.has_access("read"))
        for right in ("create", "write", "unlink"):
            self.assertFalse(statuses.has_access(right), right)

    def test_administrators_write_no_statuses(self):
        statuses = self.statuses("base.group_user", "reliability.group_admin")
        self.assertTrue(statuses.has_access("read"))
        for right in ("create", "write", "unlink"):
            self.assertFalse(statuses.has_access(right), right)

    def test_users_without_a_role_read_nothing(self):
        for group in ("base.group_user", "base.group_portal"):
            user = new_test_user(self.env, group, group)
            statuses = self.env["reliability.service.status"].with_user(user)
            with self.assertRaises(AccessError):
                statuses.search_read([], ["id"], limit=1)

    def test_no_method_can_be_called_by_rpc(self):
        package = "odoo.addons.reliability_health."
        for name in self.env.registry:
            if not name.startswith("reliability."):
                continue
            for base in self.env.registry[name].__mro__:
                if base.__module__.startswith(package):
                    public = {
                        attribute
                        for attribute, value in vars(base).items()
                        if not attribute.startswith("_") and callable(value)
                    }
                    public -= {"init", "message_subscribe"}  # Odoo's own
                    if name == "reliability.alert":  # see TestReaders in test_alerts
                        public = {one for one in public if one[:7] != "action_"}
                    self.assertFalse(public, (name, base))
