from odoo import api, models

from ..heartbeat import INVALID, SHARED


class ReliabilitySelfCheck(models.AbstractModel):
    _inherit = "reliability.self.check"

    @api.model
    def _addon_problems(self):
        texts = {
            INVALID: self.env._(
                "No heartbeat is sent: heartbeat_url in section [reliability] of"
                " odoo.conf is not a valid http or https address. Only its path and"
                " query may contain {db}. Correct it and restart Odoo."
            ),
            SHARED: self.env._(
                "No heartbeat is sent: heartbeat_url in section [reliability] of"
                " odoo.conf has no {db}, and db_name does not name one database only."
                " At one address, the heartbeats of one database would hide that"
                " another one is not evaluated. Add {db} to the path or query of the"
                " address, or set db_name, and restart Odoo."
            ),
        }
        problem = self.env["reliability.heartbeat"]._address_problem()
        return [*super()._addon_problems(), *([texts[problem]] if problem else ())]
