"""Today's trucks on the cockpit."""

# The strip of trucks has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, fields, models

from odoo.addons.reliability.api import DEGRADED, FINE, NO_DATA, Departure, formatting

from ..forecast import DEPARTED, DONE, IN_TIME, MISSED, TROUBLED


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _departures(self, scope):
        departures = super()._departures(scope)
        cutoffs = self.env["reliability.cutoff"]
        if not cutoffs.has_access("read"):
            return departures
        forecasts = cutoffs._in_scope(scope)._read_forecasts()
        trucks = [self._departure(scope, forecast) for forecast in forecasts]
        return [*departures, *(trucks or self._next_departure(scope))]

    @api.model
    def _departure(self, scope, forecast):
        """Return a truck of today as the cockpit shows it."""
        cutoffs = self.env["reliability.cutoff"]
        name = cutoffs._truck_name(forecast)
        total = forecast.parcels_packed + forecast.parcels_left
        numbers = {"packed": forecast.parcels_packed, "total": total}
        button, action = self._open_truck(scope, forecast)
        return Departure(
            f"cutoff_{forecast.cutoff.id}",
            name if scope.warehouse else f"{forecast.warehouse} · {name}",
            formatting.zoned_moment(self.env, forecast.departure, forecast.tz),
            _color(forecast),
            cutoffs._state_name(forecast),
            forecast.parcels_packed,
            total,
            self.env._("%(packed)s of %(total)s packed", **numbers) if total else "",
            cutoffs._describe_pace(forecast),
            cutoffs._describe(forecast) if _needs_text(forecast) else "",
            button,
            action,
        )

    @api.model
    def _open_truck(self, scope, forecast):
        """Return the label and the action of the parcels that are left; those that are
        packed where none is left.
        """
        if count := forecast.parcels_left:
            domain = self._parcels_to_do(forecast)
        elif count := forecast.parcels_packed:
            domain = self._parcels_packed(forecast)
        else:
            return "", False
        button = formatting.counted(
            count,
            self.env._("Open 1 parcel"),
            self.env._("Open %(count)s parcels", count=count),
        )
        action = self._open_parcels(domain)
        return (button, action) if action else ("", False)

    @api.model
    def _next_departure(self, scope):
        """Return the next truck, where none leaves today."""
        cutoffs, now = self.env["reliability.cutoff"], fields.Datetime.now()
        departures = [
            (departure, key)
            for key in cutoffs._keys_in_scope(scope)
            if (departure := key.next_departure(now))
        ]
        if not departures:
            return []
        departure, key = min(departures)
        cutoff = cutoffs.browse(key.cutoff_id).sudo()
        name = cutoffs._carrier_text(key.warehouse_id, cutoff.carrier_id.name)
        return [
            Departure(
                f"cutoff_{key.cutoff_id}",
                name if scope.warehouse else f"{cutoff.warehouse_id.code} · {name}",
                formatting.zoned_moment(self.env, departure, key.tz),
                NO_DATA,
                self.env._("Next truck"),
                text=self.env._("No truck leaves today"),
            )
        ]


def _color(forecast):
    """Return the state of a service that a truck's state looks like.

    What nobody knows or has done is not shown as fine.
    """
    if forecast.state in TROUBLED:
        return DEGRADED
    if forecast.state == IN_TIME:
        return NO_DATA if forecast.is_usual else FINE
    is_packed = forecast.state in (DONE, DEPARTED) and forecast.parcels_packed
    return FINE if is_packed else NO_DATA


def _needs_text(forecast):
    """Return whether there is something to do, or to say, that numbers do not."""
    return bool(forecast.cause) or forecast.state == MISSED
