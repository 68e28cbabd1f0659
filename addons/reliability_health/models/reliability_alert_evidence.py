"""What the evaluator knows of an alert: how bad, how often, since when.

It is apart from the alert, which people change: their clicks and an evaluation never
write the same row.
"""

from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    FINE,
    SEVERITY_NAMES,
    StatusKey,
    delete_oldest,
    write_changes,
)

from ..evaluation import Status, next_status

# It has to be loaded before the model that inherits it.
from .reliability_alert_observation import ReliabilityAlertObservation

_REOPENED_WITHIN = timedelta(days=1)
"""A recurrence after a longer time is another alert."""
_RETENTION = timedelta(days=90)
_OBSERVED = ("count", "since", "last", "values", "is_shared", "is_sampled")
"""What an observation says besides the severity."""


class AlertKey(NamedTuple):
    """What identifies an alert: a cause at a place."""

    provider: str
    cause: str
    service_id: int | None
    company_id: int | None
    warehouse: str
    subject: str
    error: str


class ReliabilityAlertEvidence(models.Model):
    """One row per alert, and per observation that is not an alert yet."""

    _name = "reliability.alert.evidence"
    _inherit = ReliabilityAlertObservation._name
    _description = "Evidence of an Alert"
    _log_access = False

    urgency = fields.Integer(
        compute="_compute_urgency",
        store=True,
        help="The higher, the sooner: severity, then criticality of the service.",
    )
    pending_severity = fields.Char(
        help="Observed last, but not yet for long enough to be the severity."
    )
    pending_since = fields.Datetime()

    # PostgreSQL uses it only for the condition as Odoo writes it.
    _key_unique = models.UniqueIndex(
        "(provider, cause, coalesce(service_id, 0), coalesce(company_id, 0),"
        " coalesce(warehouse, ''), coalesce(subject, ''), coalesce(error, ''))"
        " WHERE is_present IS TRUE"
    )
    _by_end = models.Index("(closed) WHERE closed IS NOT NULL")
    _by_pending = models.Index("(id) WHERE pending_severity IS NOT NULL")

    @api.depends("severity", "service_id.criticality")
    def _compute_urgency(self):
        severities = [name for name, _label in SEVERITY_NAMES]
        criticality = self.env["reliability.service"]._fields["criticality"]
        ranks = criticality.get_values(self.env)
        for evidence in self:
            rank = ranks.index(evidence.service_id.criticality or ranks[-1])
            severity = severities.index(evidence.severity)
            evidence.urgency = len(ranks) * (severity + 1) - rank

    @api.model
    def _update(self, alerts, now):
        """Store what one evaluation has found.

        :param list[Alert] alerts: of all providers
        :param datetime now: of the evaluation, in UTC
        :return: the evidence that opened, and the evidence that closed
        """
        services = self._service_ids()
        companies = self.env["res.company"].with_context(active_test=False).search([])
        known = self._known(now)
        before = self.search([("is_present", "=", True)])
        new, seen = [], set()
        for alert in alerts:
            if alert.company_id and alert.company_id not in companies.ids:
                continue  # its company is deleted
            key = _key(alert, services)
            if key in seen:
                continue  # one alert is stored once, whatever a provider does
            seen.add(key)
            evidence = known.pop(key, self.browse())
            values = evidence._values_after(alert.severity, alert.is_sampled, now)
            values |= {name: getattr(alert, name) for name in _OBSERVED}
            if evidence:
                write_changes(evidence, values)
            else:
                new.append({"severity": alert.severity} | key._asdict() | values)
        for evidence in known.values():
            write_changes(
                evidence, evidence._values_after(FINE, evidence.is_sampled, now)
            )
        self.create(new)
        self.search([("opened", "=", False), ("pending_severity", "=", False)]).unlink()
        after = self.search([("is_present", "=", True)])
        return after - before, before - after

    @api.model
    def _service_ids(self):
        return {one.code: one.id for one in self.env["reliability.service"].search([])}

    @api.model
    def _known(self, now):
        """Return what is present, pending, or may be opened again: key → evidence."""
        found = self.search(
            [
                "|",
                ("is_present", "=", True),
                "|",
                ("pending_severity", "!=", False),
                ("closed", ">", now - _REOPENED_WITHIN),
            ],
            order="is_present, closed, id",
        )
        return {evidence._key(): evidence for evidence in found}

    @api.model
    def _find(self, provider, cause, key, subject):
        """Return what is present or pending of a cause.

        :param StatusKey key: the service, company and warehouse
        """
        return self.search(
            [
                "|",
                ("is_present", "=", True),
                ("pending_severity", "!=", False),
                ("provider", "=", provider),
                ("cause", "=", cause),
                ("service_id", "=", key.service_id),
                ("company_id", "=", key.company_id or False),
                ("warehouse", "in", (key.warehouse or False, key.warehouse)),
                ("subject", "in", (subject or False, subject)),
            ],
            order="is_present DESC",
            limit=1,
        )

    def _key(self):
        return AlertKey(
            self.provider,
            self.cause,
            self.service_id.id or None,
            self.company_id.id or None,
            self.warehouse or "",
            self.subject or "",
            self.error or "",
        )

    def _status_key(self):
        return StatusKey(
            self.service_id.id, self.company_id.id or None, self.warehouse or ""
        )

    def _values_after(self, observed, is_sampled, now):
        """Return the values of this evidence, or of a new one, after an observation.

        :param observed: the severity; `FINE` if the cause was not observed
        """
        after = Status(observed, now)
        if is_sampled:
            after = next_status(self._status(now), observed, now)
        values = {
            "pending_severity": after.pending_state,
            "pending_since": after.pending_since,
            "is_present": after.state != FINE,
        }
        if after.state != FINE:
            values["severity"] = after.state
            values["closed"] = False
            values["opened"] = min(self.opened, now) if self.is_present else after.since
        elif self.is_present:
            values["closed"] = min(after.since, now)  # the begin of the good run
        return values

    def _status(self, now):
        """Return the severity as the state that `next_status` goes on from."""
        pending = self.pending_severity or "", self.pending_since or None
        if self.is_present:
            return Status(self.severity, self.opened, *pending)
        return Status(FINE, now, *pending)

    @api.autovacuum
    def _gc_evidence(self):
        """Delete what closed long ago, with its alert."""
        return delete_oldest(self, "closed", self.env.cr.now() - _RETENTION)


def _key(alert, services):
    return AlertKey(
        alert.provider,
        alert.cause,
        services.get(alert.service),
        alert.company_id or None,
        alert.warehouse or "",
        alert.subject,
        alert.error,
    )
