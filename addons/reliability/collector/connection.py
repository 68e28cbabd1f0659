"""The collector's connections to databases.

They are not taken from Odoo's pool, where they would stay open: a database with open
connections cannot be copied, renamed or dropped.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg2

from odoo import sql_db

_TIMEOUTS = {"connect_timeout": 5, "tcp_user_timeout": 30_000}
"""For a server that does not respond: seconds, and milliseconds."""

OWNER_IS_TRUSTED = """
    EXISTS (SELECT FROM pg_roles AS role, pg_database AS db
             WHERE role.oid = {owner} AND db.datname = current_database()
               AND (role.rolname = current_user OR role.rolsuper
                    OR role.oid = db.datdba))
"""
"""An SQL condition with the placeholder ``owner``, a column: the owner of a view or a
function is our role, a superuser or the owner of the database.  The collector must not
run code of other roles."""


@contextlib.contextmanager
def connected(db: str) -> Iterator[Any]:
    """Yield a connection of psycopg2, and close it after the block.

    :raise psycopg2.Error: the database cannot be reached
    """
    _name, info = sql_db.connection_info_for(db)
    connection = psycopg2.connect(**{**info, **_TIMEOUTS})
    try:
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def transaction(connection: Any) -> Iterator[Any]:
    """Yield a cursor; commit after the block, or roll back after an error.

    Timeouts are set for this transaction only, since a pooler shares the connection.
    ``lock_timeout`` is less than PostgreSQL's ``deadlock_timeout`` (a second): else, in
    a deadlock, PostgreSQL might end an upgrade instead of this transaction.
    """
    with connection, connection.cursor() as cr:
        cr.execute(
            "SELECT set_config('statement_timeout', '20s', true),"
            " set_config('lock_timeout', '500ms', true)"
        )
        yield cr
