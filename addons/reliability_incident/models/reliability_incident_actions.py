"""What people do about incidents: acknowledge, assign, snooze, resolve, merge."""

# What people do is apart from what an evaluation does.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.reliability.api import LocalDay, formatting, open_activity_dialog

from ..grouping import REOPENED_WITHIN
from ..lifecycle import ACKNOWLEDGED, CLOSED, OPEN, acknowledge, close, reopen, restore
from .incident_fields import DUPLICATE, FALSE_ALARM
from .reliability_incident import STAMPS
from .reliability_incident_stamp import MERGED, PERSON

ACTIVITY = "reliability_incident.activity_incident"


class ReliabilityIncident(models.Model):
    _inherit = "reliability.incident"

    def action_acknowledge(self):
        """Let everybody know that the user has seen these incidents, and takes care."""
        self.check_access("read")
        for incident in self.sudo():
            incident._acknowledge(self.env.user)
            incident.evidence_ids.alert_id._acknowledge_as(self.env.user)
        return True

    def _acknowledge(self, user):
        """Stamp the first acknowledgement; who gives it is the owner if there is none.

        :param user: the person
        """
        if self.state == CLOSED:
            return
        owner = self.user_id or user
        if not self.acknowledged_at:
            life = acknowledge(self._life(), fields.Datetime.now())
            self._live(life)
            self.with_user(user).sudo()._stamp(
                "acknowledged",
                life.acknowledged,
                PERSON,
                acknowledged_by_id=user.id,
                user_id=owner.id,
            )
        elif self.state == OPEN:
            self.write({"state": ACKNOWLEDGED, "user_id": owner.id})

    def action_assign(self):
        """Open Odoo's dialog that assigns an activity, with a proposed colleague."""
        self.check_access("read")
        proposed = self[:1].user_id or self[:1].service_id.sudo().owner_id
        return open_activity_dialog(
            self,
            self.env._("Assign"),
            activity_type_id=self.env.ref(ACTIVITY).id,
            activity_user_id=(proposed or self.env.user).id,
            date_deadline=fields.Date.context_today(self),
            summary=self[:1].text,
        )

    def action_snooze(self):
        """Notify nobody until tomorrow, or for ``snooze_hours`` of the context."""
        now = fields.Datetime.now()
        hours = self.env.context.get("snooze_hours")
        tomorrow = LocalDay.containing(now, self.env.tz.zone).end
        until = now + timedelta(hours=float(hours)) if hours else tomorrow
        return self._snooze(until)

    def action_unsnooze(self):
        """Notify people of these incidents again."""
        return self._snooze(False)

    def _snooze(self, until):
        self.check_access("read")
        self.sudo().snoozed_until = until
        return True

    def action_restore(self):
        """Stamp that the impact is over, where no alert can say it."""
        self._check_manager()
        self._check_cause_is_gone()
        for incident in self.sudo():
            life = restore(incident._life(), fields.Datetime.now())
            if life != incident._life():
                incident._live(life)
                incident._stamp("restored", life.restored, PERSON)
        return True

    def action_close(self):
        """Stamp that the impact is over, and that somebody has verified it."""
        self._check_manager()
        self._check_cause_is_gone()
        self.sudo()._close()
        return True

    def action_false_alarm(self):
        """Close incidents that were none, also while their alerts are present."""
        self._check_manager()
        self.sudo()._close(kind=FALSE_ALARM)
        return True

    def _close(self, **values):
        now = fields.Datetime.now()
        for incident in self.filtered(lambda one: one.state != CLOSED):
            life = close(incident._life(), now)
            is_restored = bool(incident.restored_at)
            incident._live(life, **values)
            if not is_restored:
                incident._stamp("restored", life.restored, PERSON)
            incident._stamp("closed", life.closed, PERSON)
            incident._end_activities()

    def action_reopen(self):
        """Take up incidents again that were restored or closed within a day."""
        self._check_manager()
        now = fields.Datetime.now()
        for incident in self.sudo():
            if incident.closed_at and now - incident.closed_at > REOPENED_WITHIN:
                raise UserError(
                    self.env._(
                        "%(incident)s was closed more than a day ago. Report a new"
                        " incident",
                        incident=incident.number,
                    )
                )
            incident._live(reopen(incident._life()))
        return True

    def action_merge(self):
        """Make one incident of several: the first one; the others are duplicates."""
        self._check_manager()
        incidents = self.sudo().sorted("detected_at")
        if len(incidents) < 2:
            raise UserError(self.env._("Select two or more incidents to merge"))
        if len(incidents.company_id) > 1:
            raise UserError(
                self.env._("Incidents of different companies cannot be merged")
            )
        first, others = incidents[0], incidents[1:]
        begin = min((one.began_at for one in incidents if one.began_at), default=None)
        if begin and begin != first.began_at:
            first._stamp("began", begin, MERGED)
        others.evidence_ids.write({"incident_id": first.id, "is_changed": True})
        first.service_ids |= others.service_ids
        others._close(kind=DUPLICATE, merged_into_id=first.id)
        for other in others:
            other.message_post(
                body=self.env._("Merged into %(incident)s", incident=first.number)
            )
        if first.state != OPEN and any(first.evidence_ids.mapped("is_present")):
            first._live(reopen(first._life()))
        return first._open_these()

    def _check_manager(self):
        self.check_access("read")
        if not self.env.user.has_group("reliability.group_manager"):
            raise AccessError(
                self.env._("Only managers of Reliability may resolve incidents")
            )

    def _check_cause_is_gone(self):
        """Refuse to resolve what is still there.

        :raise UserError: an alert is present
        """
        for incident in self:
            present = incident.sudo().evidence_ids.filtered("is_present")
            if present:
                raise UserError(
                    formatting.counted(
                        len(present),
                        self.env._(
                            "%(incident)s is not over: its alert is still there. Snooze"
                            " it, or choose False Alarm",
                            incident=incident.number,
                        ),
                        self.env._(
                            "%(incident)s is not over: %(count)s of its alerts are"
                            " still there. Snooze it, or choose False Alarm",
                            incident=incident.number,
                            count=len(present),
                        ),
                    )
                )

    def action_correct(self):
        """Open the dialog that corrects a stamp, with a reason."""
        self.ensure_one()
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct a Time"),
            "res_model": "reliability.incident.correction",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_incident_id": self.id},
        }

    def _check_may_correct(self, kind, moment):
        """Refuse a stamp that contradicts the state or the other stamps.

        :raise UserError: says which, and what to enter
        """
        before = self[STAMPS[kind]]
        if kind != "began" and bool(before) != bool(moment):
            raise UserError(
                self.env._(
                    "This time can be corrected, but not be added or removed: use the"
                    " buttons of the incident."
                )
            )
        if moment and moment > fields.Datetime.now():
            raise UserError(self.env._("Enter a time that is not in the future."))
        stamps = {name: self[field] for name, field in STAMPS.items()} | {kind: moment}
        order = ("began", "detected", "restored", "closed")
        known = [stamps[name] for name in order if stamps[name]]
        acknowledged = stamps["acknowledged"]
        is_late = not acknowledged or acknowledged >= stamps["detected"]
        if known != sorted(known) or not is_late:
            raise UserError(
                self.env._(
                    "An incident begins, is detected, is restored and is closed in this"
                    " order; it is acknowledged after it was detected. Enter a time"
                    " that fits, or correct the other one first."
                )
            )

    def action_open_alerts(self):
        """Open the alerts of this incident that the user may read."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_health.reliability_alert_action"
        )
        return action | {
            "domain": [("id", "in", self.evidence_ids.alert_id.ids)],
            "context": {},
        }

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Let readers assign incidents: who gets one becomes a follower."""
        self.check_access("read")
        return super(ReliabilityIncident, self.sudo()).message_subscribe(
            partner_ids, subtype_ids
        )

    def _end_activities(self):
        """End the activities that asked people to take care."""
        activities = self.activity_ids.filtered(
            lambda one: one.activity_type_id == self.env.ref(ACTIVITY)
        )
        activities.with_context(reliability_evaluation=True).action_feedback(
            feedback=self._in_owners_language().env._("The incident is over.")
        )

    def _in_owners_language(self):
        """Return this incident in the language and time zone of its owner."""
        owner = self.user_id or self.service_id.owner_id
        lang, tz = owner.lang or self.env.lang, owner.tz or self.env.tz.zone
        return self.with_context(lang=lang, tz=tz)
