"""Incidents: one per cause, when it began, who takes care, when it was over."""

from odoo import api, fields, models

from odoo.addons.reliability.api import formatting

from ..grouping import Group, Signal, Site
from ..lifecycle import CLOSED, OPEN, Life
from ..tiers import MINOR, TICKET
from .incident_fields import (
    INCIDENT,
    KIND_NAMES,
    SEVERITY_NAMES,
    STATE_NAMES,
    TIER_NAMES,
)
from .reliability_incident_evidence import signal_of
from .reliability_incident_stamp import KINDS

STAMPS = {kind: f"{kind}_at" for kind, _label in KINDS}
"""Kind of a stamp → the field with the newest one."""


class ReliabilityIncident(models.Model):
    _name = "reliability.incident"
    _description = "Incident"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _mail_post_access = "read"
    _order = "severity, detected_at desc, id desc"
    _rec_name = "number"

    number = fields.Char(readonly=True, copy=False)
    title = fields.Char(readonly=True, help="What a person has reported.")
    text = fields.Char(string="Incident", compute="_compute_text")
    state = fields.Selection(STATE_NAMES, required=True, readonly=True, default=OPEN)
    kind = fields.Selection(
        KIND_NAMES,
        string="Counts as",
        required=True,
        readonly=True,
        default=INCIDENT,
        help="Drills, false alarms and duplicates are left out of all figures.",
    )
    tier = fields.Selection(TIER_NAMES, required=True, readonly=True, default=TICKET)
    severity = fields.Selection(
        SEVERITY_NAMES,
        required=True,
        readonly=True,
        default=MINOR,
        help="From the criticality of its services, and how many sites are affected.",
    )
    service_id = fields.Many2one(
        "reliability.service", readonly=True, ondelete="set null", index=True
    )
    service_ids = fields.Many2many(
        "reliability.service", string="Affected Services", readonly=True
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, ondelete="cascade", index=True
    )
    warehouse = fields.Char(readonly=True, help="Its code; empty for all, or for none.")
    is_shared = fields.Boolean(
        readonly=True,
        help="Whether it concerns the whole database, and so people of all companies.",
    )
    warehouses = fields.Char(string="Affected Warehouses", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Owner", readonly=True, help="Who takes care of it."
    )
    reported_by_id = fields.Many2one("res.users", readonly=True)
    acknowledged_by_id = fields.Many2one("res.users", readonly=True)
    snoozed_until = fields.Datetime(readonly=True)
    is_snoozed = fields.Boolean(compute="_compute_is_snoozed")
    is_present = fields.Boolean(
        compute="_compute_is_present", help="Whether an alert is still there."
    )
    merged_into_id = fields.Many2one(
        "reliability.incident", readonly=True, ondelete="set null"
    )
    began_at = fields.Datetime(string="Began", readonly=True)
    detected_at = fields.Datetime(string="Detected", required=True, readonly=True)
    acknowledged_at = fields.Datetime(string="Acknowledged", readonly=True)
    restored_at = fields.Datetime(string="Restored", readonly=True)
    closed_at = fields.Datetime(string="Closed", readonly=True)
    reopened_at = fields.Datetime(string="Reopened", readonly=True)
    reopened = fields.Integer(
        string="Times Reopened", readonly=True, help="How often the impact returned."
    )
    evidence_id = fields.Many2one(
        "reliability.incident.evidence",
        string="Worst Alert",
        readonly=True,
        ondelete="set null",
    )
    evidence_ids = fields.One2many(
        "reliability.incident.evidence", "incident_id", string="Alerts", readonly=True
    )
    stamp_ids = fields.One2many(
        "reliability.incident.stamp", "incident_id", string="Stamps", readonly=True
    )
    notification_ids = fields.One2many(
        "reliability.notification", "incident_id", readonly=True
    )

    _number_unique = models.UniqueIndex("(number)")
    _by_end = models.Index("(closed_at) WHERE closed_at IS NOT NULL")
    _by_restoration = models.Index("(restored_at) WHERE restored_at IS NOT NULL")
    _by_state = models.Index("(state) WHERE state <> 'closed'")
    _monotone = models.Constraint(
        "CHECK (coalesce(began_at, detected_at) <= detected_at"
        " AND coalesce(acknowledged_at, detected_at) >= detected_at"
        " AND coalesce(restored_at, began_at, detected_at)"
        "     >= coalesce(began_at, detected_at)"
        " AND coalesce(closed_at, restored_at, detected_at)"
        "     >= coalesce(restored_at, detected_at))",
        "An incident begins, is detected, is restored and is closed in this order;"
        " it is acknowledged after it was detected.",
    )

    @api.depends("title", "evidence_id.text", "service_id")
    @api.depends_context("uid", "lang", "tz", "allowed_company_ids")
    def _compute_text(self):
        readable = self.evidence_id._filtered_access("read")
        for incident in self:
            alert = incident.evidence_id & readable
            if incident.evidence_id and not alert:
                alert = incident.evidence_ids._filtered_access("read")[:1]
            incident.text = incident.title or alert.text or incident.service_id.name

    @api.depends("number", "text")
    @api.depends_context("uid", "lang", "tz", "allowed_company_ids")
    def _compute_display_name(self):
        for incident in self:
            incident.display_name = incident.env._(
                "%(where)s: %(text)s", where=incident.number, text=incident.text
            )

    @api.depends("snoozed_until")
    def _compute_is_snoozed(self):
        now = fields.Datetime.now()
        for incident in self:
            until = incident.snoozed_until
            incident.is_snoozed = bool(until) and until > now

    @api.depends("evidence_ids.is_present")
    def _compute_is_present(self):
        for incident in self:
            present = incident.sudo().evidence_ids.mapped("is_present")
            incident.is_present = any(present)

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"].sudo()
        for values in vals_list:
            values.setdefault("number", sequence.next_by_code(self._name))
        return super().create(vals_list)

    def _summary(self):
        """Return who takes care of these incidents, without a full stop."""
        if len(self) == 1:
            return self._summary_of_one()
        waiting = len(self.filtered(lambda one: one.state == OPEN))
        if not waiting:
            return self.env._(
                "%(count)s incidents, somebody takes care of each", count=len(self)
            )
        if waiting == len(self):
            return self.env._(
                "%(count)s incidents, nobody takes care of them", count=waiting
            )
        return formatting.counted(
            waiting,
            self.env._(
                "%(count)s incidents, nobody takes care of one of them", count=len(self)
            ),
            self.env._(
                "%(count)s incidents, nobody takes care of %(waiting)s of them",
                count=len(self),
                waiting=waiting,
            ),
        )

    def _summary_of_one(self):
        if self.state == OPEN:
            return self.env._(
                "%(incident)s since %(time)s, nobody takes care of it",
                incident=self.number,
                time=formatting.moment(self.env, self.began_at or self.detected_at),
            )
        return self.env._(
            "%(incident)s: %(person)s takes care since %(time)s",
            incident=self.number,
            person=self.user_id.name,
            time=formatting.moment(self.env, self.acknowledged_at),
        )

    def _open_these(self):
        """Return an action that opens these incidents."""
        if len(self) == 1:
            return {
                "type": "ir.actions.act_window",
                "res_model": self._name,
                "res_id": self.id,
                "views": [(False, "form")],
            }
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_incident.reliability_incident_action"
        )
        return action | {"domain": [("id", "in", self.ids)], "context": {}}

    def _life(self):
        """Return the state and the stamps.

        :rtype: Life
        """
        return Life(
            self.state,
            self.detected_at,
            self.acknowledged_at or None,
            self.restored_at or None,
            self.closed_at or None,
            self.reopened,
        )

    def _live(self, life, **values):
        """Store another state.

        :param Life life: the new one; its stamps are stored by ``_stamp``
        """
        before = self._life()
        values |= {"state": life.state, "reopened": life.reopened}
        if life.reopened != before.reopened:
            values |= {
                "restored_at": False,
                "closed_at": False,
                "reopened_at": fields.Datetime.now(),
                "kind": INCIDENT,
            }
        self.write(values)

    def _stamp(self, kind, moment, source, reason="", **values):
        """Store when something happened, and how that is known.

        :param kind: of ``reliability.incident.stamp``
        :param values: of the incident that change with it
        """
        self.env["reliability.incident.stamp"].create(
            {
                "incident_id": self.id,
                "kind": kind,
                "moment": moment,
                "source": source,
                "reason": reason,
                "user_id": self.env.uid,
            }
        )
        self.write({STAMPS[kind]: moment} | values)

    def _group(self):
        """Return this incident as grouping needs it.

        :rtype: Group
        """
        signals = {signal[:3]: signal for signal in map(signal_of, self.evidence_ids)}
        if not signals:
            site = Site(self.company_id.id or None, self.warehouse or "")
            service = self.service_id.id or None
            signal = Signal(service, site, "", self.detected_at, self.tier)
            signals[signal[:3]] = signal
        restored = self.closed_at or self.restored_at or None
        if self.state not in ("restored", CLOSED):
            restored = None
        return Group(
            self.id, self.tier, self.detected_at, tuple(signals.values()), restored
        )
