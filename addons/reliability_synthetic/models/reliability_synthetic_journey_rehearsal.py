"""Rehearsals of journeys: as whom they run, and what they do."""

from odoo import fields, models

from ..rehearsal import Plan, Step


class ReliabilitySyntheticJourney(models.Model):
    _inherit = "reliability.synthetic.journey"

    user_id = fields.Many2one(
        "res.users",
        string="Run as",
        check_company=True,
        copy=False,
        default=lambda self: self.env.user if self.env.user.active else False,
        help="A rehearsal does what this user may do, and finds a missing right. "
        "If it is empty, who switches the journey on.",
    )

    def write(self, vals):
        """Let journeys without a user run as who switches them on."""
        result = super().write(vals)
        if vals.get("is_scheduled"):
            self.filtered(lambda one: not one.user_id).user_id = self._person()
        return result

    def _person(self):
        """Return who acts here; empty for OdooBot, who may do everything."""
        return self.env.user.filtered("active")

    def _run_as(self):
        """Return as whom a rehearsal runs; empty if nobody is chosen.

        One that is not switched on is tried out as who does so.
        """
        user = self.user_id
        return user if user or self.is_scheduled else self._person()

    def _rehearsal_plan(self) -> Plan:
        """Return what a rehearsal needs to know, without records."""
        self.ensure_one()
        return Plan(
            self.id,
            self.company_id.id,
            self.warehouse_id.id or 0,
            self._run_as().id or 0,
            self.limit_seconds,
            tuple(
                Step(step.step, step.slow_after, step._parameters())
                for step in self.step_ids
            ),
            self.step_ids._functions(),
        )
