from odoo import api, models


class ReliabilitySelfCheck(models.AbstractModel):
    _inherit = "reliability.self.check"

    @api.model
    def _addon_problems(self):
        heartbeats = self.env["reliability.recovery.heartbeat"].sudo()
        if not heartbeats._is_file_behind():
            return super()._addon_problems()
        problem = self.env._(
            "The filestore lacks the last heartbeat, so a copy of it cannot say how old"
            " it is. Free some storage in %(folder)s, or make it writable.",
            folder=heartbeats._folder(),
        )
        return [*super()._addon_problems(), problem]
