"""Reports of backups and evidence of drills, and the alerts that follow from them."""

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


def drill_evidence(uuid, **values):
    """Return the evidence of a drill at noon that has passed.

    :param uuid: of the database that was restored
    """
    return {
        "version": 1,
        "name": "reliability-drill-k3v9x2ab",
        "database": "prod",
        "database_uuid": uuid,
        "set": "main",
        "contents": "cluster",
        "filestore_set": "files",
        "backup": "20261129-020000F",
        "tool": "pgBackRest 2.58",
        "host": "backup1",
        "declared_at": at(0),
        "failed_at": at(0),
        "usable_at": "2026-11-29T12:07:31Z",
        "ended_at": "2026-11-29T12:07:40Z",
        "level": 3,
        "heartbeats": {
            "database": "2026-11-29T11:59:00Z",
            "filestore": "2026-11-29T11:40:00Z",
        },
        "bytes": 41_000_000_000,
        "phases": [
            {"name": "restore", "begin": "2026-11-29T12:00:01Z", "seconds": 93.2},
            {"name": "start", "begin": "2026-11-29T12:01:35Z", "seconds": 4.5},
        ],
        "checks": [
            {"name": "manifest", "result": "passed"},
            {"name": "our_prices", "result": "skipped"},
        ],
        "lost": [{"name": "orders", "count": 3}],
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


class DrillCase(RecoveryCase):
    def setUp(self):
        super().setUp()
        self.drills = self.env["reliability.drill"]
        self.uuid = self.env["ir.config_parameter"].get_param("database.uuid")

    def receive_drill(self, **values):
        """Receive evidence a day after noon; return the drill."""
        body = drill_evidence(self.uuid, **values)
        with freeze_time(after(24)):
            answer = self.env["reliability.inbound"]._receive_drill(body)
        return self.drills.browse(answer["drill"])
