"""Short transactions on a connection that stays open between checks."""

import contextlib
from collections.abc import Iterator
from typing import Any

# A role that may create functions in another schema must not have them run by ours.
# The limits are those of a transaction only, since a pooler may share the session.
_LIMITS = """
    SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
           pg_catalog.set_config('statement_timeout', '5s', true),
           pg_catalog.set_config('lock_timeout', '500ms', true)
"""


def begin(cr: Any) -> None:
    """Begin a transaction that looks for names in ``pg_catalog``, with timeouts."""
    cr.execute(_LIMITS)


@contextlib.contextmanager
def transaction(connection: Any) -> Iterator[Any]:
    """Yield a cursor in a transaction that ends with the block.

    :raise psycopg2.Error: a statement failed, or the connection is lost
    """
    try:
        with connection.cursor() as cr:
            begin(cr)
            yield cr
        connection.commit()
    finally:
        if not connection.closed:
            connection.rollback()  # it does nothing after a commit
