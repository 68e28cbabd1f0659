"""The outcome of a call follows from the end of its transaction.

Calls wait on the connection that their transaction runs on.  When that connection
commits or rolls back, and when a savepoint is rolled back, the calls whose methods have
ended are finished; a call inside its method waits for the next end.

The connection is where COMMIT is really sent: hooks of other code that raise, and
cursors that are closed without a commit, do not falsify the outcome.
"""

import sys
import weakref
from bisect import bisect_left
from collections.abc import Iterable
from operator import attrgetter

from psycopg2 import extensions

from odoo import sql_db

from .call import Call, finish_calls, next_order
from .guard import guarded
from .instrument import Hook, instrument
from .kill_switch import kill_switch
from .outcome import CONTENTION, outcome_of
from .recording import recorder
from .retry_scope import defer_contended
from .transaction_listener import TransactionListener

MAX_CALLS = 50_000
"""Maximum number of calls that wait for the end of one transaction: about 30 MB."""

_CALLS = "_reliability_calls"
_CACHE = "_reliability_cache"
"""Attributes of connections."""

_order = attrgetter("order")
_with_calls: "weakref.WeakSet[sql_db.PsycoConnection]" = weakref.WeakSet()


def install() -> None:
    """Install hooks on the ends of transactions and savepoints."""
    instrument(
        "How transactions end",
        Hook(sql_db.PsycoConnection, "commit", _wrap_commit),
        Hook(sql_db.PsycoConnection, "rollback", _wrap_rollback),
        Hook(sql_db.Cursor, "close", _wrap_close, ("self",)),
        Hook(sql_db.Savepoint, "__init__", _wrap_savepoint_init, ("self", "cr")),
        Hook(sql_db.Savepoint, "rollback", _wrap_savepoint_rollback, ("self",)),
    )


def pending_calls(cnx) -> list[Call | TransactionListener]:
    """Return the calls and listeners that wait for the end of a connection's
    transaction, by their order; callers append to the list.
    """
    pending = vars(cnx).get(_CALLS)
    if pending is None:
        pending = vars(cnx)[_CALLS] = []
        _with_calls.add(cnx)
    return pending


def listen(cr: sql_db.Cursor, listener: TransactionListener) -> None:
    """Call a listener when the current transaction or savepoint of a cursor ends."""
    listener.order = next_order()
    pending_calls(cr._cnx).append(listener)


def transaction_cache(cr: sql_db.Cursor) -> dict:
    """Return a dict that lasts as long as the current transaction of a cursor.

    The rollback of a savepoint does not change it.
    """
    return vars(cr._cnx).setdefault(_CACHE, {})


def _switched(on: bool) -> None:
    """Forget the pending calls when the kill switch is set to off.

    The hooks are removed, so that nothing records the ends of their transactions.
    """
    if on:
        return
    for cnx in _connections_with_calls():
        pending = vars(cnx).pop(_CALLS, [])
        recorder().count("switched_off", len(pending))
        for call in pending:
            if isinstance(call, TransactionListener):
                finish_calls([(call, "unknown")])
            else:
                call.forget()


kill_switch.listeners.append(_switched)


def _connections_with_calls() -> list[sql_db.PsycoConnection]:
    """Return the connections; other threads may add some meanwhile."""
    while True:
        try:
            return list(_with_calls)
        except RuntimeError:  # the set has changed while it was copied
            continue


def _wrap_commit(commit):
    def wrapper(cnx):
        vars(cnx).pop(_CACHE, None)
        if _CALLS not in vars(cnx):
            return commit(cnx)
        calls = _pop_calls_of_commit(cnx) or ()
        outcome = _announce_commit(cnx, calls) or "success"
        try:
            result = commit(cnx)
        except BaseException as error:
            outcome = "unknown" if cnx.closed else _failed_commit_outcome(error)
            _explain(calls, error)
            _finish(calls, outcome)
            raise
        _finish(calls, outcome)
        return result

    return wrapper


def _wrap_rollback(rollback):
    def wrapper(cnx):
        vars(cnx).pop(_CACHE, None)
        _finish_rolled_back(cnx)
        return rollback(cnx)

    return wrapper


def _wrap_close(close):
    def wrapper(cr):
        # Before it is closed: then another cursor may get the connection.
        _finish_closed(cr)
        return close(cr)

    return wrapper


def _wrap_savepoint_init(init):
    def wrapper(savepoint, cr):
        savepoint._reliability_order = next_order()
        return init(savepoint, cr)

    return wrapper


def _wrap_savepoint_rollback(rollback):
    def wrapper(savepoint):
        _finish_since(savepoint)
        return rollback(savepoint)

    return wrapper


def _pop_ended(cnx, since: int = 0) -> list[Call]:
    """Remove and return the pending calls that have ended and began after ``since``."""
    pending = vars(cnx)[_CALLS]
    first = bisect_left(pending, since, key=_order)
    started_since = pending[first:]
    pending[first:] = [call for call in started_since if not call.ended]
    if not pending:
        del vars(cnx)[_CALLS]
    return [call for call in started_since if call.ended]


@guarded
def _pop_calls_of_commit(cnx) -> list[Call]:
    """Remove and return the calls that a COMMIT finishes; mark the others."""
    calls = _pop_ended(cnx)
    for call in vars(cnx).get(_CALLS, ()):
        call.committed = True
    return calls


@guarded
def _announce_commit(cnx, calls: Iterable[Call]) -> str:
    """Record that COMMIT is about to be sent; return the outcome if it succeeds."""
    for call in calls:
        call.committing()
    # After a swallowed SQL error, COMMIT rolls back without raising an error.
    aborted = cnx.get_transaction_status() == extensions.TRANSACTION_STATUS_INERROR
    return "failed" if aborted else "success"


@guarded
def _failed_commit_outcome(error: BaseException) -> str:
    """Return the outcome of calls whose COMMIT PostgreSQL refused.

    A violated constraint is a failure here, not a rejection: the method had accepted.
    """
    return CONTENTION if outcome_of(error) == CONTENTION else "failed"


@guarded
def _explain(calls: Iterable[Call | TransactionListener], error: BaseException) -> None:
    """Record the error of COMMIT for the calls that had none of their own."""
    for call in calls:
        if isinstance(call, Call) and not call.error:
            call.explain(error)


@guarded
def _finish(calls, outcome: str) -> None:
    """Finish calls whose transaction has ended; their own errors take precedence."""
    finish_calls(defer_contended((call, call.error or outcome) for call in calls))


@guarded
def _finish_since(savepoint) -> None:
    """Finish the calls since a savepoint that is being rolled back."""
    # The savepoint of a test's cursor is on a cursor of psycopg2, not of Odoo.
    # One that was opened while measuring was off is older than all that waits.
    since = getattr(savepoint, "_reliability_order", 0)
    _finish_rolled_back(savepoint._cr.connection, since)


@guarded
def _finish_closed(cr) -> None:
    """Finish the calls that the rollback of a closing cursor does not finish.

    If the connection is lost, Odoo does not roll back.  And a call that is still inside
    its method ends with the cursor that it was made on.
    """
    cnx = cr._cnx
    if cr._closed or _CALLS not in vars(cnx):
        return
    if cnx.closed:
        _finish_rolled_back(cnx)
    inside = [call for call in vars(cnx).get(_CALLS, ()) if not call.ended]
    for call in inside:
        vars(cnx)[_CALLS].remove(call)
    finish_calls(
        (call, "success" if call.committed else "rolled_back") for call in inside
    )


@guarded
def _finish_rolled_back(cnx, since: int = 0) -> None:
    """Finish calls that are being rolled back, by the error that is being handled."""
    if _CALLS not in vars(cnx):
        return
    error = sys.exc_info()[1]
    finish_calls(
        defer_contended(
            (call, call.error or _rollback_outcome(error, call, cnx))
            for call in _pop_ended(cnx, since)
        )
    )


def _rollback_outcome(error: BaseException | None, call: Call, cnx) -> str:
    if cnx.closed:
        return "unknown"
    if (call.committed or cnx.autocommit) and _is_idle(cnx):
        return "success"  # it is committed already, and nothing was executed since
    if error is None or not call.began_before(error):
        return "rolled_back"
    if isinstance(call, Call):
        call.explain(error)
    return outcome_of(error)


def _is_idle(cnx) -> bool:
    return cnx.get_transaction_status() == extensions.TRANSACTION_STATUS_IDLE
