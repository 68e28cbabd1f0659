"""Steps of rehearsals: their functions and parameters."""

from odoo import models

from ..steps import FUNCTIONS


class ReliabilitySyntheticStep(models.Model):
    _inherit = "reliability.synthetic.step"

    def _functions(self):
        """Return the steps that rehearsals can do: code → function.

        It takes a :class:`.steps.case.Case` and the parameters of the step, and raises
        what is wrong.  Addons add theirs.
        """
        return FUNCTIONS

    def _parameters(self):
        """Return the keyword arguments of the function of the step."""
        self.ensure_one()
        if self.step == "quotation":
            return {"expected_total": self.expected_total}
        return {}
