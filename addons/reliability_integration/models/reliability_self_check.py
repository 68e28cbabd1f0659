from odoo import api, models


class ReliabilitySelfCheck(models.AbstractModel):
    _inherit = "reliability.self.check"

    @api.model
    def _needed_functions(self):
        after_death = self.env._(
            "How the transactions of dead workers ended stays unknown in Integrations"
        )
        in_order = self.env._("Exchanges with partner systems are not recorded")
        return super()._needed_functions() | {
            "pg_control_system()": after_death,
            "pg_xact_status(xid8)": after_death,
            "pg_snapshot_xmax(pg_snapshot)": after_death,
            "pg_current_snapshot()": after_death,
            "pg_current_xact_id()": in_order,
            "pg_current_xact_id_if_assigned()": in_order,
        }
