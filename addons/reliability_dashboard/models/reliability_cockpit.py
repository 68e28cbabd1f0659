"""What the browser asks for, and who may ask; the rest of it is in files beside this.

Nothing is shown that is of other companies than the user's, or of none of them.
"""

from odoo import api, models, tools
from odoo.exceptions import AccessError

from . import calls
from .picture import Picture


class ReliabilityCockpit(models.AbstractModel):
    _name = "reliability.cockpit"
    _description = "Cockpit"

    @api.model
    @api.readonly
    def read_cockpit(self, warehouse_id=None):
        """Return all that the cockpit shows at first sight.

        :param warehouse_id: one of the user's warehouses, ``0`` for all of them, or
            ``None`` for the one he works in
        :return: what docs/cockpit.md describes
        :rtype: dict
        :raise AccessError: the user has no role of Reliability
        """
        return self._picture(warehouse_id).show()

    @api.model
    @api.readonly
    def read_technical(self, warehouse_id=None):
        """Return percentiles and ratios of today's calls, operation by operation.

        :rtype: dict
        :raise AccessError: the user has no role of Reliability
        """
        return {"operations": self._picture(warehouse_id).technical_operations()}

    @api.model
    @api.readonly
    def read_summary(self):
        """Return what the icon in the systray says: red where this user can act.

        :rtype: dict
        :raise AccessError: the user has no role of Reliability
        """
        return self._picture(0).summary()

    @api.model
    def set_technical(self, technical):
        """Remember whether this user wants to see percentiles.

        :raise AccessError: the user has no role of Reliability
        """
        self._check_may_look()
        settings = self.env["res.users.settings"]
        own = settings._find_or_create_for_user(self.env.user)
        own.sudo().reliability_technical = bool(technical)
        return True

    @api.model
    @tools.ormcache("scope", "day")
    def _usual_by_hour(self, scope, day):
        """Return what is usual on a day; what is past does not change."""
        return calls.usual_by_hour(self.env, scope, day)

    @api.model
    def _picture(self, warehouse_id):
        self._check_may_look()
        return Picture(self.env, warehouse_id)

    @api.model
    def _check_may_look(self):
        if not self.env.user.has_group("reliability.group_viewer"):
            raise AccessError(
                self.env._(
                    "You need a role of Reliability to see this. Ask an administrator"
                    " for the role Viewer."
                )
            )
