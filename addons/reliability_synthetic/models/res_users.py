"""The request with which the synthetic portal user logs in is not measured."""

from odoo import models

from .ir_http import leave_out_user


class ResUsers(models.Model):
    _inherit = "res.users"

    def authenticate(self, credential, user_agent_env):
        found = super().authenticate(credential, user_agent_env)
        leave_out_user(self.env, found["uid"])
        return found
