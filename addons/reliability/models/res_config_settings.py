from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, human_size

from ..collector.poller import MAX_SERIES_KEY, MAX_SERIES_LIMIT, MIN_SERIES
from ..instrumentation.registry import SWITCHED_OFF
from ..telemetry.totals import MAX_SERIES
from .retention import (
    HOUR_ROLLUP_DAYS,
    MAX_ROLLUP_ROWS,
    MINUTE_ROLLUP_DAYS,
)

_TABLES = (
    "reliability_rollup_minute",
    "reliability_rollup_hour",
    "reliability_rollup_top_call",
    "reliability_series",
)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    # The parameter says "off": measuring must go on where it is missing.
    reliability_switched_off = fields.Boolean(
        string="Pause measuring", config_parameter=SWITCHED_OFF
    )
    reliability_minute_rollup_days = fields.Integer(
        string="Days by minute",
        config_parameter=MINUTE_ROLLUP_DAYS.key,
        default=MINUTE_ROLLUP_DAYS.default,
    )
    reliability_hour_rollup_days = fields.Integer(
        string="Days by hour",
        config_parameter=HOUR_ROLLUP_DAYS.key,
        default=HOUR_ROLLUP_DAYS.default,
    )
    reliability_max_rollup_rows = fields.Integer(
        string="Maximum",
        config_parameter=MAX_ROLLUP_ROWS.key,
        default=MAX_ROLLUP_ROWS.default,
    )
    reliability_max_series = fields.Integer(
        string="Maximum per kind",
        config_parameter=MAX_SERIES_KEY,
        default=MAX_SERIES,
    )
    reliability_series = fields.Integer(compute="_compute_reliability")
    reliability_space = fields.Char(compute="_compute_reliability")
    reliability_problems = fields.Text(compute="_compute_reliability")
    reliability_hosts = fields.Text(compute="_compute_reliability")
    reliability_has_token = fields.Boolean(compute="_compute_reliability")
    reliability_snippet = fields.Text(compute="_compute_reliability")

    @api.depends_context("uid")
    def _compute_reliability(self):
        problems = "\n".join(self.env["reliability.self.check"]._problems())
        shown = self._reliability_values()
        for setting in self:
            setting.reliability_problems = problems
            for name in (
                "reliability_series",
                "reliability_space",
                "reliability_hosts",
                "reliability_has_token",
                "reliability_snippet",
            ):
                setting[name] = shown.get(name)

    @api.model
    def _reliability_values(self):
        """Return the values shown; none if the app has another version in the database.

        The Settings of all of Odoo must open in any case.

        :rtype: dict
        """
        self_check = self.env["reliability.self.check"]
        token = self.env["reliability.token"]
        if self_check._version_problem():
            return {}
        return {
            "reliability_series": self.env["reliability.series"]
            .sudo()
            .search_count([]),
            "reliability_space": self._reliability_space(),
            "reliability_hosts": "\n".join(
                self.env._("%(host)s: %(seconds)s s ago", host=host, seconds=int(age))
                for host, age in self_check._hosts()
            ),
            "reliability_has_token": token._exists(),
            "reliability_snippet": token._snippet(),
        }

    def set_values(self):
        for setting in self:
            setting._check_reliability_numbers()
        return super().set_values()

    def action_reliability_make_token(self):
        """Make a token for this database and show it once."""
        return self.env["reliability.token"]._make()

    def action_reliability_revoke_token(self):
        """Make the token of this database invalid, within seconds."""
        self.env["reliability.token"]._revoke()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _check_reliability_numbers(self):
        """Check the numbers of the retention.

        :raise UserError: a number is out of range
        """
        minutes, hours = (
            self.reliability_minute_rollup_days,
            self.reliability_hour_rollup_days,
        )
        if not 1 <= minutes <= hours <= HOUR_ROLLUP_DAYS.maximum:
            raise UserError(
                self.env._(
                    "The retention of numbers by minute is at least one day, and that"
                    " of numbers by hour at least as long, up to ten years. Enter days"
                    " such as 8 and 400."
                )
            )
        if not MIN_SERIES <= self.reliability_max_series <= MAX_SERIES_LIMIT:
            raise UserError(
                self.env._(
                    "Enter between 10 and 20,000 series; 2,000 are enough for most"
                    " companies."
                )
            )
        if not 10_000 <= self.reliability_max_rollup_rows <= MAX_ROLLUP_ROWS.maximum:
            raise UserError(
                self.env._(
                    "Enter between 10,000 and 100,000,000 rows; 5,000,000 are enough"
                    " for most companies."
                )
            )

    @api.model
    def _reliability_space(self):
        """Return the size of the rollups in this database, such as "12.5 MB"."""
        sizes = (
            SQL("pg_total_relation_size(%s::regclass)", table) for table in _TABLES
        )
        query = SQL("SELECT %s", SQL(" + ").join(sizes))
        ((size,),) = self.env.execute_query(query)
        return human_size(int(size))
