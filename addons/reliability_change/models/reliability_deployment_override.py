"""Overrides: who is responsible for a deployment in spite of its risk, and why."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.reliability.api import delete_oldest

from .reliability_deployment_reported import PLANNED

_DEFAULT = timedelta(hours=4)
_RETENTION = timedelta(days=800)
"""As that of deployments."""


class ReliabilityDeploymentOverride(models.Model):
    """Made by managers, before a deployment or after it; nobody changes them later."""

    _name = "reliability.deployment.override"
    _description = "Override of a Freeze"
    _order = "create_date desc, id desc"
    _rec_name = "reason"

    reason = fields.Char(
        required=True, help="Why the deployment cannot wait, for people who ask later."
    )
    user_id = fields.Many2one(
        "res.users",
        string="By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    person = fields.Char(
        readonly=True, help="Who says so in a pipeline, which uses the key of a user."
    )
    begin = fields.Datetime(required=True, default=fields.Datetime.now)
    until = fields.Datetime(
        default=lambda self: fields.Datetime.now() + _DEFAULT,
        help="Until when pipelines may use it; nothing if it is for one deployment.",
    )
    freeze_ids = fields.Many2many(
        "reliability.freeze",
        string="Freezes",
        ondelete="restrict",
        context={"active_test": False},
        help="The freezes that it is for.",
    )
    is_for_budgets = fields.Boolean(
        string="Spent Budgets", help="Also while error budgets are spent."
    )
    deployment_id = fields.Many2one(
        "reliability.deployment",
        string="For Deployment",
        ondelete="cascade",
        index="btree_not_null",
        help="The only deployment that it is for, which has begun already.",
    )
    deployment_ids = fields.One2many(
        "reliability.deployment", "override_id", string="Deployments", readonly=True
    )

    _until_after_begin = models.Constraint(
        "CHECK (until > begin)", "The override ends before it begins."
    )
    _for_something = models.Constraint(
        "CHECK (until IS NOT NULL OR deployment_id IS NOT NULL)",
        "Enter until when pipelines may use the override.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Create overrides of the user: nobody chooses whose they are."""
        user = {"user_id": self.env.uid}
        if not self.env.su:
            user["person"] = False
        overrides = super().create([vals | user for vals in vals_list])
        for override in overrides:
            if not self.env.su:
                override._check_is_first()
            override.deployment_id._override_by(override)
            override._log()
        return overrides

    def _check_is_first(self):
        """Check that nobody answers for the deployment already."""
        deployment = self.deployment_id.sudo()
        if deployment.is_overridden:
            raise UserError(
                self.env._(
                    "%(name)s has an override already: %(reason)s",
                    name=deployment.name,
                    reason=deployment.override_id.reason,
                )
            )

    def _who(self):
        """Return the name of who is responsible."""
        return self.person or self.user_id.name

    def _log(self):
        """Store it in the logs of the freezes that it is for."""
        values = {"person": self._who(), "reason": self.reason}
        text = self.env._("Overridden by %(person)s: %(reason)s", **values)
        for freeze in self.sudo().freeze_ids:
            freeze.message_post(body=text, subtype_xmlid="mail.mt_note")

    def _covers(self, risk, now, deployment):
        """Return whether it holds for a deployment now, and is for all of a risk.

        One that is for this deployment only was made for its plan: it does not hold
        when that is tried again.

        :param Risk risk: of the deployment
        :param datetime now: in UTC
        """
        if self.deployment_id:
            holds = self.deployment_id == deployment and deployment.state == PLANNED
        else:
            holds = self.begin <= now < self.until
        return (
            holds
            and risk.freezes <= self.freeze_ids
            and (self.is_for_budgets or not risk.services)
        )

    @api.autovacuum
    def _gc_overrides(self):
        return delete_oldest(self, "create_date", self.env.cr.now() - _RETENTION)
