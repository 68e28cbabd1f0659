"""The methods that the cockpit's browser code calls, and who may call them.

Other files of this folder extend the model.  A user sees only numbers of his own
companies; calls without a company are shown to nobody.
"""

from odoo import api, fields, models, tools

from odoo.addons.reliability.api import LocalDay, check_reader, formatting

from . import calls
from .overview import Overview


class ReliabilityCockpit(models.AbstractModel):
    _name = "reliability.cockpit"
    _description = "Cockpit"

    @api.model
    @api.readonly
    def read_cockpit(self, warehouse_id=None):
        """Return the content of the cockpit's first page.

        :param warehouse_id: one of the user's warehouses, ``0`` for all of them, or
            ``None`` for the user's default warehouse
        :return: see docs/cockpit.md
        :rtype: dict
        :raise AccessError: the user has no role of Reliability
        """
        return self._overview(warehouse_id).content()

    @api.model
    @api.readonly
    def read_technical(self, warehouse_id=None):
        """Return percentiles and ratios of today's calls by operation.

        :rtype: dict
        :raise AccessError: the user has no role of Reliability
        """
        check_reader(self.env)
        now = fields.Datetime.now()
        begin = LocalDay.containing(now, self.env.tz.zone).begin
        scope = self.env["reliability.health.provider"]._scope(warehouse_id)
        operations = calls.stats_by_operation(self.env, begin, now, scope.where)
        shares = self._layer_shares(begin, now, scope.where)
        return {
            "layers": self.env["reliability.diagnosis"]._layer_names(),
            "wait": self._describe_worker_wait(begin, now),
            "operations": [
                _technical(code, stats) | {"shares": shares.get(code, {})}
                for code, stats in operations.items()
            ],
        }

    @api.model
    @api.readonly
    def read_summary(self):
        """Return what the systray icon shows: red if the user can act on an alert.

        :rtype: dict
        :raise AccessError: the user has no role of Reliability
        """
        return self._overview(0).summary()

    @api.model
    def set_technical(self, technical):
        """Store whether the user wants to see percentiles.

        :raise AccessError: the user has no role of Reliability
        """
        check_reader(self.env)
        settings = self.env["res.users.settings"]
        settings = settings._find_or_create_for_user(self.env.user)
        settings.sudo().reliability_technical = bool(technical)
        return True

    @api.model
    @tools.ormcache("scope", "day")
    def _usual_calls_by_hour(self, scope, day):
        """Return the usual calls of a day; cached, since past days do not change."""
        return calls.usual_by_hour(self.env, scope, day)

    @api.model
    def _describe_worker_wait(self, begin, end):
        """Say how long requests waited for a worker; empty if no proxy reports it."""
        query = self.env["reliability.query"]
        costs = query._aggregate_costs(begin, end, family="http_waiting").get(())
        if not costs:
            return ""
        return self.env._(
            "Before that, requests waited %(time)s for a worker, on average.",
            time=formatting.duration(self.env, costs.seconds / costs.calls),
        )

    @api.model
    def _layer_shares(self, begin, end, where):
        """Return how the time of calls divides: operation → layer → share."""
        costs_by_operation = self.env["reliability.diagnosis"]._costs_by_operation(
            begin, end, where
        )
        return {
            operation: costs.shares() for operation, costs in costs_by_operation.items()
        }

    @api.model
    def _overview(self, warehouse_id):
        check_reader(self.env)
        return Overview(self.env, warehouse_id)


def _technical(operation, stats):
    return {
        "code": operation,
        "p50": stats.quantile(0.5),
        "p95": stats.quantile(0.95),
        "p99": stats.quantile(0.99),
        "availability": stats.availability,
        "on_time": stats.on_time,
        "rejected": stats.refusals,
    }
