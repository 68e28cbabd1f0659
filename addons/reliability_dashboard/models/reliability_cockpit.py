"""What the browser asks for, and who may ask; the rest of it is in files beside this.

Nothing is shown that is of other companies than the user's, or of none of them.
"""

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError

from odoo.addons.reliability.api import LocalDay, formatting

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
        self._check_may_look()
        now = fields.Datetime.now()
        begin = LocalDay.around(now, self.env.tz.zone).begin
        scope = self.env["reliability.health.provider"]._scope(warehouse_id)
        found = calls.by_operation(self.env, begin, now, scope.where)
        shares = self._shares(begin, now, scope.where)
        return {
            "layers": self.env["reliability.diagnosis"]._names(),
            "waited": self._waited(begin, now),
            "operations": [
                _technical(code, of) | {"shares": shares.get(code, {})}
                for code, of in found.items()
            ],
        }

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
    def _waited(self, begin, end):
        """Say how long requests waited for a worker, where a proxy tells."""
        reading = self.env["reliability.query"]
        costs = reading._aggregate_costs(begin, end, family="http_waiting").get(())
        if not costs:
            return ""
        return self.env._(
            "Before all that, requests waited %(time)s for a worker, on average.",
            time=formatting.duration(self.env, costs.seconds / costs.calls),
        )

    @api.model
    def _shares(self, begin, end, where):
        """Return where the time of calls goes: operation → layer → share."""
        found = self.env["reliability.diagnosis"]._add_up_by_operation(
            begin, end, where
        )
        return {operation: costs.shares() for operation, costs in found.items()}

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


def _technical(operation, figures):
    return {
        "code": operation,
        "p50": figures.quantile(0.5),
        "p95": figures.quantile(0.95),
        "p99": figures.quantile(0.99),
        "availability": figures.availability,
        "on_time": figures.on_time,
        "refusals": figures.refusals,
    }
