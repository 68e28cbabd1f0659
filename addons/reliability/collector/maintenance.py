"""Maintenance functions: what a database does for itself at each poll.

An addon defines a function in the database, without arguments, whose name begins with
``reliability_maintain_``.  As a gauge, it always fits the schema of its database.
"""

from typing import Any

import psycopg2
from psycopg2 import sql

from ..telemetry.masked_log import masked_logger
from .connection import OWNER_IS_TRUSTED, OutOfTime, transaction

_logger = masked_logger(__name__)

PREFIX = "reliability_maintain_"

_reported: set[tuple[str, str]] = set()


def run(connection: Any) -> None:
    """Call the maintenance functions of a database, each in its own transaction.

    One that fails is rolled back, reported once, and called again at the next poll.

    :param connection: of psycopg2
    :raise psycopg2.Error: the connection is lost
    """
    with transaction(connection) as cr:
        cr.execute(
            "SELECT proname FROM pg_proc WHERE starts_with(proname, %s)"
            " AND pronargs = 0 AND pronamespace = 'public'::regnamespace"
            f" AND {OWNER_IS_TRUSTED.format(owner='proowner')} ORDER BY proname",
            [PREFIX],
        )
        names = [name for (name,) in cr.fetchall()]
    for name in names:
        key = connection.info.dbname, name
        try:
            with transaction(connection) as cr:
                cr.execute(
                    sql.SQL("SELECT {}()").format(sql.Identifier("public", name))
                )
        except OutOfTime:
            raise
        except psycopg2.Error as error:
            if connection.closed:
                raise
            if key not in _reported:
                _reported.add(key)
                _logger.warning("%s failed in %s: %s", name, key[0], error)
        else:
            _reported.discard(key)
