"""Outcome classification: which outcome an error gives to a call."""

from psycopg2 import IntegrityError
from psycopg2.errors import ReadOnlySqlTransaction
from werkzeug.exceptions import HTTPException

from odoo.exceptions import ConcurrencyError, LockError, RedirectWarning, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

CONTENTION = "contention"
"""Two transactions were in conflict: the outcome is ``retried`` if another attempt
follows, otherwise ``failed``."""

_CONTENTION = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError, LockError)
_REJECTIONS = (UserError, RedirectWarning, IntegrityError)


def add_contention(error: type[Exception]) -> None:
    """Classify a class of errors as contention, as serialization failures are."""
    global _CONTENTION
    if error not in _CONTENTION:
        _CONTENTION += (error,)


def outcome_of(error: BaseException) -> str:
    """Return the outcome of a call that an error ended.

    :return: ``rejected`` if business rules refused it, ``failed`` if something broke,
        ``retried`` if Odoo calls it again on a cursor that may write, or
        :data:`CONTENTION`
    """
    if isinstance(error, ReadOnlySqlTransaction):
        return "retried"
    if isinstance(error, _CONTENTION):
        return CONTENTION
    if isinstance(error, _REJECTIONS):
        return "rejected"
    return "rejected" if 400 <= _status_of(error) < 500 else "failed"


def _status_of(error: BaseException) -> int:
    """Return the HTTP status of an error; 0 if it has none."""
    name = "code" if isinstance(error, HTTPException) else "http_status"
    status = getattr(error, name, None)
    return status if isinstance(status, int) else 0
