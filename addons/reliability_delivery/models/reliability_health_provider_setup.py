"""What is set up in a new database so that the cockpit knows today's trucks."""

# The checklist of a new database has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, models

from odoo.addons.reliability.api import SetupStep, formatting


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _setup_steps(self):
        return [*super()._setup_steps(), self._trucks_step()]

    @api.model
    def _trucks_step(self):
        count = self.env["reliability.cutoff"].search_count([])
        if count:
            text = formatting.counted(
                count,
                self.env._("The departure of 1 truck is entered."),
                self.env._(
                    "The departures of %(count)s trucks are entered.", count=count
                ),
            )
        else:
            text = self.env._(
                "No truck is entered: nobody is warned before parcels miss one."
            )
        return SetupStep(
            "trucks",
            30,
            self.env._("Trucks"),
            text,
            bool(count),
            self.env._("Enter trucks"),
            self.env["ir.actions.act_window"]._for_xml_id(
                "reliability_delivery.reliability_cutoff_action"
            ),
        )
