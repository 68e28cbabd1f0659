"""What is to be known of a business transaction, so that its transaction_state is found also when
everybody else is dead."""

from typing import Any, NamedTuple

import psycopg2
from psycopg2 import extensions

from odoo.addons.reliability.api import transaction_cache

from .ledger import ledger

_KEY = "reliability_integration.transaction"
_QUERY = (
    "SELECT pg_current_xact_id_if_assigned() IS NOT NULL, pg_current_xact_id()::text"
)
"""It has a number before it is asked for one where it has written."""


class Transaction(NamedTuple):
    """A business transaction, as PostgreSQL knows it.

    :ivar number: by which PostgreSQL tells its transaction_state
    :ivar has_written: whether it has changed something.  Only then does its COMMIT wait
        until the disk has it, and with it all that others have committed before.
    """

    number: str
    has_written: bool


def transaction_of(cr: Any) -> Transaction | None:
    """Return the transaction on a cursor.

    It is asked once, and not counted as a statement of the caller.

    :param cr: may be ``None``, where there is no transaction
    :return: ``None`` where the transaction may not write, or where an error has aborted
        it before it was asked, since then nothing can be asked
    """
    if cr is None or cr.readonly or not ledger.is_real:
        return None
    cnx = cr._cnx
    if cnx.closed:
        return None
    known = transaction_cache(cr)
    status = cnx.get_transaction_status()
    # Where none is under way, somebody has ended it by a statement of his own.
    if _KEY in known and status != extensions.TRANSACTION_STATUS_IDLE:
        return known[_KEY]
    if status == extensions.TRANSACTION_STATUS_INERROR:
        return None
    found = _ask(cnx)
    if found and not cnx.autocommit:
        known[_KEY] = found
    return found


def _ask(cnx: Any) -> Transaction | None:
    try:
        with cnx.cursor() as raw:
            raw.execute(_QUERY)
            has_written, number = raw.fetchone()
    except psycopg2.Error:
        return None  # the connection is lost: the caller will hear of it himself
    return Transaction(number, has_written)
