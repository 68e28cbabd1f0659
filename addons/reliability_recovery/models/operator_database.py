"""The operator's database of a server, and what it knows of the whole cluster."""

import functools
from datetime import datetime

from psycopg2 import Error
from psycopg2.pool import PoolError

from odoo.api import Environment
from odoo.sql_db import db_connect

from odoo.addons.reliability.api import masked_logger, settings

from ..contract import CLUSTER

_TIMEOUT = "SET LOCAL statement_timeout = '1s'"
_NEWEST_POINT = """
    SELECT max(newest_point) FROM reliability_backup_set
     WHERE active AND contents = %s
"""

_logger = masked_logger(__name__)


def is_operator_database(env: Environment) -> bool:
    """Return whether odoo.conf names this database."""
    return settings().operator_database == env.cr.dbname


def newest_point_of_cluster(env: Environment) -> datetime | None:
    """Return to when the cluster can be restored, as the operator's database knows.

    Backups of a cluster are reported there, and databases of tenants are in them.

    :return: in UTC; ``None`` in that database itself, and where it is unknown
    """
    name = settings().operator_database
    if not name or is_operator_database(env):
        return None
    try:
        with db_connect(name).cursor() as cr:
            cr.execute(_TIMEOUT)
            cr.execute(_NEWEST_POINT, [CLUSTER], log_exceptions=False)
            return cr.fetchone()[0]
    except (Error, PoolError) as error:
        _log_once(name, str(error).strip())
        return None


@functools.cache
def _log_once(name, error):
    _logger.warning(
        "Backups in the operator's database %s are unknown: %s", name, error
    )
