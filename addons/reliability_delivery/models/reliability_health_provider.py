"""Health provider of shipping: parcels left for today's trucks, and missing labels."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.reliability.api import Alert, AlertText, Backlog, LocalDay, formatting

from .reliability_cutoff import AT_RISK, MISSED

PROVIDER, _PARCELS = "delivery", "parcels"
_TROUBLED = (AT_RISK, MISSED)
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _backlogs(self):
        return super()._backlogs() + [
            self._parcel_backlog(*key, forecasts)
            for key, forecasts in self._forecasts_by_warehouse().items()
        ]

    @api.model
    def _forecasts_by_warehouse(self):
        """Return (company id, warehouse code) → forecasts of today's cutoffs."""
        forecasts_by_warehouse = defaultdict(list)
        for forecast in self.env["reliability.cutoff"].sudo()._forecasts([]):
            warehouse = forecast.cutoff.warehouse_id
            key = warehouse.company_id.id, warehouse.code
            forecasts_by_warehouse[key].append(forecast)
        return forecasts_by_warehouse

    @api.model
    def _parcel_backlog(self, company_id, warehouse, forecasts):
        """Return the backlog of the parcels for a warehouse's trucks of today."""
        missed = [forecast for forecast in forecasts if forecast.state == MISSED]
        # Two forecasts of a carrier count the same parcels: a later truck takes what an
        # earlier one leaves.
        left = defaultdict(int)
        for forecast in forecasts:
            carrier = forecast.cutoff.carrier_id
            left[carrier] = max(left[carrier], forecast.parcels_left)
        return Backlog(
            _PARCELS,
            "shipping",
            company_id,
            warehouse,
            sum(left.values()),
            sum(forecast.parcels_left for forecast in missed),
            min((forecast.departure for forecast in missed), default=None),
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
        return text, self._open_parcels(self._parcels_to_do_today(scope))

    @api.model
    def _alerts(self):
        return [*super()._alerts(), *self._cutoff_alerts(), *self._label_alerts()]

    @api.model
    def _cutoff_alerts(self):
        """Yield an alert for each cutoff that is at risk or missed."""
        for forecast in self.env["reliability.cutoff"].sudo()._forecasts([]):
            if forecast.state in _TROUBLED:
                warehouse = forecast.cutoff.warehouse_id
                yield Alert(
                    PROVIDER,
                    "cutoff",
                    "shipping",
                    "degraded",
                    forecast.parcels_left,
                    company_id=warehouse.company_id.id,
                    warehouse=warehouse.code,
                    subject=str(forecast.cutoff.id),
                )

    @api.model
    def _label_alerts(self):
        """Return an alert for each carrier without labels for validated deliveries."""
        groups = self.env["stock.picking"]._read_group(
            self._without_label(),
            ["company_id", "picking_type_id", "carrier_id"],
            ["__count", "date_done:min", "date_done:max"],
        )
        found = {}
        for company, picking_type, carrier, count, first, last in groups:
            key = company.id, picking_type.warehouse_id.code or "", str(carrier.id)
            known = found.get(key, (0, first, last))
            found[key] = known[0] + count, min(known[1], first), max(known[2], last)
        return [
            Alert(
                PROVIDER,
                "no_label",
                "shipping",
                "degraded",
                *numbers,
                company_id=company,
                warehouse=warehouse,
                subject=carrier,
            )
            for (company, warehouse, carrier), numbers in found.items()
        ]

    @api.model
    def _describe_alert(self, alert):
        if alert.provider != PROVIDER:
            return super()._describe_alert(alert)
        if alert.cause == "cutoff":
            text, domain = self._describe_cutoff_alert(alert)
        else:
            text, domain = self._describe_label_alert(alert)
        action = bool(domain) and self._open_parcels(domain)
        return AlertText(text, self.env._("Open parcels"), action)

    @api.model
    def _can_act_on(self, alert):
        if alert.provider != PROVIDER:
            return super()._can_act_on(alert)
        return self.env["stock.picking"].has_access("write")

    @api.model
    def _describe_cutoff_alert(self, alert):
        """Return the sentence of a truck as it is now, and the domain of its parcels.

        Without a domain, no parcel of it is at risk any more.
        """
        cutoffs = self.env["reliability.cutoff"]
        cutoff = cutoffs.sudo().browse(int(alert.subject)).exists()
        values = {"truck": cutoff._warehouse_and_carrier()}
        for forecast in cutoff._read_forecasts():
            if forecast.state in _TROUBLED:
                values["forecast"] = cutoffs._describe(forecast)
                text = self.env._("%(truck)s: %(forecast)s", **values)
                return text, self._parcels_to_do(forecast)
        if not cutoff:
            return self.env._("The cutoff of this truck was deleted"), None
        return self.env._("%(truck)s: no parcel is at risk any more", **values), None

    @api.model
    def _describe_label_alert(self, alert):
        """Return the sentence about missing labels, and the domain of the parcels.

        Without a domain, the user may not read carriers, by which they are found.
        """
        carriers = self.env["delivery.carrier"]
        carrier = carriers.sudo().browse(int(alert.subject)).exists()
        name = carrier.name or self.env._("A carrier that was deleted")
        values = {"count": alert.count, "carrier": name}
        text = formatting.counted(
            alert.count,
            self.env._(
                "%(carrier)s: 1 validated delivery has no label; open it and send it to"
                " the shipper",
                **values,
            ),
            self.env._(
                "%(carrier)s: %(count)s validated deliveries have no label; open them"
                " and send them to the shipper",
                **values,
            ),
        )
        if not carriers.has_access("read"):
            return text, None
        return text, [
            *self._without_label(),
            *self._transfers_of(alert),
            ("carrier_id", "=", carrier.id),
        ]

    @api.model
    def _without_label(self):
        """Return the domain of last week's validated deliveries without a label."""
        types = self.env["delivery.carrier"]._reliability_external_types()
        return [
            ("state", "=", "done"),
            ("date_done", ">=", fields.Datetime.now() - _WEEK),
            ("picking_type_code", "=", "outgoing"),
            ("carrier_tracking_ref", "in", (False, "")),
            ("carrier_id.integration_level", "=", "rate_and_ship"),
            ("carrier_id.delivery_type", "in", list(types)),
        ]

    @api.model
    def _parcels_to_do(self, forecast):
        """Return the domain of the parcels that a forecast counts as left."""
        cutoff = forecast.cutoff.sudo()
        return self._due_before(
            forecast.departure, cutoff.tz, cutoff.warehouse_id.id, cutoff.carrier_id.id
        )

    @api.model
    def _parcels_to_do_today(self, scope):
        """Return the domain of the parcels left for today's trucks, without a query."""
        now = fields.Datetime.now()
        return list(
            Domain.OR(
                Domain(
                    self._due_before(
                        departure, key.tz, key.warehouse_id, key.carrier_id
                    )
                )
                for key in self.env["reliability.cutoff"]._keys_in_scope(scope)
                if (departure := key.departure(now))
            )
        )

    @api.model
    def _due_before(self, departure, tz, warehouse_id, carrier_id):
        """Return the domain of the parcels that a truck takes, as in the forecast."""
        parcels = [
            ("picking_type_code", "=", "outgoing"),
            ("carrier_id", "!=", False),
            ("state", "in", ("confirmed", "waiting", "assigned")),
            ("picking_type_id.warehouse_id", "=", warehouse_id),
            ("scheduled_date", "<", departure),
            ("scheduled_date", ">=", LocalDay.containing(departure, tz).begin - _DAY),
        ]
        if carrier_id:
            return [*parcels, ("carrier_id", "=", carrier_id)]
        own = self.env["reliability.cutoff"]._carriers_with_own_cutoff(warehouse_id)
        return [*parcels, ("carrier_id", "not in", sorted(own))]

    @api.model
    def _open_parcels(self, domain):
        """Return an action that opens parcels, the one due first on top.

        :return: ``False`` if the user may not read them
        """
        action = self._open_transfers(domain)
        return action and action | {"name": self.env._("Parcels")}
