"""The checklist of a new database: what administrators set up until all of it is done.

Once done or hidden it costs nothing: only a cached system parameter is read.  An addon
that is installed later may bring further steps, so the checklist is read again then.
"""

from odoo import api, models
from odoo.exceptions import AccessError

from odoo.addons.reliability.api import SwitchParameter, read_parameter

HIDDEN = SwitchParameter("reliability.setup_hidden")
DONE = "reliability.setup_done"
"""The addons with which everything was done."""


class ReliabilityCockpit(models.AbstractModel):
    _inherit = "reliability.cockpit"

    @api.model
    def read_setup(self):
        """Return the steps that this user can do; none once he has done all of them.

        :return: see docs/cockpit.md
        :rtype: list[dict]
        :raise AccessError: the user is no administrator of Reliability
        """
        self._check_administrator()
        if not self._has_setup():
            return []
        steps = self.env["reliability.health.provider"].sudo()._setup_steps()
        if all(step.is_done for step in steps):
            self.env["ir.config_parameter"].sudo().set_param(DONE, self._addons())
        steps = [step for step in steps if self.env.user.has_group(step.group)]
        if all(step.is_done for step in steps):
            return []
        return [
            step._asdict() for step in sorted(steps, key=lambda step: step.sequence)
        ]

    @api.model
    def hide_setup(self):
        """Hide the checklist in this database, from all users; Settings show it again.

        :raise AccessError: the user is no administrator of Reliability
        """
        self._check_administrator()
        self.env["ir.config_parameter"].sudo().set_param(HIDDEN.key, True)
        return True

    @api.model
    def _has_setup(self):
        """Return whether the checklist may have something to show, without a query."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        is_hidden = read_parameter(self.env, HIDDEN)
        return not is_hidden and get_param(DONE) != self._addons()

    @api.model
    def _addons(self):
        """Return the names of our addons in this database."""
        loaded = self.env.registry._init_modules
        return ",".join(sorted(name for name in loaded if "reliability" in name))

    @api.model
    def _check_administrator(self):
        if not self.env.user.has_group("reliability.group_admin"):
            raise AccessError(
                self.env._(
                    "You need the role Administrator of Reliability to set it up. Ask"
                    " another administrator for it."
                )
            )
