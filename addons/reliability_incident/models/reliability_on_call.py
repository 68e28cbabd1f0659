"""On call: who is notified first, by working hours."""

from datetime import UTC, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

_MOMENT = timedelta(minutes=1)


class ReliabilityOnCall(models.Model):
    _name = "reliability.on.call"
    _description = "On Call"
    _order = "sequence, id"
    _rec_name = "user_id"

    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        ondelete="cascade",
        domain="[('share', '=', False)]",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        ondelete="restrict",
        help="When the person is on call, holidays left out. Empty: always.",
    )
    service_ids = fields.Many2many(
        "reliability.service", string="Services", help="All services if empty."
    )

    @api.constrains("user_id")
    def _check_user(self):
        for line in self:
            self.env["reliability.service"]._check_may_be_notified(line.user_id)

    @api.constrains("calendar_id")
    def _check_calendar(self):
        for line in self:
            if line.calendar_id and not line.calendar_id.attendance_ids:
                raise ValidationError(
                    self.env._(
                        "The working hours %(calendar)s are empty: %(person)s would"
                        " never be on call. Enter hours, or choose others.",
                        calendar=line.calendar_id.name,
                        person=line.user_id.name,
                    )
                )

    @api.model
    def _now(self, service, now):
        """Return who is on call for a service, the first one first.

        :param datetime now: in UTC
        """
        lines = self.search([("user_id.active", "=", True)])
        return lines.filtered(
            lambda line: service in (line.service_ids or service) and line._is_at(now)
        ).user_id

    def _is_at(self, now):
        if not self.calendar_id:
            return True
        begin = now.replace(tzinfo=UTC)
        intervals = self.calendar_id._work_intervals_batch(begin, begin + _MOMENT)
        return bool(intervals[False])
