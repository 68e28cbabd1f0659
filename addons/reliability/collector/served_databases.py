"""Which databases a server serves."""

from typing import Any

from odoo.tools import config

ALL_DATABASES = """
    SELECT datname, oid,
           datallowconn AND NOT datistemplate AND datname <> 'postgres' AND datdba =
           (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user)
      FROM pg_catalog.pg_database
"""
"""The SQL of name, number, and whether a server without ``db_name`` serves it: each
that Odoo's role owns."""


def served_databases(cr: Any) -> set[str]:
    """Return the names of the databases that this server serves, and that exist.

    :param cr: a cursor of any database
    """
    cr.execute(ALL_DATABASES)
    served = {name: is_served for name, _oid, is_served in cr.fetchall()}
    if names := config["db_name"]:
        return served.keys() & set(names)
    return {name for name, is_served in served.items() if is_served}
