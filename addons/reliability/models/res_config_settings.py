from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, human_size

from ..runtime.measuring import SWITCHED_OFF
from ..runtime.visiting import FEWEST_SERIES, MOST_SERIES, MOST_SERIES_EVER
from ..telemetry.aggregate import MAX_SERIES
from .keeping import DEFAULTS, HOURS_KEPT, LONGEST, MINUTES_KEPT, MOST_ROWS

_TABLES = (
    "reliability_rollup_minute",
    "reliability_rollup_hour",
    "reliability_slow",
    "reliability_series",
)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    # Off is what is stored: a parameter that is not there must not switch off.
    reliability_switched_off = fields.Boolean(
        string="Stop measuring", config_parameter=SWITCHED_OFF
    )
    reliability_minutes_kept = fields.Integer(
        string="Days by minute",
        config_parameter=MINUTES_KEPT,
        default=DEFAULTS[MINUTES_KEPT],
    )
    reliability_hours_kept = fields.Integer(
        string="Days by hour",
        config_parameter=HOURS_KEPT,
        default=DEFAULTS[HOURS_KEPT],
    )
    reliability_most_rows = fields.Integer(
        string="At most",
        config_parameter=MOST_ROWS,
        default=DEFAULTS[MOST_ROWS],
    )
    reliability_most_series = fields.Integer(
        string="At most, of a kind",
        config_parameter=MOST_SERIES,
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
        problems = "\n".join(self.env["reliability.health"]._problems())
        told = self._reliability_told()
        for setting in self:
            setting.reliability_problems = problems
            for name in (
                "reliability_series",
                "reliability_space",
                "reliability_hosts",
                "reliability_has_token",
                "reliability_snippet",
            ):
                setting[name] = told.get(name)

    @api.model
    def _reliability_told(self):
        """Return what is shown; nothing where tables are not as we know them.

        What all of Odoo is set in must open all the same.

        :rtype: dict
        """
        health, token = self.env["reliability.health"], self.env["reliability.token"]
        if health._of_version():
            return {}
        return {
            "reliability_series": self.env["reliability.series"]
            .sudo()
            .search_count([]),
            "reliability_space": self._reliability_space(),
            "reliability_hosts": "\n".join(
                self.env._("%(host)s: %(seconds)s s ago", host=host, seconds=int(age))
                for host, age in health._hosts()
            ),
            "reliability_has_token": token._exists(),
            "reliability_snippet": token._snippet(),
        }

    def set_values(self):
        for setting in self:
            setting._check_reliability_numbers()
        return super().set_values()

    def action_reliability_make_token(self):
        """Make a token for this database and show it, this once."""
        return self.env["reliability.token"]._make()

    def action_reliability_revoke_token(self):
        """Close the endpoint to the token of this database, within seconds."""
        self.env["reliability.token"]._revoke()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _check_reliability_numbers(self):
        """Make sure that what is kept can be kept.

        :raise UserError: a number makes no sense
        """
        minutes, hours = self.reliability_minutes_kept, self.reliability_hours_kept
        if not 1 <= minutes <= hours <= LONGEST[HOURS_KEPT]:
            raise UserError(
                self.env._(
                    "Reliability keeps numbers by minute for at least one day, and"
                    " numbers by hour for at least as long, up to ten years. Enter"
                    " days such as 8 and 400."
                )
            )
        if not FEWEST_SERIES <= self.reliability_most_series <= MOST_SERIES_EVER:
            raise UserError(
                self.env._(
                    "Enter between 10 and 20,000 series that Reliability tells apart;"
                    " 2,000 are enough for most companies."
                )
            )
        if not 10_000 <= self.reliability_most_rows <= LONGEST[MOST_ROWS]:
            raise UserError(
                self.env._(
                    "Enter between 10,000 and 100,000,000 rows that Reliability keeps;"
                    " 5,000,000 are enough for most companies."
                )
            )

    @api.model
    def _reliability_space(self):
        """Return how much room rollups take in this database, in words."""
        sizes = (
            SQL("pg_total_relation_size(%s::regclass)", table) for table in _TABLES
        )
        query = SQL("SELECT %s", SQL(" + ").join(sizes))
        ((size,),) = self.env.execute_query(query)
        return human_size(int(size))
