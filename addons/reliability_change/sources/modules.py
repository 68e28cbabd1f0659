"""The version of each installed module."""

from odoo.tools import SQL

from .found import Found, plain

_INSTALLED = """
    SELECT name, latest_version FROM ir_module_module
     WHERE state IN ('installed', 'to upgrade', 'to remove')
"""


def read(env):
    """Return the version of each installed module, as of the database."""
    rows = env.execute_query(SQL(_INSTALLED))
    return Found({name: plain(version) for name, version in rows})
