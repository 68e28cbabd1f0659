"""The number of a business transaction, by which PostgreSQL tells its fate also when
everybody else is dead."""

from typing import Any

import psycopg2
from psycopg2 import extensions

from odoo.addons.reliability import remembered

from .ledger import ledger

_NUMBER = "reliability_integration.number"


def number_of(cr: Any) -> str | None:
    """Return the number of the transaction on a cursor.

    It is asked once a transaction, and not counted as a statement of the caller.

    :param cr: may be ``None``, where there is no transaction
    :return: ``None`` where the transaction may not write, or where an error has aborted
        it before it was asked, since then nothing can be asked
    """
    if cr is None or cr.readonly or not ledger.is_real:
        return None
    cnx = cr._cnx
    if cnx.closed:
        return None
    known = remembered(cr)
    status = cnx.get_transaction_status()
    # Where none is under way, somebody has ended it by a statement of his own.
    if _NUMBER in known and status != extensions.TRANSACTION_STATUS_IDLE:
        return known[_NUMBER]
    if status == extensions.TRANSACTION_STATUS_INERROR:
        return None
    number = _ask(cnx)
    if number and not cnx.autocommit:
        known[_NUMBER] = number
    return number


def _ask(cnx: Any) -> str | None:
    try:
        with cnx.cursor() as raw:
            raw.execute("SELECT pg_current_xact_id()::text")
            return raw.fetchone()[0]
    except psycopg2.Error:
        return None  # the connection is lost: the caller will hear of it himself
