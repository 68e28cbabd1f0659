"""Why a step has failed: a cause, and the values that its sentence names.

The sentences are in :mod:`.models.problem_messages`.
"""

import errno
from textwrap import shorten

import psycopg2
from psycopg2 import errorcodes, errors
from psycopg2.pool import PoolError

from odoo.exceptions import (
    AccessError,
    ConcurrencyError,
    LockError,
    RedirectWarning,
    UserError,
)

LIMIT = "limit"
ERROR = "error"
MISSING_RIGHT = "missing_right"
MAX_TEXT = 400
"""Characters of the text of a missing right, which lists groups or records."""


class Problem(Exception):
    """A step found that its result is wrong.

    :ivar cause: see :mod:`.models.problem_messages`
    :ivar values: what the sentence names, for JSON
    """

    def __init__(self, cause: str, **values):
        super().__init__(cause)
        self.cause = cause
        self.values = values


def problem_of(error: BaseException) -> tuple[str, dict]:
    """Return the cause of an error, and what its sentence names."""
    if isinstance(error, Problem):
        return error.cause, error.values
    if isinstance(error, (psycopg2.Error, PoolError)):
        return _problem_of_database(error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "disk_full", {}
    if isinstance(error, AccessError):
        return MISSING_RIGHT, {"text": shorten(_message(error), MAX_TEXT)}
    for classes, cause in _CAUSES.items():
        if isinstance(error, classes):
            return cause, {"text": _text(error)}
    return ERROR, {"class": type(error).__name__, "text": _text(error)}


def _problem_of_database(error: Exception) -> tuple[str, dict]:
    if isinstance(error, errors.IntegrityError):
        return "constraint", {
            "constraint": error.diag.constraint_name or "",
            "table": error.diag.table_name or "",
            "text": _first_line(error),
        }
    for classes, cause in _CAUSES_OF_DATABASE.items():
        if isinstance(error, classes):
            return cause, {"text": _first_line(error)}
    if isinstance(error, _LOST) and _is_about_connection(error.pgcode):
        return "connection_lost", {"text": _first_line(error)}
    return ERROR, {"class": type(error).__name__, "text": _first_line(error)}


def _is_about_connection(code: str | None) -> bool:
    """Whether a SQLSTATE is about the connection; one that was cut off has none."""
    return code is None or code.startswith(
        (errorcodes.CLASS_CONNECTION_EXCEPTION, "57P")
    )


def _first_line(error: Exception) -> str:
    """Return what PostgreSQL reports, without its context."""
    return str(error).strip().partition("\n")[0]


def _text(error: BaseException) -> str:
    """Return the first paragraph of what an error says; others are for developers."""
    return _message(error).strip().partition("\n\n")[0].replace("\n", " ")


def _message(error: BaseException) -> str:
    """Return the message of an error; others of its arguments are for the client."""
    return str(error.args[0]) if error.args else str(error)


_LOST = (errors.OperationalError, errors.InterfaceError)
_CAUSES = {
    LockError: "locked",
    ConcurrencyError: "serialization",
    (UserError, RedirectWarning): "refused",
}
"""Classes of errors → cause; the first that fits counts."""
_CAUSES_OF_DATABASE = {
    (errors.LockNotAvailable, errors.DeadlockDetected): "locked",
    errors.SerializationFailure: "serialization",
    errors.ReadOnlySqlTransaction: "read_only",
    errors.DiskFull: "disk_full",
    errors.QueryCanceled: "cancelled",
    (PoolError, errors.TooManyConnections): "no_connection",
}
