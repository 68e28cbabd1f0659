"""Cutoffs: until when parcels must be ready, since then the truck leaves."""

from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, file_open, ormcache

from odoo.addons.base.models.res_partner import _tz_get
from odoo.addons.reliability.api import LocalDay, formatting

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
    """How one of today's cutoffs will turn out, see ``data/forecast.sql``.

    :ivar cutoff: a record
    :ivar moment: when the truck leaves, in UTC
    :ivar left: parcels still to do
    :ivar missing: how many of them will not be ready
    :ivar an_hour: how many are done in an hour
    :ivar ready: when the last one will be done, in UTC; ``None``: nobody knows
    :ivar state: ``done``, ``in_time``, ``not_begun``, ``at_risk`` or ``missed``
    """

    cutoff: models.Model
    moment: datetime
    left: int
    missing: int
    an_hour: float
    ready: datetime | None
    state: str


class Place(NamedTuple):
    """Where a cutoff holds, and for whom.

    :ivar carrier_id: empty where it is for all that have none of their own
    :ivar days: whether there is one, from Monday to Sunday
    """

    cutoff_id: int
    company_id: int
    warehouse_id: int
    carrier_id: int
    hour: float
    tz: str
    days: tuple[bool, ...]

    def today(self, now: datetime) -> datetime | None:
        """Return when the truck leaves on the day that it is there, in UTC, or left."""
        day = LocalDay.around(now, self.tz)
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
        help="Empty: all carriers without a cutoff of their own in this warehouse.",
    )
    hour = fields.Float(
        string="Truck Leaves at",
        required=True,
        default=16.0,
        help="What is validated later goes tomorrow.",
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
        help="So long before the cutoff it is at risk where nobody has begun yet. Where"
        " work goes on, it is at risk as soon as it is too slow.",
    )
    forecast = fields.Char(compute="_compute_forecast", string="Today")

    _sensible_numbers = models.Constraint(
        "CHECK (hour >= 0 AND hour < 24 AND warn_minutes BETWEEN 1 AND 1440)",
        "Enter a time from 0:00 to 23:59, and 1 to 1440 minutes.",
    )
    _once_unique = models.UniqueIndex(
        "(warehouse_id, coalesce(carrier_id, 0), hour) WHERE active",
        "This warehouse has a cutoff of this carrier at this time already.",
    )

    def init(self):
        """Make the forecast, once the tables that it reads are there."""
        self.env.registry.post_init(self._make_forecast)

    def _make_forecast(self):
        self._forget_forecast()
        with file_open("reliability_delivery/data/forecast.sql") as file:
            self.env.cr.execute(file.read())
        self.env["reliability.gauge"]._tell_of_parcels()

    @api.model
    def _forget_forecast(self):
        """Drop the forecast, with what tells of it."""
        view, function = SQL.identifier(_VIEW), SQL.identifier(_FUNCTION)
        self.env.cr.execute(SQL("DROP VIEW IF EXISTS %s CASCADE", view))
        self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", function))

    @api.depends("warehouse_id", "carrier_id", "hour", "tz")
    def _compute_display_name(self):
        for cutoff in self:
            cutoff.display_name = " · ".join([cutoff._place(), cutoff._time()])

    def _place(self):
        # Who may read the cutoff may know what it is for, also without a role there.
        of = self.sudo()
        names = of.warehouse_id.code, of.carrier_id.name
        return " · ".join(filter(None, names))

    def _time(self):
        minutes = round((self.hour or 0) * 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"

    @api.depends_context("uid", "tz")
    @api.depends("warehouse_id", "carrier_id", "hour", "tz", *_DAYS)
    def _compute_forecast(self):
        found = {of.cutoff: of for of in self._forecasts([("id", "in", self.ids)])}
        for cutoff in self:
            forecast = found.get(cutoff._origin)
            cutoff.forecast = forecast and self._describe(forecast)

    @api.model
    def _in(self, scope):
        """Return the cutoffs of where somebody looks, as a rule without a query.

        :param scope: of ``reliability.health.provider``
        """
        return self.browse(of.cutoff_id for of in self._places_in(scope))

    @api.model
    def _places_in(self, scope):
        """Return the same, as what is remembered of them."""
        return [
            of
            for of in self._places()
            if of.company_id in scope.companies
            and (not scope.warehouse or of.warehouse_id == scope.warehouse.id)
        ]

    @api.model
    def _carriers_of_their_own(self, warehouse_id):
        """Return the ids of carriers that have cutoffs of their own in a warehouse."""
        return {
            of.carrier_id
            for of in self._places()
            if of.carrier_id and of.warehouse_id == warehouse_id
        }

    @api.model
    @ormcache()
    def _places(self):
        return tuple(
            Place(
                *(of.id, of.company_id.id, of.warehouse_id.id, of.carrier_id.id),
                *(of.hour, of.tz, tuple(of[day] for day in _DAYS)),
            )
            for of in self.sudo().search([])
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
        """Return how today's cutoffs will turn out, the first to come first.

        :rtype: list[Forecast]
        """
        return self.search(domain)._read_forecasts()

    def _read_forecasts(self):
        """Return how these will turn out, those that are of today."""
        if not self:
            return []
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT id, moment, parcels_left, parcels_missing, an_hour, ready,"
                " state FROM %s WHERE id IN %s ORDER BY moment, id",
                SQL.identifier(_VIEW),
                tuple(self.ids),
            )
        )
        by_id = {cutoff.id: cutoff for cutoff in self}
        return [
            Forecast(by_id[cutoff_id], moment, left, missing, float(pace), *rest)
            for cutoff_id, moment, left, missing, pace, *rest in self.env.cr.fetchall()
        ]

    @api.model
    def _describe(self, forecast):
        """Say how a cutoff will turn out, in this user's words."""
        _ = self.env._
        words = {
            "left": forecast.left,
            "missing": forecast.missing,
            "time": formatting.moment(self.env, forecast.moment),
            "pace": round(forecast.an_hour),
        }
        parcels = formatting.counted(
            forecast.left, _("1 parcel"), _("%(left)s parcels", **words)
        )
        words["parcels"] = parcels
        match forecast.state:
            case "done":
                return _("No parcel is left to do for %(time)s", **words)
            case "missed":
                return _("Missed the truck of %(time)s: %(parcels)s", **words)
            case "not_begun":
                return _("%(parcels)s until %(time)s; none is done yet", **words)
        words["ready"] = formatting.moment(self.env, forecast.ready or forecast.moment)
        if forecast.state == "in_time":
            return _("%(parcels)s until %(time)s, ready at %(ready)s", **words)
        if not forecast.an_hour or forecast.ready > forecast.moment + timedelta(days=1):
            return _("%(parcels)s until %(time)s, and nobody does any", **words)
        return _(
            "%(missing)s of %(parcels)s will miss the truck at %(time)s: %(pace)s"
            " are done in an hour, the last would be ready at %(ready)s",
            **words,
        )
