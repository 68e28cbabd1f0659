"""How shipping stands: parcels until the truck leaves, and what failures cost."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.reliability.api import Alert, Backlog, LocalDay, formatting

from .reliability_cutoff import AT_RISK, MISSED

_PARCELS = "parcels"
_TROUBLED = (AT_RISK, MISSED)
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _backlogs(self):
        return super()._backlogs() + [
            self._parcels_of(company_id, warehouse, forecasts)
            for (company_id, warehouse), forecasts in self._forecasts_by_place().items()
        ]

    @api.model
    def _forecasts_by_place(self):
        found = defaultdict(list)
        for forecast in self.env["reliability.cutoff"].sudo()._forecasts([]):
            warehouse = forecast.cutoff.warehouse_id
            found[warehouse.company_id.id, warehouse.code].append(forecast)
        return found

    @api.model
    def _parcels_of(self, company_id, warehouse, forecasts):
        """Return the parcels that wait for today's trucks of a warehouse."""
        missed = [of for of in forecasts if of.state == MISSED]
        at_risk = [of for of in forecasts if of.state == AT_RISK]
        # A later truck of a carrier takes what an earlier one has left: it counts both.
        left, missing = defaultdict(int), defaultdict(int)
        for of in forecasts:
            carrier = of.cutoff.carrier_id
            left[carrier] = max(left[carrier], of.left)
            if of.state == AT_RISK:
                missing[carrier] = max(missing[carrier], of.missing)
        return Backlog(
            _PARCELS,
            "shipping",
            company_id,
            warehouse,
            sum(left.values()),
            sum(of.left for of in missed),
            min((of.moment for of in missed), default=None),
            sum(missing.values()),
            min((of.moment for of in at_risk), default=None),
        )

    @api.model
    def _backlog_name(self, kind):
        return (
            self.env._("parcels") if kind == _PARCELS else super()._backlog_name(kind)
        )

    @api.model
    def _describe_backlog(self, kind, scope, count, late, oldest):
        if kind != _PARCELS:
            return super()._describe_backlog(kind, scope, count, late, oldest)
        _ = self.env._
        text = formatting.counted(
            count,
            _("1 parcel is still to do"),
            _("%(count)s parcels are still to do", count=count),
        )
        if late:
            missed = formatting.counted(
                late,
                _("1 has missed the truck"),
                _("%(late)s have missed the truck", late=late),
            )
            text = f"{text}, {missed}"
        return text, self._open_parcels(scope, self._to_do_today(scope))

    @api.model
    def _alerts(self, scope):
        found = super()._alerts(scope)
        if not self.env["reliability.cutoff"].has_access("read"):
            return found
        return [
            *found,
            *self._cutoff_alerts(scope),
            *self._parcel_alerts(scope),
        ]

    @api.model
    def _cutoff_alerts(self, scope):
        """Yield the cutoffs that will be, or were, missed."""
        cutoffs = self.env["reliability.cutoff"]
        can_act = self.env["stock.picking"].has_access("write")
        for forecast in cutoffs._in(scope)._read_forecasts():
            if forecast.state in _TROUBLED:
                yield Alert(
                    f"cutoff_{forecast.cutoff.id}",
                    "degraded",
                    f"{forecast.cutoff._place()}: {cutoffs._describe(forecast)}",
                    self.env._("Open parcels"),
                    self._open_parcels(scope, self._to_do(forecast)),
                    can_act,
                )

    @api.model
    def _parcel_alerts(self, scope):
        """Yield that parcels stand there without a label."""
        transfers = self.env["stock.picking"]
        carriers = self.env["delivery.carrier"]
        if not transfers.has_access("read") or not carriers.has_access("read"):
            return
        action = self._open_parcels(scope, self._without_label())
        if count := transfers.search_count(action["domain"]):
            yield Alert(
                "parcels_without_label",
                "degraded",
                formatting.counted(
                    count,
                    self.env._("1 parcel is validated and has no label"),
                    self.env._(
                        "%(count)s parcels are validated and have no label", count=count
                    ),
                ),
                self.env._("Open parcels"),
                action,
                transfers.has_access("write"),
            )

    @api.model
    def _without_label(self):
        """Return which deliveries of a week are validated and have no label."""
        types = self.env["delivery.carrier"]._reliability_types()
        return [
            ("state", "=", "done"),
            ("date_done", ">=", fields.Datetime.now() - _WEEK),
            ("picking_type_code", "=", "outgoing"),
            ("carrier_tracking_ref", "in", (False, "")),
            ("carrier_id.integration_level", "=", "rate_and_ship"),
            ("carrier_id.delivery_type", "in", list(types)),
        ]

    @api.model
    def _to_do(self, forecast):
        """Return which parcels are still to do for a cutoff."""
        cutoff = forecast.cutoff.sudo()
        where = cutoff.warehouse_id.id, cutoff.carrier_id.id
        return self._due_before(forecast.moment, cutoff.tz, *where)

    @api.model
    def _to_do_today(self, scope):
        """Return which are still to do for any cutoff of today, without a query."""
        now = fields.Datetime.now()
        return list(
            Domain.OR(
                Domain(self._due_before(moment, of.tz, of.warehouse_id, of.carrier_id))
                for of in self.env["reliability.cutoff"]._places_in(scope)
                if (moment := of.today(now))
            )
        )

    @api.model
    def _due_before(self, moment, tz, warehouse_id, carrier_id):
        """Return which parcels a truck takes, as the forecast counts them."""
        parcels = [
            ("picking_type_code", "=", "outgoing"),
            ("carrier_id", "!=", False),
            ("state", "in", ("confirmed", "waiting", "assigned")),
            ("picking_type_id.warehouse_id", "=", warehouse_id),
            ("scheduled_date", "<", moment),
            ("scheduled_date", ">=", LocalDay.around(moment, tz).begin - _DAY),
        ]
        if carrier_id:
            return [*parcels, ("carrier_id", "=", carrier_id)]
        own = self.env["reliability.cutoff"]._carriers_of_their_own(warehouse_id)
        return [*parcels, ("carrier_id", "not in", sorted(own))]

    @api.model
    def _open_parcels(self, scope, domain):
        """Return an action that opens parcels, the first to be done on top."""
        return self._open_transfers(scope, domain) | {"name": self.env._("Parcels")}
