"""What is set up in a new database so that alerts name the systems of partners."""

# The checklist of a new database has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, models

from odoo.addons.reliability.api import SetupStep, formatting


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _setup_steps(self):
        systems = self.env["reliability.integration"].search([])
        steps = [self._names_step(systems)] if systems else []
        return [*super()._setup_steps(), *steps]

    @api.model
    def _names_step(self, systems):
        count = len(systems.filtered("discovered"))
        if count:
            text = formatting.counted(
                count,
                self.env._("Odoo called 1 system that nobody has named."),
                self.env._(
                    "Odoo called %(count)s systems that nobody has named.", count=count
                ),
            )
        else:
            text = self.env._("Each system that Odoo called has a name.")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_integration.reliability_integration_action"
        )
        if count:
            action["context"] = {"search_default_discovered": 1}
        return SetupStep(
            "systems",
            40,
            self.env._("Names of systems"),
            text,
            not count,
            self.env._("Name systems"),
            action,
        )
