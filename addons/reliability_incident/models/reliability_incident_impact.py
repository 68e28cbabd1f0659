"""Impacts: the records that an incident affects, in words of the business."""

# What belongs to one page of the form is in one file.
# pylint: disable=consider-merging-classes-inherited

from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.reliability.api import Affected, Impact, formatting, masked_logger

from ..lifecycle import ACKNOWLEDGED, OPEN
from ..tiers import PAGE
from ..turns import in_turn

_logger = masked_logger(__name__)

_EACH_MINUTE, _IN_TURN = 3, 2
"""How many incidents are counted in an evaluation: the worst, and some of the others.
Each takes a few queries."""
_MINUTE = timedelta(minutes=1)


class ReliabilityIncidentImpact(models.Model):
    """The last count of an open incident stays when it is restored."""

    _name = "reliability.incident.impact"
    _description = "Impact of an Incident"
    _log_access = False
    _order = "highest desc, id"
    _rec_name = "text"

    incident_id = fields.Many2one(
        "reliability.incident",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    kind = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", readonly=True, ondelete="cascade", index=True
    )
    warehouse = fields.Char(readonly=True, help="Its code; empty for none.")
    count = fields.Integer(readonly=True, help="When it was counted last.")
    highest = fields.Integer(readonly=True, help="The highest count so far.")
    is_least = fields.Boolean(
        readonly=True, help="Whether there may be more records that are not known."
    )
    was_least = fields.Boolean(readonly=True, help="The same of the highest count.")
    record_ids = fields.Json(readonly=True)
    worst_record_ids = fields.Json(readonly=True)
    text = fields.Char(string="Impact", compute="_compute_text")
    text_at_worst = fields.Char(string="At Worst", compute="_compute_text")
    can_open = fields.Boolean(compute="_compute_text")
    can_open_worst = fields.Boolean(compute="_compute_text")

    _site_unique = models.UniqueIndex(
        "(incident_id, kind, coalesce(company_id, 0), coalesce(warehouse, ''))"
    )

    @api.depends("kind", "record_ids", "worst_record_ids", "is_least", "was_least")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_text(self):
        for impact in self:
            now, worst = impact.sudo()._now(), impact.sudo()._worst()
            impact.text, impact.can_open = self._describe(now)
            impact.text_at_worst, impact.can_open_worst = "", False
            if worst.count > now.count:
                described = self._describe(worst)
                impact.text_at_worst, impact.can_open_worst = described

    @api.model
    def _describe(self, impact):
        """Return a phrase, and whether the reader may open a record.

        Where it opens fewer records than it counts, the phrase says so.
        """
        provider = self.env["reliability.health.provider"]
        text, action = provider._describe_impact(impact)
        if not action:
            return text, False
        count = self.env[action["res_model"]].search_count(action["domain"])
        if count < impact.count:
            text = formatting.paragraph(
                text, self.env._("You can open %(count)s of them", count=count)
            )
        return text, bool(count)

    def _now(self):
        """Return the records when they were counted last.

        :rtype: Impact
        """
        ids = tuple(self.record_ids or ())
        return Impact(*self._key(), ids, self.is_least)

    def _worst(self):
        """Return the records when they were the most.

        :rtype: Impact
        """
        ids = tuple(self.worst_record_ids or ())
        return Impact(*self._key(), ids, self.was_least)

    def _key(self):
        return self.kind, self.company_id.id or None, self.warehouse or ""

    def action_open(self):
        """Open the records that the phrase counts."""
        return self._open(lambda impact: impact._now())

    def action_open_worst(self):
        """Open the records that were affected when they were the most."""
        return self._open(lambda impact: impact._worst())

    def _open(self, choose):
        self.ensure_one()
        self.check_access("read")
        provider = self.env["reliability.health.provider"]
        _text, action = provider._describe_impact(choose(self.sudo()))
        if not action:
            raise UserError(
                self.env._(
                    "There is no record to open, or you may not read these records."
                )
            )
        return action

    @api.model
    def _follow(self, now):
        """Count again what open incidents affect, the worst each minute.

        :param datetime now: of the evaluation, in UTC
        """
        incidents = self.env["reliability.incident"].search(
            [("state", "in", (OPEN, ACKNOWLEDGED))]
        )
        minute = (now - datetime.min) // _MINUTE
        for incident in in_turn(incidents, _EACH_MINUTE, _IN_TURN, minute):
            try:
                with self.env.cr.savepoint():
                    self._count(incident, now)
                    self.env.flush_all()
            except Exception:
                # An addon's count must not keep people from being notified.
                self.env.invalidate_all()
                _logger.exception("The impact of %s is not counted", incident.number)

    @api.model
    def _count(self, incident, now):
        provider = self.env["reliability.health.provider"]
        known = {one._key(): one for one in incident.impact_ids}
        for impact in provider._impacts(incident._affected(now)):
            row = known.pop(impact[:3], self.browse())
            if row:
                row._take_over(impact)
            elif impact.ids or impact.is_least:
                self.create(self._values_of(incident, impact))
        for row in known.values():
            row._take_over(Impact(*row._key(), ()))

    @api.model
    def _values_of(self, incident, impact):
        return {
            "incident_id": incident.id,
            "kind": impact.kind,
            "company_id": impact.company_id,
            "warehouse": impact.warehouse,
            **_now(impact),
            **_worst(impact),
        }

    def _take_over(self, impact):
        """Store what is affected now, if it differs."""
        if self._now() != impact:
            is_worst = impact.count > self.highest
            self.write(_now(impact) | (_worst(impact) if is_worst else {}))


class ReliabilityIncident(models.Model):
    _inherit = "reliability.incident"

    impact_ids = fields.One2many(
        "reliability.incident.impact", "incident_id", readonly=True
    )

    def _affected(self, now):
        """Return what this incident affects, and when.

        One that interrupts a service affects those that depend on it, too.

        :param datetime now: in UTC
        :rtype: Affected
        """
        services = self.service_ids | self.service_id
        evidence = self.evidence_ids
        sites = {(one.company_id.id or None, one.warehouse or "") for one in evidence}
        if self.tier == PAGE:
            services = services._with_dependents()
        return Affected(
            frozenset(services.mapped("code")),
            frozenset(sites or {(self.company_id.id or None, self.warehouse or "")}),
            self.began_at or self.detected_at,
            self.restored_at or self.closed_at or now,
            self.env["reliability.health.provider"]._left_out_companies(),
        )


def _now(impact):
    return {
        "count": impact.count,
        "is_least": impact.is_least,
        "record_ids": list(impact.ids),
    }


def _worst(impact):
    return {
        "highest": impact.count,
        "was_least": impact.is_least,
        "worst_record_ids": list(impact.ids),
    }
