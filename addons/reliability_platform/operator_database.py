"""The database of those who run the server."""

from odoo.tools import config

from odoo.addons.reliability.api import settings


def named_operator_database() -> str:
    """Return its name in odoo.conf; only there, names of neighbours are shown.

    Other services may share the PostgreSQL cluster of one that serves one database.
    """
    return settings().operator_database


def operator_database() -> str:
    """Return its name in odoo.conf, or the only database that it serves.

    It has the thresholds and trends.  Empty where several databases are served, and
    none is named.
    """
    served = config["db_name"]
    return named_operator_database() or (served[0] if len(served) == 1 else "")
