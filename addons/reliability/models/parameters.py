"""Reading system parameters, in Odoo and in SQL."""

from odoo.tools import SQL

from ..telemetry.parameters import NO
from .sql_functions import fix_search_path


def read_parameter(env, parameter):
    """Return the value of a system parameter, as its parser reads the text.

    :param parameter: of :mod:`..telemetry.parameters`
    """
    get_param = env["ir.config_parameter"].sudo().get_param
    return parameter.parse(get_param(parameter.key))


def create_switch_function(cr):
    """Create the SQL function that reads a switch, as `SwitchParameter.parse` does."""
    cr.execute(
        SQL(
            """
            CREATE OR REPLACE FUNCTION reliability_is_on(parameter text) RETURNS boolean
            LANGUAGE sql STABLE AS $$
                SELECT EXISTS (
                    SELECT FROM public.ir_config_parameter WHERE key = parameter
                       AND lower(btrim(value, E' \\t\\n\\r\\f\\v')) NOT IN %s)
            $$
            """,
            NO,
        )
    )
    fix_search_path(cr, ["reliability_is_on"])
