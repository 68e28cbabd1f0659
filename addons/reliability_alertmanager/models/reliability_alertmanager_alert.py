"""Alerts that Alertmanager has sent: one row per alert and begin."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    delete_oldest,
    masked,
    store_text,
    stored_text,
)

from ..outgoing import is_own
from ..webhook import parse

_RETENTION = timedelta(days=90)
_OVER_AFTER = timedelta(minutes=5)
"""For so long a silent alert must be missing: Alertmanager may have been restarted."""
_INCOMPLETE = "reliability.alertmanager_incomplete"
"""The system parameter with the receiver of a message that left alerts out."""
_MASK = "***"
_SILENT_FOR = timedelta(days=1)
"""Alertmanager repeats what fires, by default every four hours.  What it has not
repeated for so long is taken as over."""


class ReliabilityAlertmanagerAlert(models.Model):
    _name = "reliability.alertmanager.alert"
    _description = "Alert of Alertmanager"
    _log_access = False
    _order = "starts_at desc, id desc"
    _rec_name = "name"

    fingerprint = fields.Char(required=True)
    name = fields.Char(string="Alert", required=True)
    labels = fields.Json()
    summary = fields.Char()
    url = fields.Char(help="Of the rule in Prometheus.")
    starts_at = fields.Datetime(required=True)
    ends_at = fields.Datetime(help="Empty while it fires.")
    received = fields.Datetime(required=True, help="For the last time.")

    _instance_unique = models.UniqueIndex("(fingerprint, starts_at)")
    _by_receipt = models.Index("(received)")
    _firing = models.Index("(received) WHERE ends_at IS NULL")

    @api.model
    def _receive(self, body):
        """Store the alerts of a message that are about this database.

        One Prometheus may scrape several: the label ``db`` says which one an alert is
        of; without it, it is of the database that it was sent to.

        :param dict body: of Alertmanager's webhook
        :return: the answer
        :raise InvalidWebhook: it is none
        """
        received, left_out = parse(body)
        db = self.env.cr.dbname
        raised = [one for one in received if not is_own(one.labels)]
        mine = [one for one in raised if one.labels.get("db", db) == db]
        self._store(mine)
        receiver = body.get("receiver")
        if left_out and isinstance(receiver, str):
            self._set_incomplete_receiver(receiver)
        return {
            "stored": len(mine),
            "sent_by_odoo": len(received) - len(raised),
            "other_databases": len(raised) - len(mine),
            "left_out": left_out,
        }

    @api.model
    def _store(self, received):
        """Store alerts, in any order and repetition: what was resolved stays resolved.

        An alert fires once at a time: one that began later ends the one before, whose
        end Alertmanager may not have sent.

        :param list[Received] received: of one message
        """
        now, new = fields.Datetime.now(), []
        fingerprints = [one.fingerprint for one in received]
        rows = self.search([("fingerprint", "in", fingerprints)], order="starts_at, id")
        newest = {row.fingerprint: row for row in rows}
        for one in received:
            row = newest.get(one.fingerprint)
            if row is None or one.starts_at > row["starts_at"]:
                if row is not None and not row["ends_at"]:
                    _change(row, {"ends_at": one.starts_at})
                newest[one.fingerprint] = self._values_of(one, now)
                new.append(newest[one.fingerprint])
            elif one.ends_at is None:
                _change(row, {"received": now})
            elif one.ends_at >= row["starts_at"]:
                end = row["ends_at"] or one.ends_at
                _change(row, {"received": now, "ends_at": end})
        self.create(new)

    @api.model
    def _values_of(self, one, now):
        annotations = one.annotations
        return {
            "fingerprint": one.fingerprint,
            "name": masked(one.labels.get("alertname") or one.fingerprint),
            "labels": {name: masked(text) for name, text in one.labels.items()},
            "summary": masked(
                annotations.get("summary") or annotations.get("description") or ""
            ),
            "url": masked(one.url),
            "starts_at": one.starts_at,
            "ends_at": one.ends_at,
            "received": now,
        }

    @api.model
    def _present(self, now):
        """Return the alerts that fire, each once.

        :param datetime now: in UTC
        """
        fire = [("ends_at", "=", False), ("received", ">", now - _SILENT_FOR)]
        rows = self.search(fire, order="starts_at, id")
        return self.browse({row.fingerprint: row.id for row in rows}.values())

    def _follow(self, fingerprints, now):
        """Store which of these alerts Alertmanager still has.

        For what is silent it sends no message when it ends. One that was restarted has
        its alerts again after a minute or two.

        :param set fingerprints: of all that it has
        :param datetime now: in UTC
        """
        seen = self.filtered(lambda one: one.fingerprint in fingerprints)
        seen.received = now
        for row in self - seen:
            if row.received < now - _OVER_AFTER:
                row.ends_at = max(row.starts_at, row.received)

    @property
    def _has_exact_labels(self):
        """Whether the labels are stored as Alertmanager has them."""
        return not any(_MASK in text for text in (self.labels or {}).values())

    @api.model
    def _set_incomplete_receiver(self, receiver):
        """Store which receiver has to be asked for alerts; empty for none."""
        if self._incomplete_receiver() != receiver:
            store_text(self.env, _INCOMPLETE, receiver)

    @api.model
    def _incomplete_receiver(self):
        """Return the receiver that has not got all its alerts; else empty."""
        return stored_text(self.env, _INCOMPLETE) or ""

    @api.autovacuum
    def _gc_alerts(self):
        return delete_oldest(self, "received", self.env.cr.now() - _RETENTION)


def _change(row, values):
    """Change a row, or the values of one that is to be created."""
    change = row.write if isinstance(row, models.BaseModel) else row.update
    change(values)
