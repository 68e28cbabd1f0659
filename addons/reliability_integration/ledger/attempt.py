"""One attempt: from before the call until its transaction has ended."""

import os
import socket
import threading
import time
import uuid
from collections import Counter
from typing import Any

from odoo.addons.reliability.api import (
    Span,
    TransactionListener,
    guarded,
    listen,
    masked,
    masked_name,
    recorder,
)

from .classification import Call, classify_attempt
from .constants import (
    COMMITTED,
    FAILED,
    LOST,
    REJECTED,
    ROLLED_BACK,
    SUCCEEDED,
    UNKNOWN,
    UNSAFE,
)
from .ledger import ledger
from .transaction import transaction_of

_TRANSACTION_STATES = {"success": COMMITTED, "unknown": LOST}
_SPAN_OUTCOMES = {
    SUCCEEDED: "success",
    FAILED: "failed",
    UNKNOWN: "unknown",
    REJECTED: "rejected",
}
_MAX_CALLS, _MAX_REFERENCES = 1000, 1000
_MAX_EXCERPT = 2000

_undecided: Counter[tuple] = Counter()
"""Identity → successful attempts in transactions that have not ended.  The next attempt
with the same identity is another exchange, not a retry."""


class Attempt(TransactionListener):
    """Collects what is known of one attempt, and records it.

    :param db: the database whose ledger records it
    :param cr: cursor of the business transaction; ``None`` without one
    :param message: what is known before the call, see ``data/ledger.sql``
    :param span: measures the attempt
    :ivar target: integration and operation
    """

    def __init__(self, db: str, cr: Any, message: dict, span: Span | None):
        self.target = message["integration"], message["operation"]
        self.stores_excerpts = False
        self._db = db
        self._cr = cr
        self._span = span
        self._calls: list[Call] = []
        self._references: dict[str, dict] = {}
        self._failure = ""
        self._recorded_error: BaseException | None = None
        self._excerpts: dict[str, str] = {}
        self._transaction = transaction_of(cr)
        self._identity = (
            threading.get_ident(),
            db,
            *self.target,
            *_identity(message),
        )
        self._message = message | {
            "uid": uuid.uuid4().hex,
            "ordinal": _undecided[self._identity],
            "started": time.time(),
            "transaction_id": self._transaction and self._transaction.id,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "worker": recorder().lease,
        }
        self._started = time.perf_counter()
        self._is_recorded = ledger.record(db, self._message)
        if identity := ledger.identity(db):
            self._message["database_identity"] = identity

    def created(self, name: str, kind: str = "") -> None:
        """Report what the partner system has created: a tracking or document number.

        Report it as soon as it is known, so that it is recorded whatever happens next.

        :param kind: what it is, such as ``tracking``
        """
        if name and len(self._references) < _MAX_REFERENCES:
            shown = masked_name(name)
            self._references[shown] = {"name": shown, "kind": kind}

    def fail(self, message: str = "") -> None:
        """Report that the partner system did not do it, without an error."""
        self._failure = message or self._failure or "The partner system did not do it."

    def record_error(self, error: BaseException) -> None:
        """Report the original error, where the block raises another one or only calls
        :meth:`fail`: the outcome is classified by the original.
        """
        self._recorded_error = error

    @property
    def has_answer(self) -> bool:
        """Whether there were calls over HTTP, and each was answered well."""
        return bool(self._calls) and all(
            call.outcome == SUCCEEDED for call in self._calls
        )

    def add_call(self, call: Call) -> None:
        """Add an observed call over the network."""
        if len(self._calls) < _MAX_CALLS:
            self._calls.append(call)

    def add_excerpt(self, request: str, answer: str) -> None:
        """Add parts of a request and its answer, masked, if they are stored."""
        if self.stores_excerpts:
            self._excerpts = {
                "request": masked(request, _MAX_EXCERPT),
                "answer": masked(answer, _MAX_EXCERPT),
            }

    @guarded
    def end(self, error: BaseException | None) -> None:
        """Classify and record the outcome, and listen for the end of the transaction.

        :param error: the error that ended the block, if any
        """
        if self._recorded_error and (error or self._failure):
            error = self._recorded_error
        is_unsafe = self._message["repeatable"] == UNSAFE
        outcome = classify_attempt(
            error, self._calls, bool(self._references), is_unsafe
        )
        if self._failure and outcome in (SUCCEEDED, REJECTED):
            outcome = FAILED
        self._close(outcome, error)

    @guarded
    def end_as(self, outcome: str, error: BaseException | None = None) -> None:
        """Like :meth:`end`, with a known outcome."""
        self._close(outcome, error)

    def _close(self, outcome: str, error: BaseException | None) -> None:
        last = self._calls[-1] if self._calls else None
        self._transaction = transaction_of(self._cr)
        self._message |= {
            "seconds": time.perf_counter() - self._started,
            "outcome": outcome,
            "status": last.status if last else 0,
            "calls": len(self._calls),
            "external_seconds": sum(call.seconds for call in self._calls),
            "error_class": type(error).__name__ if error else "",
            "error_message": masked(error or self._failure),
            "references": list(self._references.values()),
            "transaction_id": self._transaction
            and self._transaction.id
            or self._message["transaction_id"],
            **self._excerpts,
        }
        if self._span is not None:
            self._span.end(_SPAN_OUTCOMES[outcome])
        if outcome == SUCCEEDED:
            _undecided[self._identity] += 1
        if self._cr is None:
            self._decide(COMMITTED)  # there is no transaction to roll back
        else:
            listen(self._cr, self)
            self._record()

    def on_end(self, outcome: str) -> None:
        """Record how the transaction, or the attempt's savepoint, has ended."""
        self._message["retried"] = outcome == "retried"
        self._decide(_TRANSACTION_STATES.get(outcome, ROLLED_BACK))

    def _decide(self, transaction_state: str) -> None:
        self._message["transaction_state"] = transaction_state
        if self._message["outcome"] == SUCCEEDED:
            _undecided[self._identity] -= 1
            if _undecided[self._identity] <= 0:
                del _undecided[self._identity]
        self._record()

    def _record(self) -> None:
        self._is_recorded = ledger.record(
            self._db, self._message, self._may_be_asynchronous()
        )

    def _may_be_asynchronous(self) -> bool:
        """Return whether the message need not wait for the disk.

        The message of a success need not while the transaction may be committed: that
        COMMIT waits, and PostgreSQL writes its log in order.  If the transaction is
        rolled back, the message that says so waits.  For other outcomes the message
        with the transaction state need not wait: PostgreSQL can be queried again for
        it.
        """
        transaction = self._transaction
        if not (self._is_recorded and transaction and transaction.has_written):
            return False
        transaction_state = self._message.get("transaction_state")
        if self._message["outcome"] == SUCCEEDED:
            return transaction_state in (None, COMMITTED)
        return transaction_state is not None


class NullAttempt:
    """Replaces an attempt that could not be recorded; ignores all reports."""

    target = None
    has_answer = None
    """Unknown: no call was observed."""

    def created(self, name: str, kind: str = "") -> None:
        """Like :meth:`Attempt.created`."""

    def fail(self, message: str = "") -> None:
        """Like :meth:`Attempt.fail`."""

    def record_error(self, error: BaseException) -> None:
        """Like :meth:`Attempt.record_error`."""

    def end(self, error: BaseException | None) -> None:
        """Like :meth:`Attempt.end`."""


def _identity(message: dict) -> tuple:
    return tuple(
        message.get(name)
        for name in ("direction", "key", "model", "ids", "retry_scope")
    )
