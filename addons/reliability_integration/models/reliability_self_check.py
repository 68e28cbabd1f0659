from odoo import api, models
from odoo.tools import format_datetime


class ReliabilitySelfCheck(models.AbstractModel):
    _inherit = "reliability.self.check"

    @api.model
    def _needed_functions(self):
        after_death = self.env._(
            "How the transactions of dead workers ended stays unknown in Integrations"
        )
        requests = self.env._("Requests to partner systems fail")
        return super()._needed_functions() | {
            "pg_control_system()": after_death,
            "pg_xact_status(xid8)": after_death,
            "pg_snapshot_xmax(pg_snapshot)": after_death,
            "pg_current_snapshot()": after_death,
            "pg_current_xact_id()": requests,
            "pg_current_xact_id_if_assigned()": requests,
        }

    @api.model
    def _addon_problems(self):
        integrations = self.env["reliability.integration"].sudo()
        storing = integrations.with_context(active_test=False).search(
            [("excerpts_until", ">", self.env.cr.now())]
        )
        notices = [
            self.env._(
                "Parts of requests to %(system)s and of its answers are stored until"
                " %(until)s, perhaps with personal data. If you do not need them any"
                " more, turn off Store Excerpts in Reliability › Integrations ›"
                " Systems.",
                system=integration.name,
                until=format_datetime(self.env, integration.excerpts_until),
            )
            for integration in storing
        ]
        return super()._addon_problems() + notices
