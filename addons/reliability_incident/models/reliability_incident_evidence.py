"""Evidence of incidents: what each alert said at its worst, kept when it is gone."""

from odoo import api, fields, models

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
    text = fields.Char(string="Alert", compute="_compute_text")

    _alert_unique = models.UniqueIndex("(alert_id) WHERE is_present")

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
        alerts = self.env["reliability.alert"].search([("is_present", "=", True)])
        alerts = alerts.filtered(lambda alert: _tier(alert) != INFORMATION).sorted(
            lambda alert: (-alert.urgency, alert.opened, alert.id)
        )
        known = {one.alert_id: one for one in self.search([("is_present", "=", True)])}
        new, ended = alerts.browse(), self.browse()
        for alert in alerts:
            evidence = known.pop(alert, self.browse())
            if evidence and evidence.opened >= alert.opened:
                evidence._take_over(alert)
            else:
                new += alert
                ended |= evidence
        for evidence in known.values():
            ended |= evidence
        for evidence in ended:
            end = evidence.alert_id.closed
            is_known = end and evidence.opened <= end <= now
            evidence.write({"is_present": False, "closed": end if is_known else now})
        return new, ended

    def _worst(self):
        """Return the worst alert that names the trouble: budgets only count it."""
        severities = [name for name, _label in SEVERITY_NAMES]
        return self.sorted(
            lambda one: (
                -severities.index(one.severity),
                "tier" in (one.values or {}),
                one.id,
            )
        )[:1]

    def _take_over(self, alert):
        """Store what an alert says, if it is worse than what it said before."""
        if self.opened != alert.opened:
            self.opened = alert.opened  # the clock was set back
        severities = [name for name, _label in SEVERITY_NAMES]
        before = severities.index(self.severity), self.count
        if (severities.index(alert.severity), alert.count) > before:
            self.write(
                {name: alert[name] for name in _WORST}
                | {"tier": max(self.tier, _tier(alert), key=_rank)}
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
        }


def signal_of(observation):
    """Return an alert, or evidence of one, as grouping needs it.

    :rtype: Signal
    """
    return Signal(
        observation.service_id.id or None,
        Site(observation.company_id.id or None, observation.warehouse or ""),
        _system(observation.values or {}),
        observation.opened,
        _tier(observation),
        observation.is_sampled or "tier" in (observation.values or {}),
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
