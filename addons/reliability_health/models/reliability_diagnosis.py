"""Root causes in calls: the layer that takes more of their time than usual."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import formatLang

from odoo.addons.reliability.api import LAYERS, WINDOW, LayerCosts, formatting

from ..diagnosis import find_suspect

_USUAL = timedelta(days=7)
_MOMENT = timedelta(seconds=1)
_MANY = 2
"""How many times the usual queries are worth mentioning."""


class ReliabilityDiagnosis(models.AbstractModel):
    _inherit = "reliability.diagnosis"

    @api.model
    def _find_root_cause(self, observation, key, now):
        cause = super()._find_root_cause(observation, key, now)
        if not cause and self._is_slow(observation):
            return self._find_layer(observation, key, now)
        return cause

    @api.model
    def _describe(self, cause):
        is_layer = cause and cause["layer"] in LAYERS
        return self._describe_layer(cause) if is_layer else super()._describe(cause)

    @api.model
    def _is_slow(self, observation):
        """Return whether calls take so long that a layer may be to blame."""
        return observation.reason["kind"] == "slow"

    @api.model
    def _calls_in_trouble(self, observation, key):
        """Return which calls are in trouble, as ``reliability.query`` takes it."""
        reason = observation.reason
        where = {
            "family": reason["family"],
            "service": self.env["reliability.service"].browse(key.service_id).code,
            "warehouse": key.warehouse,
        }
        if reason["operation"]:
            where["operation"] = reason["operation"]
        if key.company_id is not None:
            where["company_id"] = key.company_id
        return where

    @api.model
    def _find_layer(self, observation, key, now):
        """Return the layer that takes more of a call than usual, if one stands out."""
        where = self._calls_in_trouble(observation, key)
        begin = fields.Datetime.to_datetime(observation.reason["since"])
        costs = self._total_costs(max(begin, now - WINDOW), now + _MOMENT, where)
        usual = self._total_costs(now - _USUAL, now - WINDOW, where)
        suspect = find_suspect(costs, usual)
        if not suspect:
            return None
        cause = suspect._asdict()
        if suspect.layer == "database":
            cause["queries"] = costs.queries / costs.calls
            cause["usual_queries"] = (
                usual.queries / usual.calls if usual.calls else None
            )
        return cause

    @api.model
    def _total_costs(self, begin, end, where):
        """Return the costs of calls in a period, with the lock waits seen of them.

        :rtype: LayerCosts
        """
        query = self.env["reliability.query"]
        costs = query._aggregate_costs(begin, end, **where).get((), LayerCosts())
        costs.locks = self._lock_seconds(begin, end, where).get((), 0.0)
        return costs

    @api.model
    def _costs_by_operation(self, begin, end, where):
        """Return the costs of calls in a period: operation → `LayerCosts`.

        :param where: as ``reliability.query`` takes it
        """
        query, by = self.env["reliability.query"], ("operation",)
        where = where | {"family": "operation"}
        found = query._aggregate_costs(begin, end, by, **where)
        locks = self._lock_seconds(begin, end, where, by)
        for key, costs in found.items():
            costs.locks = locks.get(key, 0.0)
        return {operation: costs for (operation,), costs in found.items()}

    @api.model
    def _lock_seconds(self, begin, end, where, by=()):
        """Return how long calls were seen to wait for locks; here nobody looks.

        :param where: the calls, as ``reliability.query`` takes them, with their family
        :param by: as ``reliability.query`` takes it
        :return: the values of ``by`` → seconds
        :rtype: dict[tuple, float]
        """
        return {}

    @api.model
    def _layer_names(self):
        """Return the names of the layers in the user's language: layer → name.

        :rtype: dict[str, str]
        """
        _ = self.env._
        return {
            "locks": _("Locks"),
            "database": _("Database"),
            "external": _("Partner systems"),
            "python": _("Odoo"),
            "other": _("Other"),
        }

    @api.model
    def _describe_layer(self, cause):
        """Return how much of a call a layer takes, and how much is usual."""
        _ = self.env._
        values = {"now": formatting.duration(self.env, cause["now"])}
        is_known = cause["usual"] is not None
        if is_known:
            values["usual"] = formatting.duration(self.env, cause["usual"])
        match cause["layer"]:
            case "locks":
                return _(
                    "Cause: each call waits for locks, for at least %(now)s", **values
                )
            case "database":
                return self._describe_database(cause, values)
            case "external":
                return (
                    _(
                        "Cause: partner systems take %(now)s of each call, usually"
                        " %(usual)s",
                        **values,
                    )
                    if is_known
                    else _("Cause: partner systems take %(now)s of each call", **values)
                )
            case "python":
                return (
                    _(
                        "Cause: Odoo computes %(now)s for each call, usually %(usual)s",
                        **values,
                    )
                    if is_known
                    else _("Cause: Odoo computes %(now)s for each call", **values)
                )
        return (
            _(
                "Cause: each call waits %(now)s in Odoo itself, usually %(usual)s, such"
                " as for a free processor",
                **values,
            )
            if is_known
            else _(
                "Cause: each call waits %(now)s in Odoo itself, such as for a free"
                " processor",
                **values,
            )
        )

    @api.model
    def _describe_database(self, cause, values):
        """Return how much of a call the database takes; with the number of queries
        where these are many more than usual.
        """
        _ = self.env._
        if cause["usual"] is None:
            return _("Cause: the database takes %(now)s of each call", **values)
        now, usual = cause["queries"], cause["usual_queries"]
        if not usual or now < _MANY * usual:
            return _(
                "Cause: the database takes %(now)s of each call, usually %(usual)s",
                **values,
            )
        return _(
            "Cause: the database takes %(now)s of each call, usually %(usual)s; a call"
            " has %(queries)s queries, usually %(usual_queries)s",
            queries=formatLang(self.env, now, digits=0),
            usual_queries=formatLang(self.env, usual, digits=0),
            **values,
        )
