"""The steps of a document, each of which is an exchange with whom it is for or from.

OCA's framework catches most errors and writes a state instead.  So the step is told by
two methods of the backend: the outer one, after which the state is decided, and the
inner one, out of which the error comes as it is.
"""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

from odoo.models import BaseModel

from odoo.addons.reliability.api import guarded, is_measured
from odoo.addons.reliability_integration import IDEMPOTENT, SAFE, UNSAFE, exchange
from odoo.addons.reliability_integration.ledger.lazy_attempt import LazyAttempt
from odoo.addons.reliability_integration.ledger.ledger import ledger

GENERATE, SEND, RECEIVE, PROCESS = "generate", "send", "receive", "process"
VALIDATE, ACKNOWLEDGE = "validate", "acknowledge"

FAILED, NOT_DONE = "failed", "not_done"
"""What the model says of a step that returned, where it is not done."""

_NOBODY = "edi"
"""The counterpart of whom nothing is known."""


class Step(NamedTuple):
    """What one step does.

    :ivar repeatable: what doing it again does
    :ivar retry: method of the record that does it again
    :ivar ill: states after it which say that it failed
    """

    repeatable: str
    retry: str = ""
    ill: tuple[str, ...] = ()


STEPS = {
    # A document that is not valid has been generated: the step below says the rest.
    GENERATE: Step(IDEMPOTENT, "_reliability_generate_again"),
    VALIDATE: Step(SAFE),
    SEND: Step(
        UNSAFE,
        "_reliability_send_again",
        ("output_error_on_send", "output_sent_and_error"),
    ),
    RECEIVE: Step(
        IDEMPOTENT,
        "_reliability_receive_again",
        ("input_receive_error", "validate_error"),
    ),
    PROCESS: Step(IDEMPOTENT, "_reliability_process_again", ("input_processed_error",)),
}

_local = threading.local()


class Running:
    """A step that is being done.

    :ivar has_begun: whether there was something to do
    :ivar error: what came out of the inner method
    """

    def __init__(self, name: str, record: BaseModel, attempt: LazyAttempt):
        self.name = name
        self.record = record
        self.attempt = attempt
        self.has_begun = False
        self.error: Exception | None = None


@contextlib.contextmanager
def step(record: BaseModel, name: str) -> Iterator[None]:
    """Put a step of a document on record, if there is something to do.

    :param record: of ``edi.exchange.record``
    :param name: of :data:`STEPS`
    """
    does = STEPS[name]
    whom, operation, direction = _about(record, name) or (_NOBODY, name, "out")
    with exchange(
        record,
        whom,
        operation,
        repeatable=does.repeatable,
        retry=does.retry,
        direction=direction,
        only_if_sent=True,
    ) as attempt:
        running, outer = Running(name, record, attempt), _running()
        _local.running = running
        _local.verdict = FAILED
        try:
            yield
        except Exception:
            if running.error is not None:
                attempt.caught(running.error)
            raise
        finally:
            _local.running = outer
        _judge(running)


@contextlib.contextmanager
def begun(record: BaseModel, name: str) -> Iterator[None]:
    """Begin the step that this thread is in: here it is done, and here errors show."""
    running = _running()
    if running is None or (running.name, running.record) != (name, record):
        yield
        return
    _begin(running)
    try:
        yield
    except Exception as error:
        running.error = error
        raise
    if name == SEND:
        _tell_what_was_sent(running)


def last_verdict() -> str:
    """Return what became of the last step of this thread; empty where it is done."""
    return getattr(_local, "verdict", "")


def _running() -> Running | None:
    return getattr(_local, "running", None)


@guarded
def _begin(running: Running) -> None:
    running.has_begun = True
    if isinstance(running.attempt, LazyAttempt):
        running.attempt.leaves()


@guarded
def _tell_what_was_sent(running: Running) -> None:
    """Tell what the partner has now, whatever becomes of our transaction."""
    of = running.record
    number = of.external_identifier or of.exchange_filename or of.identifier
    running.attempt.created(number, "document")


@guarded
def _judge(running: Running) -> None:
    """Let the state that the framework has written say how the step ended."""
    if not running.has_begun:
        _local.verdict = NOT_DONE
        return
    record = running.record
    if record.edi_exchange_state not in STEPS[running.name].ill:
        _local.verdict = ""
        return
    _local.verdict = FAILED
    if running.error is not None:
        running.attempt.caught(running.error)
    running.attempt.fail(record.exchange_error or "")


@guarded
def _about(record: BaseModel, name: str) -> tuple[str, str, str] | None:
    """Return whom a step asks, what, and in which direction."""
    record.ensure_one()
    is_acknowledgement = name in (SEND, PROCESS) and _acknowledges(record)
    operation = ACKNOWLEDGE if is_acknowledgement else name
    direction = "in" if record.direction == "input" else "out"
    return _counterpart(record), operation, direction


def _acknowledges(record: BaseModel) -> bool:
    """Say whether a document acknowledges another one, which it belongs to."""
    parent = record.parent_id.sudo()
    return bool(parent) and parent.type_id.ack_type_id == record.type_id


def _counterpart(record: BaseModel) -> str:
    """Return the code of whom a document is exchanged with, as it is committed."""
    env: Any = record.env
    if not ledger.is_real or not is_measured(env.registry):
        return _NOBODY
    rows = ledger.ask(
        env.registry.db_name,
        "SELECT reliability_edi_system(%s, %s, %s)",
        record.id or None,
        record.type_id.id,
        record.backend_id.id,
    )
    return rows[0][0] if rows and rows[0][0] else _NOBODY
