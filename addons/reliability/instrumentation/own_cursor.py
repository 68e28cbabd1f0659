"""A cursor of our own, beside the transaction that is measured."""

import contextlib
from collections.abc import Iterator

from odoo.orm.environments import Transaction
from odoo.orm.registry import Registry
from odoo.sql_db import BaseCursor

_PATIENCE = "500ms"


@contextlib.contextmanager
def own_cursor(registry: Registry) -> Iterator[BaseCursor]:
    """Give a cursor to read what is committed; nothing that it does is kept.

    It does not wait for long: the lock that it waits for may be held by the caller.
    And it asks nobody for the registry: who loads one holds a lock meanwhile.

    :raise psycopg2.Error: there is no connection to be had, or it took too long
    """
    with contextlib.closing(registry.cursor()) as cr:
        cr.transaction = Transaction(registry)
        cr.execute("SELECT set_config('statement_timeout', %s, true)", [_PATIENCE])
        yield cr
