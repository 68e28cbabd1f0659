"""What is set up in a new database so that trouble reaches somebody."""

# The checklist of a new database has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, models

from odoo.addons.reliability.api import SetupStep, formatting


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _setup_steps(self):
        services = self.env["reliability.service"].search([])
        steps = [self._owners_step(services), self._recipients_step(services)]
        return [*super()._setup_steps(), *steps]

    @api.model
    def _owners_step(self, services):
        missing = len(services) - len(services.filtered("owner_id.active"))
        if missing:
            text = formatting.counted(
                missing,
                self.env._(
                    "1 of %(total)s services has no owner: nobody is asked when it has"
                    " trouble.",
                    total=len(services),
                ),
                self.env._(
                    "%(count)s of %(total)s services have no owner: nobody is asked"
                    " when they have trouble.",
                    count=missing,
                    total=len(services),
                ),
            )
        else:
            text = self.env._("Each service has an owner.")
        return SetupStep(
            "owners",
            10,
            self.env._("Owners of services"),
            text,
            not missing,
            self.env._("Choose owners"),
            self._open_notifications(),
        )

    @api.model
    def _recipients_step(self, services):
        silent = services.filtered(lambda service: not service._recipients())
        unreached = self.env["res.company"].search([]) - self._reached(services)
        if silent:
            text = formatting.counted(
                len(silent),
                self.env._("1 service notifies nobody when it has trouble."),
                self.env._(
                    "%(count)s services notify nobody when they have trouble.",
                    count=len(silent),
                ),
            )
        elif unreached:
            text = self.env._(
                "Some services notify nobody who sees these companies: %(companies)s.",
                companies=", ".join(unreached.mapped("name")),
            )
        else:
            text = self.env._("Each service notifies somebody in each company.")
        return SetupStep(
            "recipients",
            20,
            self.env._("People to notify"),
            text,
            not silent and not unreached,
            self.env._("Choose people"),
            self._open_notifications(),
        )

    @api.model
    def _reached(self, services):
        """Return the companies in which each of these services notifies somebody."""
        companies = self.env["res.company"].search([])
        for service in services:
            companies &= service._recipients().company_ids
        return companies

    @api.model
    def _open_notifications(self):
        return self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_incident.reliability_service_action_notifications"
        )
