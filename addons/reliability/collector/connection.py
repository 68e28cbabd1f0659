"""The collector's connections to databases.

Odoo's pool would keep them, to each of its databases; somebody who wants to copy,
rename or drop one would have to wait.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg2

from odoo import sql_db

_PATIENCE = {"connect_timeout": 5, "tcp_user_timeout": 30_000}
"""For a server that does not answer: seconds, and milliseconds."""


MADE_BY_US = """
    EXISTS (SELECT FROM pg_roles AS role, pg_database AS db
             WHERE role.oid = {owner} AND db.datname = current_database()
               AND (role.rolname = current_user OR role.rolsuper
                    OR role.oid = db.datdba))
"""
"""A condition: whoever else may create things here must not let us run his code."""


@contextlib.contextmanager
def connected(db: str) -> Iterator[Any]:
    """Give a connection of psycopg2 for the block.

    :raise psycopg2.Error: the database cannot be reached
    """
    _name, info = sql_db.connection_info_for(db)
    connection = psycopg2.connect(**{**info, **_PATIENCE})
    try:
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def transaction(connection: Any) -> Iterator[Any]:
    """Give a cursor; what is done is committed at the end, or undone by an error.

    Its limits are the transaction's: a pooler lends the connection to others.  Who
    waits for a lock gives up before PostgreSQL looks for a deadlock (a second), which
    might choose to end an upgrade instead of us.
    """
    with connection, connection.cursor() as cr:
        cr.execute(
            "SELECT set_config('statement_timeout', '20s', true),"
            " set_config('lock_timeout', '500ms', true)"
        )
        yield cr
