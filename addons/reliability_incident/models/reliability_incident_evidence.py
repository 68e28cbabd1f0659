"""Evidence of incidents: what each alert said at its worst, kept when it is gone."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.reliability.api import SEVERITY_NAMES

from ..grouping import Signal, Site
from ..tiers import INFORMATION, tier_of
from .incident_fields import TIER_NAMES

_COPIED = (
    "provider",
    "cause",
    "service_id",
    "company_id",
    "warehouse",
    "subject",
    "error",
    "is_shared",
    "is_sampled",
    "opened",
    "since",
)
_WORST = ("severity", "count", "last", "values")
"""What is taken over whenever it is worse."""
_SEVERITIES = [name for name, _label in SEVERITY_NAMES]

_DIFFERENCES = """
    SELECT alert.id, known.id
      FROM (SELECT alert.id, evidence.opened, evidence.severity, evidence.count,
                   evidence.values ->> 'tier' AS tier
              FROM reliability_alert AS alert
              JOIN reliability_alert_evidence AS evidence
                ON evidence.id = alert.evidence_id
             WHERE evidence.is_present IS TRUE
               AND (evidence.severity <> 'information'
                    OR evidence.values ->> 'tier' IS NOT NULL)) AS alert
      FULL JOIN (SELECT id, alert_id, opened, severity, count,
                        evidence.values ->> 'tier' AS tier
                   FROM reliability_incident_evidence AS evidence
                  WHERE is_present IS TRUE) AS known
        ON known.alert_id = alert.id
     WHERE alert.id IS NULL OR known.id IS NULL
        OR alert.opened <> known.opened OR alert.count > known.count
        OR alert.severity <> known.severity
        OR alert.tier IS DISTINCT FROM known.tier
"""
"""Present alerts that may open incidents, and present evidence, where both differ."""


class ReliabilityIncidentEvidence(models.Model):
    _name = "reliability.incident.evidence"
    _inherit = "reliability.alert.observation"
    _description = "Evidence of an Incident"
    _log_access = False
    _order = "is_present desc, opened, id"
    _rec_name = "text"

    incident_id = fields.Many2one(
        "reliability.incident",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    alert_id = fields.Many2one(
        "reliability.alert", readonly=True, ondelete="set null", index="btree_not_null"
    )
    service_id = fields.Many2one(ondelete="set null")
    tier = fields.Selection(TIER_NAMES, required=True)
    is_changed = fields.Boolean()
    """Whether its incident was not weighed with it yet."""
    text = fields.Char(string="Alert", compute="_compute_text")

    # PostgreSQL uses them only for the condition as Odoo writes it.
    _alert_unique = models.UniqueIndex("(alert_id) WHERE is_present IS TRUE")
    _by_change = models.Index("(incident_id) WHERE is_changed IS TRUE")

    @api.depends("provider", "count", "values", "severity", "since", "last")
    @api.depends_context("uid", "lang", "tz", "allowed_company_ids")
    def _compute_text(self):
        provider = self.env["reliability.health.provider"]
        for evidence in self:
            evidence.text = evidence.cause
            if not evidence.sudo().incident_id.is_erased:
                alert = evidence.sudo()._as_alert()
                evidence.text = provider._describe_alert(alert).text

    @api.model
    def _follow(self, now):
        """Store what alerts say now, and return what is new and what has ended.

        :param datetime now: of the evaluation, in UTC
        :return: alerts without evidence, the worst first; and the evidence that ended
        """
        new, ended = [], []
        for alert, evidence in self._differences():
            if alert and evidence and evidence.opened >= alert.opened:
                evidence._take_over(alert)
                continue
            if alert:
                new.append(alert)
            if evidence:
                ended.append(evidence.id)
                evidence._end(now)
        new.sort(key=lambda alert: (-alert.urgency, alert.opened, alert.id))
        return self.env["reliability.alert"].concat(*new), self.browse(ended)

    @api.model
    def _differences(self):
        """Return what alerts and evidence do not both say: in most minutes, nothing.

        :return: pairs of an alert and its evidence; one of both may be empty
        """
        alerts = self.env["reliability.alert"]
        for model in (self, alerts, alerts.evidence_id):
            model.flush_model()
        rows = self.env.execute_query(SQL(_DIFFERENCES))
        found = alerts.browse([alert for alert, _known in rows if alert])
        found = {alert.id: alert for alert in found if _tier(alert) != INFORMATION}
        known = self.browse([evidence for _alert, evidence in rows if evidence])
        known = {evidence.id: evidence for evidence in known}
        return [
            (found.get(alert, alerts), known.get(evidence, self.browse()))
            for alert, evidence in rows
        ]

    def _end(self, now):
        """Store when the alert has ended."""
        end = self.alert_id.closed
        is_known = end and self.opened <= end <= now
        self.write({"is_present": False, "closed": end if is_known else now})

    def _worst(self):
        """Return the worst alert that names the trouble: budgets only count it."""
        return self.sorted(
            lambda one: (
                -_SEVERITIES.index(one.severity),
                "tier" in (one.values or {}),
                one.id,
            )
        )[:1]

    def _take_over(self, alert):
        """Store what an alert says, if it is worse than what it said before."""
        if self.opened != alert.opened:
            self.opened = alert.opened  # the clock was set back
        before = _SEVERITIES.index(self.severity), self.count
        if (_SEVERITIES.index(alert.severity), alert.count) > before:
            self.write(
                {name: alert[name] for name in _WORST}
                | {"tier": max(self.tier, _tier(alert), key=_rank), "is_changed": True}
            )

    @api.model
    def _values_of(self, alert):
        """Return the values of new evidence for an alert."""
        copied = alert.evidence_id.read(_COPIED + _WORST, load="")[0]
        copied.pop("id")
        return copied | {
            "alert_id": alert.id,
            "tier": _tier(alert),
            "is_present": True,
            "is_changed": True,
        }


def signal_of(observation):
    """Return an alert, or evidence of one, as grouping needs it.

    :rtype: Signal
    """
    values = observation.values or {}  # Odoo copies it each time
    return Signal(
        observation.service_id.id or None,
        Site(observation.company_id.id or None, observation.warehouse or ""),
        _system(values),
        observation.opened,
        tier_of(observation.severity, values),
        observation.is_sampled or "tier" in values,
    )


def _system(values):
    """Return the partner system that an alert is about, or that is its cause."""
    systems = values.get("systems") or ()
    cause = values.get("cause") or {}
    only = systems[0] if len(systems) == 1 else ""
    return values.get("system") or cause.get("subject") or only


def _tier(observation):
    return tier_of(observation.severity, observation.values)


def _rank(tier):
    return [name for name, _label in TIER_NAMES].index(tier)
