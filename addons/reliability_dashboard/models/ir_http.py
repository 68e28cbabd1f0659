from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Add whether the user is a viewer, so that the systray icon needs no call."""
        info = super().session_info()
        viewer = "reliability.group_viewer"
        info.setdefault("groups", {})[viewer] = self.env.user.has_group(viewer)
        return info
