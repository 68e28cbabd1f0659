"""From an error to how a call ended."""

from psycopg2 import IntegrityError
from psycopg2.errors import ReadOnlySqlTransaction
from werkzeug.exceptions import HTTPException

from odoo.exceptions import ConcurrencyError, LockError, RedirectWarning, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

CONTENTION = "contention"
"""Two transactions were in each other's way: ``retried`` where another try follows,
else ``failed``."""

_CONTENTION = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError, LockError)
_REFUSALS = (UserError, RedirectWarning, IntegrityError)


def add_contention(error: type[Exception]) -> None:
    """Count an error, too, as two transactions in each other's way."""
    global _CONTENTION
    if error not in _CONTENTION:
        _CONTENTION += (error,)


def outcome_of(error: BaseException) -> str:
    """Return ``rejected`` where the business said no, ``failed`` where something broke.

    :return: an outcome, or :data:`CONTENTION`
    """
    if isinstance(error, ReadOnlySqlTransaction):
        return "retried"  # Odoo calls again, on a cursor that may write
    if isinstance(error, _CONTENTION):
        return CONTENTION
    if isinstance(error, _REFUSALS):
        return "rejected"
    return "rejected" if 400 <= _status_of(error) < 500 else "failed"


def _status_of(error: BaseException) -> int:
    """Return the HTTP status that an error stands for, 0 where it stands for none."""
    name = "code" if isinstance(error, HTTPException) else "http_status"
    status = getattr(error, name, None)
    return status if isinstance(status, int) else 0
