"""Health provider of shipping: parcels left for today's trucks, and missing labels."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.reliability.api import Alert, AlertText, Backlog, LocalDay, formatting

from ..forecast import LABELS_FAIL, MISSED, TROUBLED, UNLABELLED
from ..provider_instrumentation import LABEL, system_code
from .delivery_carrier import BUILT_IN_TYPES
from .parcel_messages import parcel_message

PROVIDER, _PARCELS = "delivery", "parcels"
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_UNLABELLED = Domain(
    [
        ("carrier_tracking_ref", "in", (False, "")),
        ("carrier_id.integration_level", "=", "rate_and_ship"),
        ("carrier_id.delivery_type", "not in", BUILT_IN_TYPES),
    ]
)
"""Parcels whose carrier gives labels, and that have none."""


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
        cutoffs = self.env["reliability.cutoff"]._of_all_companies()
        for forecast in cutoffs._read_forecasts():
            key = forecast.company_id, forecast.warehouse
            forecasts_by_warehouse[key].append(forecast)
        return forecasts_by_warehouse

    @api.model
    def _parcel_backlog(self, company_id, warehouse, forecasts):
        """Return the backlog of the parcels for a warehouse's trucks of today."""
        missed = [forecast for forecast in forecasts if forecast.state == MISSED]
        return Backlog(
            _PARCELS,
            "shipping",
            company_id,
            warehouse,
            _count_once(forecasts, "parcels_left"),
            _count_once(missed, "parcels_left"),
            min((forecast.departure for forecast in missed), default=None),
        )

    @api.model
    def _describe_backlog(self, kind, scope, count, late, oldest):
        if kind != _PARCELS:
            return super()._describe_backlog(kind, scope, count, late, oldest)
        # As it is now, like the trucks beside it; the numbers of a minute ago differ.
        forecasts = self.env["reliability.cutoff"]._in_scope(scope)._read_forecasts()
        action = self._open_parcels_left(forecasts)
        return self._describe_parcels(forecasts), action

    @api.model
    def _describe_parcels(self, forecasts):
        """Return how many parcels are left for trucks, without a full stop."""
        _ = self.env._
        missed = [forecast for forecast in forecasts if forecast.state == MISSED]
        left = _count_once(forecasts, "parcels_left")
        values = {"left": left, "missed": _count_once(missed, "parcels_left")}
        if not left:
            return _("No parcel is left for today's trucks")
        if not missed:
            return formatting.counted(
                left,
                _("1 parcel is left for today's trucks"),
                _("%(left)s parcels are left for today's trucks", **values),
            )
        if left == values["missed"]:
            return formatting.counted(
                left,
                _("1 parcel missed the truck"),
                _("%(left)s parcels missed the truck", **values),
            )
        return formatting.counted(
            values["missed"],
            _("1 of the %(left)s parcels left missed the truck", **values),
            _("%(missed)s of the %(left)s parcels left missed the truck", **values),
        )

    @api.model
    def _open_parcels_left(self, forecasts):
        """Return an action that opens the parcels left for trucks; ``False`` if there
        is none.
        """
        domains = [
            Domain(self._parcels_to_do(forecast))
            for forecast in forecasts
            if forecast.parcels_left
        ]
        return bool(domains) and self._open_parcels(list(Domain.OR(domains)))

    @api.model
    def _alerts(self):
        return [*super()._alerts(), *self._cutoff_alerts(), *self._label_alerts()]

    @api.model
    def _cutoff_alerts(self):
        """Yield an alert for each cutoff that is at risk or missed.

        Where nothing but labels is missing, the alert about these is the only one.
        """
        cutoffs = self.env["reliability.cutoff"]._of_all_companies()
        for forecast in cutoffs._read_forecasts():
            if forecast.state in TROUBLED and forecast.cause != UNLABELLED:
                yield Alert(
                    PROVIDER,
                    "cutoff",
                    "shipping",
                    "degraded",
                    forecast.parcels_left,
                    company_id=forecast.company_id,
                    warehouse=forecast.warehouse,
                    subject=str(forecast.cutoff.id),
                    values=self._system_of_labels(forecast),
                )

    @api.model
    def _system_of_labels(self, forecast):
        """Return the carrier's system, where parcels wait for labels from it."""
        carrier = self.env["delivery.carrier"].browse(forecast.carrier_id)
        if not carrier or forecast.cause != LABELS_FAIL:
            return None
        return {"system": system_code(carrier.delivery_type)}

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
    def _exchange_message(self, alert):
        """Say of labels that a parcel may exist."""
        values = alert.values or {}
        if values.get("operation") == LABEL and values.get("model") == "stock.picking":
            if message := parcel_message(self.env, alert.cause):
                return message
        return super()._exchange_message(alert)

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
        if not cutoff:
            return self.env._("The cutoff of this truck was deleted"), None
        name = cutoffs._carrier_text(cutoff.warehouse_id.id, cutoff.carrier_id.name)
        # As it is now: the strip of trucks, beside this sentence, says the same.
        for forecast in cutoff._read_forecasts():
            if forecast.state in TROUBLED:
                text = cutoffs._describe(forecast)
                text = self.env._("%(truck)s: %(forecast)s", truck=name, forecast=text)
                return text, self._parcels_to_do(forecast)
        return self.env._("%(truck)s: no parcel is at risk any more", truck=name), None

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
        begin = LocalDay.containing(forecast.departure, forecast.tz).begin
        left = Domain(
            [
                ("state", "in", ("confirmed", "waiting", "assigned")),
                ("scheduled_date", "<", forecast.departure),
                ("scheduled_date", ">=", begin - _DAY),
            ]
        )
        if forecast.parcels_unlabelled:
            left |= _done_between(begin, forecast.departure) & _UNLABELLED
        return list(self._parcels_of_truck(forecast) & left)

    @api.model
    def _parcels_packed(self, forecast):
        """Return the domain of the parcels that a forecast counts as packed."""
        packed = _done_between(forecast.packed_since, forecast.departure) & ~_UNLABELLED
        return list(self._parcels_of_truck(forecast) & packed)

    @api.model
    def _parcels_of_truck(self, forecast):
        """Return the domain of the warehouse and the carriers of a truck."""
        parcels = Domain(
            [
                ("picking_type_code", "=", "outgoing"),
                ("carrier_id", "!=", False),
                ("picking_type_id.warehouse_id", "=", forecast.warehouse_id),
            ]
        )
        if forecast.carrier_id:
            return parcels & Domain("carrier_id", "=", forecast.carrier_id)
        cutoffs = self.env["reliability.cutoff"]
        own = cutoffs._carriers_with_own_cutoff(forecast.warehouse_id)
        return parcels & Domain("carrier_id", "not in", sorted(own))

    @api.model
    def _open_parcels(self, domain):
        """Return an action that opens parcels, the one due first on top; ``False`` for
        a user who may not see them.
        """
        action = self._open_transfers(domain)
        return action and action | {"name": self.env._("Parcels")}


def _done_between(begin, end):
    return Domain(
        [("state", "=", "done"), ("date_done", ">=", begin), ("date_done", "<", end)]
    )


def _count_once(forecasts, number):
    """Return the sum of a number of forecasts, over all trucks.

    Two trucks of a carrier count the same parcels: a later one takes what an earlier
    one leaves.
    """
    by_carrier = defaultdict(int)
    for forecast in forecasts:
        key = forecast.warehouse_id, forecast.carrier_id
        by_carrier[key] = max(by_carrier[key], getattr(forecast, number))
    return sum(by_carrier.values())
