"""Reports of backups, and the alerts that follow from them."""

from datetime import datetime, timedelta

from odoo.tests import TransactionCase, freeze_time

NOON = datetime(2026, 11, 29, 12)


def after(hours):
    return NOON + timedelta(hours=hours)


def at(hours):
    """Return hours after noon as text, as in a report."""
    return f"{after(hours).isoformat()}Z"


def dump(label, begin, **values):
    """Return a dump that takes an hour."""
    return {
        "label": label,
        "repository": "site",
        "type": "logical",
        "begin": at(begin),
        "end": at(begin + 1),
        "size": 5_000_000_000,
    } | values


def report(hours, *backups, **values):
    """Return a report of dumps that are elsewhere and encrypted."""
    return {
        "version": 1,
        "name": "prod",
        "contents": "database",
        "tool": "pg_dump",
        "taken_at": at(hours),
        "repositories": [{"name": "site", "elsewhere": True, "encrypted": True}],
        "backups": list(backups),
    } | values


class RecoveryCase(TransactionCase):
    def setUp(self):
        super().setUp()
        self.sets = self.env["reliability.backup.set"]
        self.services = self.env["reliability.service"].search([])

    def receive(self, *reports):
        """Receive reports when the newest one is taken; return the results."""
        with freeze_time(max(one["taken_at"] for one in reports)):
            inbound = self.env["reliability.inbound"]
            return [inbound._receive_backups(one) for one in reports]

    def backup_set(self, name="prod"):
        return self.sets.search([("name", "=", name)])

    def alerts(self, hours):
        """Return the alerts of this addon."""
        with freeze_time(after(hours)):
            found = self.env["reliability.health.provider"]._alerts()
        return [alert for alert in found if alert.provider == "recovery"]

    def causes(self, hours):
        return [alert.cause for alert in self.alerts(hours)]

    def text(self, hours, alert, user=None):
        """Return an alert as a user sees it."""
        provider = self.env["reliability.health.provider"]
        with freeze_time(after(hours)):
            return provider.with_user(user or self.env.user)._describe_alert(alert)
