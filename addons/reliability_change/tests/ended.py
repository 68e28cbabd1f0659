"""Deployments that have ended, and incidents after them."""

from odoo.tests import TransactionCase, new_test_user

from .common import after


class EndedCase(TransactionCase):
    """A database without other deployments and incidents; hours count from noon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["reliability.deployment"].search([]).unlink()
        cls.env["reliability.incident"].search([]).unlink()
        cls.manager = new_test_user(
            cls.env, "a manager", "base.group_user,reliability.group_manager", tz="UTC"
        )
        cls.viewer = new_test_user(
            cls.env, "a viewer", "base.group_user,reliability.group_viewer", tz="UTC"
        )

    def deploy(self, hours=0.0, name="sale", **values):
        """Return a new deployment that has ended so many hours after noon."""
        end = after(60 * hours)
        change = {"kind": "module", "name": name, "after": "19.0.2"}
        fields = {"state": "done", "is_seen": True, "change_ids": [(0, 0, change)]}
        return self.env["reliability.deployment"].create(
            {"begin": end, "end": end} | fields | values
        )

    def incident(self, hours=1.0, restored=None, **values):
        """Return a new incident with a suggested deployment, if there is one."""
        moments = {"began_at": hours, "detected_at": hours, "restored_at": restored}
        known = {
            name: after(60 * moment)
            for name, moment in moments.items()
            if moment is not None
        }
        fields = {"title": "Labels are not printed", "is_shared": True}
        incident = self.env["reliability.incident"].create(known | fields | values)
        self.suggest()
        return incident

    def suggest(self):
        """Bring suggestions up to date, as each evaluation does."""
        self.env["reliability.incident"]._suggest_deployments()
