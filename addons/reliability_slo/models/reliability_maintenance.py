"""Maintenance windows: times that do not count, with their reason and approver."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.reliability.api import formatting


class ReliabilityMaintenance(models.Model):
    _name = "reliability.maintenance"
    _inherit = ["mail.thread"]
    _description = "Maintenance Window"
    _order = "start desc, id desc"

    name = fields.Char(
        string="Reason", required=True, help="What is done, for people who ask later."
    )
    start = fields.Datetime(
        string="Begin", required=True, default=fields.Datetime.now, tracking=True
    )
    end = fields.Datetime(required=True, tracking=True)
    service_ids = fields.Many2many(
        "reliability.service", string="Services", help="All services if empty."
    )
    requester_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    approver_id = fields.Many2one("res.users", readonly=True, copy=False, tracking=True)
    state = fields.Selection(
        [("requested", "Requested"), ("approved", "Approved")],
        compute="_compute_state",
        store=True,
    )

    _end_after_begin = models.Constraint(
        'CHECK ("end" > start)', "The maintenance window ends before it begins."
    )

    @api.depends("approver_id")
    def _compute_state(self):
        for maintenance in self:
            approved = maintenance.approver_id
            maintenance.state = "approved" if approved else "requested"

    @api.constrains("start", "end", "service_ids")
    def _check_overlap(self):
        for maintenance in self:
            others = self.search(
                [
                    ("id", "!=", maintenance.id),
                    ("start", "<", maintenance.end),
                    ("end", ">", maintenance.start),
                ]
            )
            for other in others:
                if maintenance._shares_service_with(other):
                    raise ValidationError(maintenance._overlap_text(other))

    def _shares_service_with(self, other):
        if not self.service_ids or not other.service_ids:
            return True
        return bool(self.service_ids & other.service_ids)

    def _overlap_text(self, other):
        return self.env._(
            "The maintenance window %(other)s, from %(begin)s to %(end)s, is for the"
            " same service at the same time. Change that one instead.",
            other=other.name,
            begin=formatting.moment(self.env, other.start),
            end=formatting.moment(self.env, other.end),
        )

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("approver_id") for vals in vals_list):
            self._check_may_approve()
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("approver_id"):
            self._check_may_approve()
        if {"start", "end", "service_ids"} & vals.keys():
            approved = self.filtered("approver_id")
            super(ReliabilityMaintenance, approved).write({"approver_id": False})
        result = super().write(vals)
        self.env["reliability.slo"]._evaluate_soon()
        return result

    def action_approve(self):
        """Approve it: from then on, its time does not count."""
        self.approver_id = self.env.user

    def action_withdraw(self):
        """Withdraw the approval: its time counts again."""
        self._check_may_approve()
        self.approver_id = False

    def _check_may_approve(self):
        """Check that the user may decide what does not count.

        :raise AccessError: he may not
        """
        if not (self.env.su or self.env.user.has_group("reliability.group_admin")):
            raise AccessError(
                self.env._(
                    "Only administrators of Reliability approve maintenance windows."
                )
            )
