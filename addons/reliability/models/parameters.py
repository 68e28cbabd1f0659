"""Reading system parameters, in Odoo and in SQL."""

from odoo.tools import SQL

from ..telemetry.parameters import NO, SwitchParameter
from .sql_functions import fix_search_path

_NEUTRALIZED = SwitchParameter("database.is_neutralized")


def read_parameter(env, parameter):
    """Return the value of a system parameter, as its parser reads the text.

    :param parameter: of :mod:`..telemetry.parameters`
    """
    get_param = env["ir.config_parameter"].sudo().get_param
    return parameter.parse(get_param(parameter.key))


def is_neutralized(env):
    """Return whether the database is a neutralized copy: nothing leaves it."""
    return read_parameter(env, _NEUTRALIZED)


def stored_text(env, key):
    """Return the text of a system parameter as the database has it now; else empty.

    :param str key: of a parameter that `store_text` writes
    """
    query = SQL("SELECT value FROM ir_config_parameter WHERE key = %s", key)
    rows = env.execute_query(query)
    return rows[0][0] if rows else ""


def store_text(env, key, text):
    """Store a system parameter that changes each minute.

    By SQL: the ORM would empty the caches of all workers each time.
    """
    env.cr.execute(
        "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [key, text],
    )


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
