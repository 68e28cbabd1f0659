"""The outcome of a call is its transaction's.

Calls are kept on the connection that their transaction runs on.  Where that connection
commits or rolls back, and where a savepoint is undone, the calls that are over are
settled; one that is still inside its method waits for the next end.

The connection is where COMMIT is really sent: neither a hook of somebody else that
raises nor a cursor that is closed without ceremony is between us and the truth.
"""

import sys
import weakref
from bisect import bisect_left
from collections.abc import Iterable
from operator import attrgetter

from psycopg2 import extensions

from odoo import sql_db

from .call import Call, next_order, settle
from .guard import guarded
from .instrument import Hook, instrument
from .kill_switch import kill_switch
from .outcome import CONTENTION, outcome_of
from .recording import recorder
from .retry_scope import decided
from .transaction_listener import TransactionListener

MAX_CALLS = 50_000
"""How many calls are kept for the end of one transaction: about 30 MB."""

_KEY = "_reliability_calls"
_REMEMBERED = "_reliability_remembered"
_order = attrgetter("order")
_holding: "weakref.WeakSet[sql_db.PsycoConnection]" = weakref.WeakSet()


def install() -> None:
    """Watch how transactions end, in this process and those forked from it."""
    instrument(
        "How transactions end",
        Hook(sql_db.PsycoConnection, "commit", _commit),
        Hook(sql_db.PsycoConnection, "rollback", _rollback),
        Hook(sql_db.Cursor, "close", _close, ("self",)),
        Hook(sql_db.Savepoint, "__init__", _set_savepoint, ("self", "cr")),
        Hook(sql_db.Savepoint, "rollback", _undo_savepoint, ("self",)),
    )
    kill_switch.listeners.append(_switched)


def held_on(cnx) -> list[Call | TransactionListener]:
    """Return the calls, and those who listen, that wait for the end of the transaction
    on a connection: to be added to, in their order.
    """
    held = vars(cnx).get(_KEY)
    if held is None:
        held = vars(cnx)[_KEY] = []
        _holding.add(cnx)
    return held


def listen(cr: sql_db.Cursor, follower: TransactionListener) -> None:
    """Let somebody be told how the transaction ends, or the savepoint, he is in."""
    follower.order = next_order()
    held_on(cr._cnx).append(follower)


def transaction_cache(cr: sql_db.Cursor) -> dict:
    """Return what is remembered of the transaction on a cursor: a dict to write into,
    which is forgotten when the transaction ends.

    A savepoint that is undone changes nothing of it.
    """
    return vars(cr._cnx).setdefault(_REMEMBERED, {})


def _switched(on: bool) -> None:
    """Forget, when the kill switch is off, the calls whose end nobody will see."""
    if on:
        return
    for cnx in list(_holding):
        held = vars(cnx).pop(_KEY, [])
        recorder().count("switched_off", len(held))
        for call in held:
            if isinstance(call, TransactionListener):
                settle([(call, "unknown")])
            else:
                call.abandon()


def _commit(commit):
    def watched(cnx):
        vars(cnx).pop(_REMEMBERED, None)
        if _KEY not in vars(cnx):
            return commit(cnx)
        calls = _calls_decided_by_commit(cnx) or ()
        outcome = _announce_commit(cnx, calls) or "success"
        try:
            result = commit(cnx)
        except BaseException as error:
            _settle(calls, "unknown" if cnx.closed else _of_failed_commit(error))
            raise
        _settle(calls, outcome)
        return result

    return watched


def _rollback(rollback):
    def watched(cnx):
        vars(cnx).pop(_REMEMBERED, None)
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


def _take_ended(cnx, since: int = 0) -> list[Call]:
    """Take from a connection the calls that are over and began after ``since``."""
    held = vars(cnx)[_KEY]
    first = bisect_left(held, since, key=_order)
    begun_since = held[first:]
    held[first:] = [call for call in begun_since if not call.ended]
    if not held:
        del vars(cnx)[_KEY]
    return [call for call in begun_since if call.ended]


@guarded
def _calls_decided_by_commit(cnx) -> list[Call]:
    calls = _take_ended(cnx)
    for call in vars(cnx).get(_KEY, ()):
        call.committed = True
    return calls


@guarded
def _announce_commit(cnx, calls: Iterable[Call]) -> str:
    """Note that COMMIT is about to be sent, and return how calls end if it succeeds."""
    for call in calls:
        call.committing()
    # PostgreSQL answers COMMIT with ROLLBACK, and no error, where one was swallowed.
    aborted = cnx.get_transaction_status() == extensions.TRANSACTION_STATUS_INERROR
    return "failed" if aborted else "success"


@guarded
def _of_failed_commit(error: BaseException) -> str:
    """Return how a COMMIT ended that PostgreSQL refused: a broken constraint, too, is
    no refusal of the business any more, since the method had said yes."""
    return CONTENTION if outcome_of(error) == CONTENTION else "failed"


@guarded
def _settle(calls, outcome: str) -> None:
    """Settle calls whose transaction is over; an error of their own goes first."""
    settle(decided((call, call.error or outcome) for call in calls))


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
    settle((call, "success" if call.committed else "rolled_back") for call in inside)


@guarded
def _undo(cnx, since: int = 0) -> None:
    """Settle calls that are being undone, by the error that undoes them."""
    if _KEY not in vars(cnx):
        return
    error = sys.exc_info()[1]
    settle(
        decided(
            (call, call.error or _undone_by(error, call, cnx))
            for call in _take_ended(cnx, since)
        )
    )


def _undone_by(error: BaseException | None, call: Call, cnx) -> str:
    if cnx.closed:
        return "unknown"
    if (call.committed or cnx.autocommit) and _is_idle(cnx):
        return "success"  # it was committed before, and there was nothing since
    if error is None or not call.began_before(error):
        return "rolled_back"
    return outcome_of(error)


def _is_idle(cnx) -> bool:
    return cnx.get_transaction_status() == extensions.TRANSACTION_STATUS_IDLE
