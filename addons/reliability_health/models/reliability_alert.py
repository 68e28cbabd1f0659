"""Alerts: what somebody should act on, and who does.

People acknowledge, assign, snooze and comment here.  What the evaluator knows is in
``reliability.alert.evidence``, so a person and an evaluation never write the same row.
"""

from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.reliability.api import (
    TROUBLED,
    LocalDay,
    masked_logger,
    open_activity_dialog,
)

# Its model has to be loaded before the one that inherits it.
from .reliability_alert_evidence import ReliabilityAlertEvidence

_logger = masked_logger(__name__)

_ACTIVITY = "reliability_health.activity_alert"

STATE_NAMES = [
    ("open", "Open"),
    ("acknowledged", "Acknowledged"),
    ("snoozed", "Snoozed"),
    ("closed", "Closed"),
]
_STATE = """
    CASE WHEN %(is_present)s IS NOT TRUE THEN 'closed'
         WHEN %(snoozed_until)s > %(now)s THEN 'snoozed'
         WHEN %(acknowledged_at)s >= %(opened)s THEN 'acknowledged'
         ELSE 'open' END IN %(states)s
"""


class ReliabilityAlert(models.Model):
    _name = "reliability.alert"
    _description = "Alert"
    _inherits = {ReliabilityAlertEvidence._name: "evidence_id"}
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _mail_post_access = "read"
    _order = "urgency desc, opened desc, id desc"

    evidence_id = fields.Many2one(
        ReliabilityAlertEvidence._name,
        required=True,
        ondelete="cascade",
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users", string="Owner", readonly=True, help="Who takes care of it."
    )
    acknowledged_by_id = fields.Many2one("res.users", readonly=True)
    acknowledged_at = fields.Datetime(string="Acknowledged on", readonly=True)
    snoozed_until = fields.Datetime(readonly=True)
    state = fields.Selection(
        STATE_NAMES, compute="_compute_state", search="_search_state"
    )
    text = fields.Char(string="Alert", compute="_compute_text")
    button = fields.Char(compute="_compute_text")
    can_open = fields.Boolean(compute="_compute_text")
    can_act = fields.Boolean(compute="_compute_can_act")

    _evidence_unique = models.UniqueIndex("(evidence_id)")
    _by_owner = models.Index("(user_id) WHERE user_id IS NOT NULL")

    @api.depends("is_present", "opened", "acknowledged_at", "snoozed_until")
    def _compute_state(self):
        now = fields.Datetime.now()
        for alert in self:
            if not alert.is_present:
                alert.state = "closed"
            elif alert.snoozed_until and alert.snoozed_until > now:
                alert.state = "snoozed"
            elif alert.acknowledged_at and alert.acknowledged_at >= alert.opened:
                alert.state = "acknowledged"
            else:
                alert.state = "open"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        if not value:
            return [(0, "=", 1)]
        now, states = fields.Datetime.now(), tuple(value)
        names = ("is_present", "snoozed_until", "acknowledged_at", "opened")

        def to_sql(model, alias, query):
            read = {name: model._field_to_sql(alias, name, query) for name in names}
            return SQL(_STATE, now=now, states=states, **read)

        return Domain.custom(
            to_sql=to_sql, predicate=lambda alert: alert.state in states
        )

    @api.depends("provider", "count", "values", "severity", "since", "last")
    @api.depends_context("uid", "lang", "tz", "allowed_company_ids")
    def _compute_text(self):
        for alert in self:
            described = alert._describe()
            alert.text = described.text
            alert.button = described.button
            alert.can_open = bool(described.action)

    @api.depends("provider", "cause")
    @api.depends_context("uid")
    def _compute_can_act(self):
        provider = self.env["reliability.health.provider"]
        for alert in self:
            evidence = alert.evidence_id.sudo()
            alert.can_act = provider._can_act_on(evidence._as_alert())

    @api.depends("text")
    @api.depends_context("uid", "lang", "tz", "allowed_company_ids")
    def _compute_display_name(self):
        for alert in self:
            alert.display_name = alert.text

    def _describe(self):
        """Return this alert as the user sees it.

        :rtype: AlertText
        """
        alert = self.evidence_id.sudo()._as_alert()
        return self.env["reliability.health.provider"]._describe_alert(alert)

    # The evaluator

    @api.model
    def _update(self, found, now):
        """Store the alerts that one evaluation has found, and close the others.

        :param list[Alert] found: of all providers
        :param datetime now: of the evaluation, in UTC
        """
        opened, closed = self.env["reliability.alert.evidence"]._update(found, now)
        known = self.search([("evidence_id", "in", (opened | closed).ids)])
        quiet = self.with_context(tracking_disable=True, mail_create_nosubscribe=True)
        quiet.create(
            [{"evidence_id": evidence.id} for evidence in opened - known.evidence_id]
        )
        known._log_changes()
        self._end_activities()

    def _log_changes(self):
        """Log that causes are gone, or are there again, in the owners' languages.

        There may be thousands, so their messages are created together.
        """
        by_language = self.grouped(lambda alert: alert.user_id.lang or self.env.lang)
        for lang, alerts in by_language.items():
            env = self.with_context(lang=lang).env
            again = env._("The cause is there again: the alert is open.")
            gone = env._("The cause is gone: the alert is closed.")
            alerts._message_log_batch(
                {alert.id: again if alert.is_present else gone for alert in alerts}
            )

    @api.model
    def _end_activities(self):
        """End the activities of alerts that are closed.

        Those of all of them, each time: where a person has just changed an activity,
        the next evaluation ends it.
        """
        activities = self.env["mail.activity"].search([("res_model", "=", self._name)])
        alerts = self.browse(activities.mapped("res_id")).exists()
        closed = alerts.filtered(lambda alert: not alert.is_present)
        for alert in closed:
            try:
                with self.env.cr.savepoint():
                    alert.activity_ids.action_feedback(
                        feedback=self.env._("The cause is gone.")
                    )
            except OperationalError:
                _logger.info("Somebody changes the activities of alert %d", alert.id)

    # People

    def action_open_records(self):
        """Open exactly the records of the alert.

        :raise UserError: the user may not read them
        """
        self.ensure_one()
        self.check_access("read")
        described = self._describe()
        if not described.action:
            raise UserError(
                self.env._(
                    "You may not open these records. Hand the alert over to a colleague"
                    " who may."
                )
            )
        return described.action

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Let readers hand alerts over: who gets one becomes a follower."""
        self.check_access("read")
        return super(ReliabilityAlert, self.sudo()).message_subscribe(
            partner_ids, subtype_ids
        )

    def action_acknowledge(self):
        """Let everybody know that the user has seen these alerts, and takes care."""
        self.check_access("read")
        now = fields.Datetime.now()
        for alert in self.sudo():
            alert.write(
                {
                    "acknowledged_by_id": self.env.uid,
                    "acknowledged_at": max(now, alert.opened or now),
                    "user_id": alert.user_id.id or self.env.uid,
                }
            )
        return True

    def action_snooze(self):
        """Hide these alerts until tomorrow, or for ``snooze_hours`` of the context."""
        hours = self.env.context.get("snooze_hours")
        now = fields.Datetime.now()
        if hours:
            return self._snooze(now + timedelta(hours=float(hours)))
        return self._snooze(LocalDay.containing(now, self.env.tz.zone).end)

    def _snooze(self, until):
        self.check_access("read")
        self.sudo().snoozed_until = until
        return True

    def action_unsnooze(self):
        """Show these alerts again."""
        return self._snooze(False)

    def action_hand_over(self):
        """Open Odoo's dialog that assigns an activity, with a proposed colleague."""
        self.check_access("read")
        return open_activity_dialog(
            self,
            self.env._("Hand Over"),
            activity_type_id=self.env.ref(_ACTIVITY).id,
            activity_user_id=self[:1]._proposed_owner().id,
            date_deadline=fields.Date.context_today(self),
            summary=self[:1].text,
        )

    def _proposed_owner(self):
        """Return who should take care of the alert; the user, if nobody is known."""
        provider = self.env["reliability.health.provider"]
        owner = provider._proposed_owner(self.evidence_id.sudo()._as_alert())
        return owner or self.env.user

    @api.model
    def _present_in_trouble(self):
        """Return the alerts that degrade or interrupt a service, the worst first."""
        return self.search(
            [
                ("is_present", "=", True),
                ("severity", "in", TROUBLED),
                ("service_id", "!=", False),
            ]
        )


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        """Make who gets an activity of an alert its owner."""
        activities = super().create(vals_list)
        for activity in activities:
            if activity.res_model == ReliabilityAlert._name and activity.user_id:
                alert = self.env[activity.res_model].browse(activity.res_id)
                alert.sudo().user_id = activity.user_id
        return activities
