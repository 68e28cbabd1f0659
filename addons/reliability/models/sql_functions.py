"""SQL functions in the database of Odoo."""

import re

from odoo.tools import SQL, file_open

_NAMES = re.compile(r"\bCREATE (?:OR REPLACE )?FUNCTION\s+(\w+)")


def create_functions(cr, path):
    """Create the functions, triggers and views of an SQL file, see `fix_search_path`.

    :param str path: below a folder with addons, such as ``sale/data/functions.sql``
    """
    with file_open(path) as file:
        text = file.read()
    cr.execute(text)
    fix_search_path(cr, _NAMES.findall(text))


def fix_search_path(cr, functions):
    """Let functions find only PostgreSQL's own objects and those of Odoo's schema.

    Otherwise their caller, or another role, could choose which tables and
    functions they use.

    :param functions: names of functions of Odoo's role
    """
    cr.execute(
        """
        SELECT oid::regprocedure::text FROM pg_proc
         WHERE proname = ANY(%s) AND pronamespace = 'public'::regnamespace
           AND proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
        """,
        [list(functions)],
    )
    for (signature,) in cr.fetchall():
        # A signature as PostgreSQL writes it, with quotes where they are needed.
        cr.execute(
            SQL(
                f"ALTER FUNCTION {signature}"
                " SET search_path = pg_catalog, public, pg_temp"
            )
        )
