from odoo import api, models
from odoo.tools import config


class ReliabilitySelfCheck(models.AbstractModel):
    _inherit = "reliability.self.check"

    @api.model
    def _needed_functions(self):
        return super()._needed_functions() | {
            "pg_blocking_pids(integer)": self.env._("Lock waits are not observed"),
        }

    @api.model
    def _loading_problems(self):
        problems = super()._loading_problems()
        if "reliability_platform" not in config["server_wide_modules"]:
            problems.append(
                self.env._(
                    "Reliability - Platform is not loaded server-wide: the collector"
                    " checks no locks, no workers and no Redis. Add"
                    " reliability_platform to server_wide_modules in odoo.conf and"
                    " restart Odoo."
                )
            )
        return problems
