"""Cutoffs: the times at which trucks leave and parcels must be ready."""

from odoo import api, fields, models
from odoo.tools import SQL, format_duration, ormcache

from odoo.addons.base.models.res_partner import _tz_get
from odoo.addons.reliability.api import create_functions, formatting

from ..forecast import CutoffKey, Forecast

_DAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
_VIEW, _FUNCTION = "reliability_cutoff_forecast", "reliability_forecast_cutoffs"
_FORECASTS = """
    SELECT forecast.*, cutoff.company_id, cutoff.warehouse_id, cutoff.carrier_id,
           cutoff.tz, warehouse.code AS warehouse, carrier.name AS carrier
      FROM reliability_forecast_cutoffs(%s AT TIME ZONE 'UTC') AS forecast
      JOIN reliability_cutoff AS cutoff ON cutoff.id = forecast.id
      JOIN stock_warehouse AS warehouse ON warehouse.id = cutoff.warehouse_id
      LEFT JOIN delivery_carrier AS carrier ON carrier.id = cutoff.carrier_id
     WHERE cutoff.id IN %s
"""


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
    forecast_values = fields.Json(
        compute="_compute_forecast_values",
        help="The forecast of today's truck, read once in a transaction: what is shown"
        " of it in several parts of a screen agrees.",
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
        # Without its arguments: earlier versions had others.
        self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", function))

    @api.depends_context("uid", "lang")
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
        """Return the time in the cutoff's time zone, named if it is not the user's."""
        text = format_duration(self.hour or 0)
        zone = self.tz or "UTC"
        if formatting.shows_time_of(self.env, fields.Datetime.now(), zone):
            return text
        names = {"time": text, "zone": formatting.zone_name(zone)}
        return self.env._("%(time)s (%(zone)s)", **names)

    @api.depends("warehouse_id", "carrier_id", "hour", "tz", "warn_minutes", *_DAYS)
    def _compute_forecast_values(self):
        rows = {}
        if self._origin.ids:
            self.env.flush_all()
            now = fields.Datetime.now()
            self.env.cr.execute(_FORECASTS, [now, tuple(self._origin.ids)])
            rows = {row["id"]: row for row in self.env.cr.dictfetchall()}
        for cutoff in self:
            row = rows.get(cutoff._origin.id)
            cutoff.forecast_values = row and {
                name: row[name] for name in Forecast._fields if name in row
            }

    @api.depends_context("uid", "lang")
    @api.depends("forecast_values")
    def _compute_forecast(self):
        for cutoff in self:
            forecasts = cutoff._read_forecasts()
            cutoff.forecast = self._describe(forecasts[0]) if forecasts else False

    @api.model
    def _of_all_companies(self):
        """Return all cutoffs, usually without a query."""
        return self.browse(key.cutoff_id for key in self._cutoff_keys())

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

    def _read_forecasts(self):
        """Return the forecasts of those of these cutoffs that are today.

        They are read once in a transaction, by one query.

        :rtype: list[Forecast]
        """
        forecasts = [
            Forecast.of_cutoff(cutoff, values)
            for cutoff in self
            if (values := cutoff.forecast_values)
        ]
        return sorted(
            forecasts, key=lambda forecast: (forecast.departure, forecast.cutoff.id)
        )
