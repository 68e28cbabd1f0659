"""Cutoffs: the times at which trucks leave and parcels must be ready."""

from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, ormcache

from odoo.addons.base.models.res_partner import _tz_get
from odoo.addons.reliability.api import LocalDay, create_functions, formatting

_DAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
AT_RISK, MISSED = "at_risk", "missed"
_VIEW, _FUNCTION = "reliability_cutoff_forecast", "reliability_forecast_cutoffs"


class Forecast(NamedTuple):
    """The forecast of one of today's cutoffs, see ``data/forecast.sql``.

    :ivar cutoff: a record
    :ivar departure: when the truck leaves, in UTC
    :ivar parcels_left: parcels still to do
    :ivar parcels_missing: how many of them will miss the truck
    :ivar parcels_per_hour: pace at which parcels are validated
    :ivar ready_at: when the last one will be ready, in UTC; ``None`` without a pace
    :ivar state: ``done``, ``in_time``, ``not_begun``, ``at_risk`` or ``missed``
    """

    cutoff: models.Model
    departure: datetime
    parcels_left: int
    parcels_missing: int
    parcels_per_hour: float
    ready_at: datetime | None
    state: str


class CutoffKey(NamedTuple):
    """The warehouse, carrier and schedule of a cutoff, as the cache holds them.

    :ivar carrier_id: empty where the cutoff is for all carriers without their own
    :ivar days: whether the truck leaves, from Monday to Sunday
    """

    cutoff_id: int
    company_id: int
    warehouse_id: int
    carrier_id: int
    hour: float
    tz: str
    days: tuple[bool, ...]

    def departure(self, now: datetime) -> datetime | None:
        """Return when the truck leaves today in the cutoff's time zone, in UTC.

        ``None`` where no truck leaves today.
        """
        day = LocalDay.containing(now, self.tz)
        return day.at(self.hour) if self.days[day.date.weekday()] else None


class ReliabilityCutoff(models.Model):
    _name = "reliability.cutoff"
    _description = "Cutoff"
    _order = "warehouse_id, hour, id"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.user._get_default_warehouse_id(),
    )
    company_id = fields.Many2one(related="warehouse_id.company_id", store=True)
    carrier_id = fields.Many2one(
        "delivery.carrier",
        ondelete="cascade",
        check_company=True,
        help="Leave empty for all carriers without a cutoff of their own in this"
        " warehouse.",
    )
    hour = fields.Float(
        string="Truck Leaves at",
        required=True,
        default=16.0,
        help="Parcels validated later go with the next truck.",
    )
    tz = fields.Selection(
        _tz_get,
        string="Time Zone",
        required=True,
        default=lambda self: (
            self.env.company.resource_calendar_id.tz or self.env.user.tz or "UTC"
        ),
    )
    monday = fields.Boolean("Mon", default=True)
    tuesday = fields.Boolean("Tue", default=True)
    wednesday = fields.Boolean("Wed", default=True)
    thursday = fields.Boolean("Thu", default=True)
    friday = fields.Boolean("Fri", default=True)
    saturday = fields.Boolean("Sat")
    sunday = fields.Boolean("Sun")
    warn_minutes = fields.Integer(
        string="Warn Before (min)",
        required=True,
        default=120,
        help="Where no parcel is validated yet, the cutoff is at risk from this many"
        " minutes before the truck leaves. Where work has begun, the cutoff is at risk"
        " as soon as the pace is too slow.",
    )
    forecast = fields.Char(compute="_compute_forecast", string="Today")

    _sensible_numbers = models.Constraint(
        "CHECK (hour >= 0 AND hour < 24 AND warn_minutes BETWEEN 1 AND 1440)",
        "Enter a time from 0:00 to 23:59, and 1 to 1440 minutes.",
    )
    _once_unique = models.UniqueIndex(
        "(warehouse_id, coalesce(carrier_id, 0), hour) WHERE active",
        "This warehouse already has a cutoff for this carrier at this time.",
    )

    def init(self):
        """Create the forecast once the tables that it reads exist."""
        self.env.registry.post_init(self._create_forecast)

    def _create_forecast(self):
        self._drop_forecast()
        create_functions(self.env.cr, "reliability_delivery/data/forecast.sql")
        self.env["reliability.gauge"]._register_parcel_gauges()

    @api.model
    def _drop_forecast(self):
        """Drop the forecast, and the gauges that read it."""
        view, function = SQL.identifier(_VIEW), SQL.identifier(_FUNCTION)
        self.env.cr.execute(SQL("DROP VIEW IF EXISTS %s CASCADE", view))
        self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", function))

    @api.depends("warehouse_id", "carrier_id", "hour", "tz")
    def _compute_display_name(self):
        for cutoff in self:
            cutoff.display_name = " · ".join(
                [cutoff._warehouse_and_carrier(), cutoff._time_text()]
            )

    def _warehouse_and_carrier(self):
        """Return the warehouse's code and the carrier's name, such as "WH · DHL"."""
        # Users who may read the cutoff may read these names, without rights in stock.
        cutoff = self.sudo()
        names = cutoff.warehouse_id.code, cutoff.carrier_id.name
        return " · ".join(filter(None, names))

    def _time_text(self):
        minutes = round((self.hour or 0) * 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"

    @api.depends_context("uid", "tz")
    @api.depends("warehouse_id", "carrier_id", "hour", "tz", *_DAYS)
    def _compute_forecast(self):
        forecasts = {
            forecast.cutoff: forecast
            for forecast in self._forecasts([("id", "in", self.ids)])
        }
        for cutoff in self:
            forecast = forecasts.get(cutoff._origin)
            cutoff.forecast = forecast and self._describe(forecast)

    @api.model
    def _in_scope(self, scope):
        """Return the cutoffs in a scope, usually without a query.

        :param scope: of ``reliability.health.provider``
        """
        return self.browse(key.cutoff_id for key in self._keys_in_scope(scope))

    @api.model
    def _keys_in_scope(self, scope):
        """Return the cached keys of the cutoffs in a scope.

        :rtype: list[CutoffKey]
        """
        return [
            key
            for key in self._cutoff_keys()
            if key.company_id in scope.companies
            and (not scope.warehouse or key.warehouse_id == scope.warehouse.id)
        ]

    @api.model
    def _carriers_with_own_cutoff(self, warehouse_id):
        """Return the ids of carriers that have their own cutoffs in a warehouse."""
        return {
            key.carrier_id
            for key in self._cutoff_keys()
            if key.carrier_id and key.warehouse_id == warehouse_id
        }

    @api.model
    @ormcache()
    def _cutoff_keys(self):
        return tuple(
            CutoffKey(
                cutoff.id,
                cutoff.company_id.id,
                cutoff.warehouse_id.id,
                cutoff.carrier_id.id,
                cutoff.hour,
                cutoff.tz,
                tuple(cutoff[day] for day in _DAYS),
            )
            for cutoff in self.sudo().search([])
        )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    def _forecasts(self, domain):
        """Return the forecasts of today's cutoffs in a domain, the earliest first.

        :rtype: list[Forecast]
        """
        return self.search(domain)._read_forecasts()

    def _read_forecasts(self):
        """Return the forecasts of those of these cutoffs that are today."""
        if not self:
            return []
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT id, departure, parcels_left, parcels_missing, parcels_per_hour,"
                " ready_at, state FROM %s WHERE id IN %s ORDER BY departure, id",
                SQL.identifier(_VIEW),
                tuple(self.ids),
            )
        )
        by_id = {cutoff.id: cutoff for cutoff in self}
        return [
            Forecast(by_id[cutoff_id], departure, left, missing, float(pace), *rest)
            for (
                cutoff_id,
                departure,
                left,
                missing,
                pace,
                *rest,
            ) in self.env.cr.fetchall()
        ]

    @api.model
    def _describe(self, forecast):
        """Return the forecast of a cutoff as a sentence, without a full stop."""
        _ = self.env._
        departure = forecast.departure
        values = {
            "left": forecast.parcels_left,
            "missing": forecast.parcels_missing,
            "time": formatting.moment(self.env, departure),
            "pace": round(forecast.parcels_per_hour),
        }
        values["parcels"] = formatting.counted(
            forecast.parcels_left, _("1 parcel"), _("%(left)s parcels", **values)
        )
        match forecast.state:
            case "done":
                return _("No parcel is left for the truck at %(time)s", **values)
            case "missed":
                return _(
                    "%(parcels)s missed the truck at %(time)s: arrange another pickup",
                    **values,
                )
            case "not_begun":
                return _(
                    "%(parcels)s left for the truck at %(time)s, and none is validated"
                    " yet",
                    **values,
                )
        ready_at = forecast.ready_at or departure
        values["ready"] = formatting.moment(self.env, ready_at)
        if forecast.state == "in_time":
            return _(
                "%(parcels)s left for the truck at %(time)s; the last is ready at"
                " %(ready)s",
                **values,
            )
        if not forecast.parcels_per_hour or ready_at > departure + timedelta(days=1):
            return _(
                "%(parcels)s left for the truck at %(time)s, and hardly any is"
                " validated: add people, or arrange a later pickup",
                **values,
            )
        return _(
            "%(missing)s of %(parcels)s will miss the truck at %(time)s: at %(pace)s an"
            " hour, the last is ready at %(ready)s; add people, or arrange a later"
            " pickup",
            **values,
        )
