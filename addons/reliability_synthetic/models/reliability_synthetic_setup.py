"""The dialog that makes the synthetic company."""

from odoo import models

from odoo.addons.base.models.res_users import check_identity


class ReliabilitySyntheticSetup(models.TransientModel):
    _name = "reliability.synthetic.setup"
    _description = "New Synthetic Company"

    @check_identity
    def action_make(self):
        """Make the company, and show the accounts of its probe once."""
        self.check_access("write")
        return self.env["reliability.synthetic.company"]._make()._show_accounts()
