"""Which layer is to blame where a service is in trouble, in a sentence with evidence.

What is found is data, so that everybody reads it in his own words.  Where nothing is
certain, nothing is said.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import formatLang

from ..telemetry.diagnosis import LayerCosts, blame
from ..telemetry.evaluation import WINDOW
from . import formatting

_USUAL = timedelta(days=7)
_MOMENT = timedelta(seconds=1)
_MORE = 2
"""How many times as many queries as usual are worth a word."""


class ReliabilityDiagnosis(models.AbstractModel):
    """Override what you know more about, with ``super()``."""

    _name = "reliability.diagnosis"
    _description = "Which Layer Is to Blame"

    @api.model
    def _find_root_cause(self, sight, place, now):
        """Return what is to blame for what a look at a place shows.

        :param Sight sight: with a reason
        :param Place place: which is in trouble
        :param datetime now: in UTC
        :return: ``layer``, and what its sentence wants; ``None`` where it is not known
        """
        if sight.reason["kind"] in ("slow", "busy"):
            return self._find_costs(sight, place, now)
        return None

    @api.model
    def _describe(self, cause):
        """Say what is to blame, in this user's words, without a full stop.

        :param cause: what ``_find_root_cause`` has returned
        """
        return self._describe_costs(cause) if cause else ""

    # What calls take, compared with what is usual

    @api.model
    def _find_costs(self, sight, place, now):
        """Return the layer that takes more of a call than usual, if one stands out."""
        where = self._of_calls(sight, place)
        begin = fields.Datetime.to_datetime(sight.reason["since"])
        costs = self._add_up(max(begin, now - WINDOW), now + _MOMENT, where)
        usual = self._add_up(now - _USUAL, now - WINDOW, where)
        blamed = blame(costs, usual)
        if not blamed:
            return None
        cause = blamed._asdict()
        if blamed.layer == "database":
            cause["queries"] = costs.queries / costs.calls
            cause["usual_queries"] = (
                usual.queries / usual.calls if usual.calls else None
            )
        return cause

    @api.model
    def _of_calls(self, sight, place):
        """Return which calls are in trouble, as ``reliability.query`` takes it."""
        service = self.env["reliability.service"].browse(place.service_id).code
        operation = sight.reason["operation"]
        if sight.reason["kind"] == "busy":
            return {"family": "http"}  # of every service
        where = {"service": service}
        if not operation:
            return where | {"family": "http"}
        family = "cron" if sight.is_shared else "operation"
        if family == "operation":
            where |= {"company_id": place.company_id, "warehouse": place.warehouse}
            where = {name: of for name, of in where.items() if of is not None}
        return where | {"family": family, "operation": operation}

    @api.model
    def _add_up(self, begin, end, where):
        """Return what calls of a time took, with what was seen of them to wait."""
        reading = self.env["reliability.query"]
        costs = reading._aggregate_costs(begin, end, **where).get((), LayerCosts())
        of_locks = where | {"family": "lock_waiting"}
        if where["family"] == "http":
            of_locks.pop("service", None)
        locks = reading._aggregate_costs(begin, end, **of_locks).get((), LayerCosts())
        costs.locks = locks.seconds
        return costs

    @api.model
    def _add_up_by_operation(self, begin, end, where):
        """Return what calls of a time took: operation → `Costs`.

        :param where: as ``reliability.query`` takes it
        """
        reading, by = self.env["reliability.query"], ("operation",)
        found = reading._aggregate_costs(begin, end, by, **where, family="operation")
        locks = reading._aggregate_costs(begin, end, by, **where, family="lock_waiting")
        for key, costs in found.items():
            costs.locks = locks.get(key, LayerCosts()).seconds
        return {operation: costs for (operation,), costs in found.items()}

    @api.model
    def _names(self):
        """Return what people call the layers, in the order of a call.

        :rtype: dict[str, str]
        """
        _ = self.env._
        return {
            "locks": _("Locks"),
            "database": _("Database"),
            "outside": _("Outside"),
            "python": _("Odoo"),
            "other": _("Other"),
        }

    @api.model
    def _describe_costs(self, cause):
        """Say what takes how much of a call, and what is usual."""
        _ = self.env._
        words = {"now": self._seconds(cause["now"])}
        known = cause["usual"] is not None
        if known:
            words["usual"] = self._seconds(cause["usual"])
        match cause["layer"]:
            case "locks":
                return _("each waits for locks for at least %(now)s", **words)
            case "database":
                text = (
                    _("the database takes %(now)s of each, usually %(usual)s", **words)
                    if known
                    else _("the database takes %(now)s of each", **words)
                )
                return self._with_queries(text, cause)
            case "outside":
                return (
                    _(
                        "counterparts take %(now)s of each, usually %(usual)s",
                        **words,
                    )
                    if known
                    else _("counterparts take %(now)s of each", **words)
                )
            case "python":
                return (
                    _("Odoo computes %(now)s for each, usually %(usual)s", **words)
                    if known
                    else _("Odoo computes %(now)s for each", **words)
                )
        return (
            _(
                "each waits %(now)s in Odoo itself, usually %(usual)s, such as for a"
                " free processor",
                **words,
            )
            if known
            else _(
                "each waits %(now)s in Odoo itself, such as for a free processor",
                **words,
            )
        )

    @api.model
    def _with_queries(self, text, cause):
        """Add how many statements there are, where these have become many."""
        now, usual = cause["queries"], cause["usual_queries"]
        if not usual or now < _MORE * usual:
            return text
        return self.env._(
            "%(text)s, with %(now)s queries instead of %(usual)s",
            text=text,
            now=formatLang(self.env, now, digits=0),
            usual=formatLang(self.env, usual, digits=0),
        )

    @api.model
    def _seconds(self, seconds):
        return formatting.duration(self.env, seconds)

    # Names

    @api.model
    def _display_name_of(self, family, operation):
        """Return what people call something that is measured.

        :param str family: of :data:`..telemetry.events.LABELS`
        :param str operation: its code, external id, or method and route
        """
        if family == "http":
            return self.env._("a request (%(route)s)", route=operation)
        return self.env["reliability.display.names"]._display_name_of(operation)
