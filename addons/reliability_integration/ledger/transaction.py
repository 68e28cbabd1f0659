"""The business transaction of an attempt.

Its id is recorded with the attempt, so that PostgreSQL can still say how it ended when
the worker is dead.
"""

from typing import Any, NamedTuple

import psycopg2
from psycopg2 import extensions

from odoo.addons.reliability.api import transaction_cache

from .ledger import ledger

_KEY = "reliability_integration.transaction"
_QUERY = (
    "SELECT pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL,"
    " pg_catalog.pg_current_xact_id()::text"
)
"""A transaction that has written has an id before this query assigns one."""


class Transaction(NamedTuple):
    """A business transaction in PostgreSQL.

    :ivar id: its id, by which PostgreSQL knows whether it was committed
    :ivar has_written: whether it has changed something.  Only then does its COMMIT wait
        for the disk, which stores all earlier commits of others, too.
    """

    id: str
    has_written: bool


def transaction_of(cr: Any) -> Transaction | None:
    """Return the current transaction of a cursor.

    It is queried once for each transaction, and not counted as a statement of the
    caller.

    :param cr: may be ``None``, where there is no transaction
    :return: ``None`` where the transaction is read-only, or where an error aborted it
        before its id was known: an aborted transaction executes no query
    """
    if cr is None or cr.readonly or not ledger.is_real:
        return None
    cnx = cr._cnx
    if cnx.closed:
        return None
    cache = transaction_cache(cr)
    status = cnx.get_transaction_status()
    # An idle connection with a cached transaction: a plain SQL statement has ended it.
    if _KEY in cache and status != extensions.TRANSACTION_STATUS_IDLE:
        return cache[_KEY]
    if status == extensions.TRANSACTION_STATUS_INERROR:
        return None
    transaction = _query_transaction(cnx)
    if transaction and not cnx.autocommit:
        cache[_KEY] = transaction
    return transaction


def _query_transaction(cnx: Any) -> Transaction | None:
    try:
        with cnx.cursor() as raw:
            raw.execute(_QUERY)
            has_written, transaction_id = raw.fetchone()
    except psycopg2.Error:
        return None  # the connection is lost: the caller's next statement raises it
    return Transaction(transaction_id, has_written)
