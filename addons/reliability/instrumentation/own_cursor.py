"""A cursor on a connection of its own, outside of the measured transaction."""

import contextlib
from collections.abc import Iterator

from odoo.orm.environments import Transaction
from odoo.orm.registry import Registry
from odoo.sql_db import BaseCursor

_TIMEOUT = "500ms"


@contextlib.contextmanager
def own_cursor(registry: Registry) -> Iterator[BaseCursor]:
    """Yield a cursor that reads committed data; it is never committed.

    Its statements time out soon, since the caller may hold the lock that one waits for.
    Its transaction is given the registry, since looking it up would wait for a thread
    that is loading one.

    :raise psycopg2.Error: no connection is free, or a statement took too long
    """
    with contextlib.closing(registry.cursor()) as cr:
        cr.transaction = Transaction(registry)
        cr.execute("SELECT set_config('statement_timeout', %s, true)", [_TIMEOUT])
        yield cr
