from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, formatLang, human_size

from ..collector.poller import MAX_SERIES_OF_A_FAMILY
from ..instrumentation.registry import SWITCHED_OFF
from ..telemetry.parameters import NumberParameter, SwitchParameter
from . import formatting
from .parameters import create_switch_function, read_parameter
from .reliability_self_check_rights import TABLE_SIZE
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

    reliability_switched_off = fields.Boolean(
        string="Pause measuring", config_parameter=SWITCHED_OFF.key
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
        config_parameter=MAX_SERIES_OF_A_FAMILY.key,
        default=MAX_SERIES_OF_A_FAMILY.default,
    )
    reliability_series = fields.Integer(compute="_compute_reliability")
    reliability_space = fields.Char(compute="_compute_reliability")
    reliability_problems = fields.Text(compute="_compute_reliability")
    reliability_hosts = fields.Text(compute="_compute_reliability")
    reliability_token_state = fields.Char(compute="_compute_reliability")
    reliability_snippet = fields.Text(compute="_compute_reliability")

    def init(self):
        result = super().init()
        create_switch_function(self.env.cr)
        return result

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
                "reliability_token_state",
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
        now = fields.Datetime.now()
        return {
            "reliability_series": self.env["reliability.series"]
            .sudo()
            .search_count([]),
            "reliability_space": self._reliability_space(),
            "reliability_hosts": "\n".join(
                self.env._(
                    "%(host)s: %(age)s ago",
                    host=host,
                    age=formatting.since(self.env, now - timedelta(seconds=age)),
                )
                for host, age in self_check._hosts()
            ),
            "reliability_token_state": token._state(),
            "reliability_snippet": token._snippet(),
        }

    @api.model
    def _reliability_parameters(self):
        """Return the fields that are stored as system parameters of this project.

        Addons extend it.

        :return: name of a field → its parameter, of :mod:`..telemetry.parameters`
        :rtype: dict
        """
        return {
            "reliability_switched_off": SWITCHED_OFF,
            "reliability_minute_rollup_days": MINUTE_ROLLUP_DAYS,
            "reliability_hour_rollup_days": HOUR_ROLLUP_DAYS,
            "reliability_max_rollup_rows": MAX_ROLLUP_ROWS,
            "reliability_max_series": MAX_SERIES_OF_A_FAMILY,
        }

    @api.model
    def get_values(self):
        # Odoo reads any text as a ticked box, and a text that is no number as 0.
        return super().get_values() | {
            name: read_parameter(self.env, parameter)
            for name, parameter in self._reliability_parameters().items()
        }

    def set_values(self):
        for setting in self:
            setting._check_reliability_numbers()
        result = super().set_values()
        for setting in self:
            setting._store_reliability_switches()
        return result

    def action_reliability_make_token(self):
        """Make a token for this database and show it once."""
        return self.env["reliability.token"]._make()

    def action_reliability_keep_token(self):
        """Let the token of the original of this database open this one from now on."""
        self.env["reliability.token"]._keep()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_reliability_revoke_token(self):
        """Make the token of this database invalid, within seconds."""
        self.env["reliability.token"]._revoke()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _check_reliability_numbers(self):
        """Check the numbers that are stored as system parameters.

        :raise UserError: a number is out of range
        """
        for name, parameter in self._reliability_parameters().items():
            is_number = isinstance(parameter, NumberParameter)
            if is_number and not parameter.allows(self[name]):
                raise UserError(
                    self.env._(
                        "%(field)s must be a number from %(minimum)s to %(maximum)s,"
                        " such as %(default)s.",
                        field=self._fields[name]._description_string(self.env),
                        minimum=formatLang(self.env, parameter.minimum, digits=0),
                        maximum=formatLang(self.env, parameter.maximum, digits=0),
                        default=formatLang(self.env, parameter.default, digits=0),
                    )
                )
        if self.reliability_minute_rollup_days > self.reliability_hour_rollup_days:
            raise UserError(
                self.env._(
                    "Numbers by hour must be stored at least as long as numbers by"
                    " minute. Enter days such as 8 and 400."
                )
            )

    def _store_reliability_switches(self):
        """Store that a switch is off which is on by default: Odoo deletes the parameter
        of a box that is not ticked.
        """
        parameters = self.env["ir.config_parameter"].sudo()
        for name, parameter in self._reliability_parameters().items():
            if isinstance(parameter, SwitchParameter) and parameter.default:
                parameters.set_param(parameter.key, str(self[name]))

    @api.model
    def _reliability_space(self):
        """Return the size of the rollups in this database, such as "12.5 MB".

        Without the right to know, Status says so, and Settings open all the same.
        """
        if not self.env["reliability.self.check"]._may_execute(TABLE_SIZE):
            return ""
        sizes = (
            SQL("pg_total_relation_size(%s::regclass)", table) for table in _TABLES
        )
        query = SQL("SELECT %s", SQL(" + ").join(sizes))
        ((size,),) = self.env.execute_query(query)
        return human_size(int(size))
