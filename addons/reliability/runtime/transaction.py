"""The outcome of a call is its transaction's.

Calls are kept on the connection that their transaction runs on.  Where that connection
commits or rolls back, and where a savepoint is undone, the calls that are over are
settled; one that is still inside its method waits for the next end.

The connection is where COMMIT is really sent: neither a hook of somebody else that
raises nor a cursor that is closed without ceremony is between us and the truth.
"""

import sys
import threading

from psycopg2 import extensions

from odoo import sql_db
from odoo.service import model as service_model

from .call import Call, next_order
from .guard import guarded
from .outcome import CONTENTION, outcome_of
from .patching import wrap_once

_KEY = "_reliability_calls"
_local = threading.local()


def install() -> None:
    """Watch how transactions end, in this process and those forked from it."""
    wrap_once(sql_db.PsycoConnection, "commit", _commit)
    wrap_once(sql_db.PsycoConnection, "rollback", _rollback)
    wrap_once(sql_db.Cursor, "close", _close)
    wrap_once(sql_db.Savepoint, "__init__", _set_savepoint)
    wrap_once(sql_db.Savepoint, "rollback", _undo_savepoint)
    wrap_once(service_model, "retrying", _retrying)


def hold(cnx, call: Call) -> None:
    """Keep a call until the transaction on ``cnx`` ends."""
    vars(cnx).setdefault(_KEY, []).append(call)


def _commit(commit):
    def watched(cnx):
        if _KEY not in vars(cnx):
            return commit(cnx)
        calls, outcome = _before_commit(cnx) or ((), "success")
        try:
            result = commit(cnx)
        except BaseException:
            _settle(calls, "unknown" if cnx.closed else "failed")
            raise
        _settle(calls, outcome)
        return result

    return watched


def _rollback(rollback):
    def watched(cnx):
        _undo(cnx)
        return rollback(cnx)

    return watched


def _close(close):
    def watched(cr):
        # Before, not after: once it is closed, the connection is another cursor's.
        _leave(cr)
        return close(cr)

    return watched


def _set_savepoint(init):
    def watched(savepoint, cr):
        savepoint._reliability_order = next_order()
        return init(savepoint, cr)

    return watched


def _undo_savepoint(rollback):
    def watched(savepoint):
        _undo_since(savepoint)
        return rollback(savepoint)

    return watched


def _retrying(retrying):
    def watched(func, env):
        contended: list[Call] = []

        def one_try():
            _settle_contended(contended, "retried")  # since this is another try
            return func()

        outer = getattr(_local, "contended", None)
        _local.contended = contended
        try:
            return retrying(one_try, env)
        finally:
            _local.contended = outer
            _settle_contended(contended, "failed")

    return watched


def _take_ended(cnx, since: int = 0) -> list[Call]:
    """Take from a connection the calls that are over and began after ``since``."""
    held = vars(cnx).pop(_KEY)
    ended, waiting = [], []
    for call in held:
        (ended if call.ended and call.order >= since else waiting).append(call)
    if waiting:
        setattr(cnx, _KEY, waiting)
    return ended


@guarded
def _before_commit(cnx) -> tuple[list[Call], str]:
    """Return the calls that this COMMIT decides, and how they end if it succeeds."""
    calls = _take_ended(cnx)
    for call in vars(cnx).get(_KEY, ()):
        call.committed = True
    for call in calls:
        call.committing()
    # PostgreSQL answers COMMIT with ROLLBACK, and no error, where one was swallowed.
    aborted = cnx.get_transaction_status() == extensions.TRANSACTION_STATUS_INERROR
    return calls, "failed" if aborted else "success"


@guarded
def _settle(calls, outcome: str) -> None:
    """Settle calls whose transaction is over; an error of their own goes first."""
    for call in calls:
        if call.error is None:
            call.settle(outcome)
        else:
            call.settle("failed" if call.error == CONTENTION else call.error)


@guarded
def _undo_since(savepoint) -> None:
    # The savepoint of a test's cursor is on a cursor of psycopg2, not of Odoo.
    _undo(savepoint._cr.connection, savepoint._reliability_order)


@guarded
def _leave(cr) -> None:
    """Settle what the rollback of an open cursor that is closed does not settle.

    On a connection that is gone, Odoo does not roll back; and a call that is still
    inside its method ends with the cursor that it was made on.
    """
    cnx = cr._cnx
    if cr._closed or _KEY not in vars(cnx):
        return
    if cnx.closed:
        _undo(cnx)
    inside = [call for call in vars(cnx).get(_KEY, ()) if not call.ended]
    for call in inside:
        vars(cnx)[_KEY].remove(call)
        call.settle("success" if call.committed else "rolled_back")


@guarded
def _undo(cnx, since: int = 0) -> None:
    """Settle calls that are being undone, by the error that undoes them."""
    if _KEY not in vars(cnx):
        return
    error = sys.exc_info()[1]
    contended = getattr(_local, "contended", None)
    for call in _take_ended(cnx, since):
        outcome = call.error or _undone_by(error, call, cnx)
        if outcome != CONTENTION:
            call.settle(outcome)
        elif contended is None:
            call.settle("failed")
        else:
            contended.append(call)


def _undone_by(error: BaseException | None, call: Call, cnx) -> str:
    if cnx.closed:
        return "unknown"
    if (call.committed or cnx.autocommit) and _is_idle(cnx):
        return "success"  # it was committed before, and there was nothing since
    if error is None or error is call.earlier_error:
        return "rolled_back"
    return outcome_of(error)


def _is_idle(cnx) -> bool:
    return cnx.get_transaction_status() == extensions.TRANSACTION_STATUS_IDLE


@guarded
def _settle_contended(contended: list[Call], outcome: str) -> None:
    while contended:
        contended.pop().settle(outcome)
