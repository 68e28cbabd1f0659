"""Step tracing: each step of a document is an exchange with a partner system.

OCA's framework catches most errors and writes a state instead.  Therefore two methods
of the backend are traced: the outer one, after which the state is known (:func:`step`),
and the inner one, which raises the original error (:func:`current_step`).
"""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

from odoo.models import BaseModel

from odoo.addons.reliability.api import guarded, is_measured, is_unmeasured
from odoo.addons.reliability_integration import (
    IDEMPOTENT,
    SAFE,
    UNSAFE,
    exchange,
    register_repeatable,
)
from odoo.addons.reliability_integration.ledger.lazy_attempt import LazyAttempt
from odoo.addons.reliability_integration.ledger.ledger import ledger

GENERATE, SEND, RECEIVE, PROCESS = "generate", "send", "receive", "process"
VALIDATE, ACKNOWLEDGE = "validate", "acknowledge"

FAILED, NOT_DONE = "failed", "not_done"
"""Outcomes of a step that returned without success."""

_UNKNOWN_SYSTEM = "edi"
"""Code of the partner system where neither partner nor backend is known."""


class Step(NamedTuple):
    """Definition of a step.

    :ivar repeatable: the effect of a second attempt: safe, idempotent or unsafe
    :ivar retry: method of the record that repeats the step
    :ivar error_states: states of the record that mean that the step failed
    """

    repeatable: str
    retry: str = ""
    error_states: tuple[str, ...] = ()


STEPS = {
    # An invalid document is generated all the same: its validation is what fails.
    GENERATE: Step(IDEMPOTENT, "_reliability_retry_generate"),
    VALIDATE: Step(SAFE),
    SEND: Step(
        UNSAFE,
        "_reliability_retry_send",
        ("output_error_on_send", "output_sent_and_error"),
    ),
    RECEIVE: Step(
        IDEMPOTENT,
        "_reliability_retry_receive",
        ("input_receive_error", "validate_error"),
    ),
    PROCESS: Step(IDEMPOTENT, "_reliability_retry_process", ("input_processed_error",)),
}
register_repeatable(
    "edi.exchange.record", *(step.retry for step in STEPS.values() if step.retry)
)

_local = threading.local()


class ActiveStep:
    """A step in progress.

    :ivar has_started: whether the inner method was called; it is not where nothing is
        to do
    :ivar error: the exception of the inner method
    """

    def __init__(self, name: str, record: BaseModel, attempt: LazyAttempt):
        self.name = name
        self.record = record
        self.attempt = attempt
        self.has_started = False
        self.error: Exception | None = None


@contextlib.contextmanager
def step(record: BaseModel, name: str) -> Iterator[None]:
    """Record the outer method of a step as an exchange, unless nothing was to do.

    :param record: of ``edi.exchange.record``
    :param name: a key of :data:`STEPS`
    """
    definition = STEPS[name]
    system, operation, direction = _exchange_target(record, name) or (
        _UNKNOWN_SYSTEM,
        name,
        "out",
    )
    with exchange(
        record,
        system,
        operation,
        repeatable=definition.repeatable,
        retry=definition.retry,
        direction=direction,
        only_if_sent=True,
    ) as attempt:
        active, outer = ActiveStep(name, record, attempt), _active_step()
        _local.active = active
        _local.outcome = FAILED
        try:
            yield
        except Exception:
            if active.error is not None:
                attempt.record_error(active.error)
            raise
        finally:
            _local.active = outer
        _classify(active)


@contextlib.contextmanager
def current_step(record: BaseModel, name: str) -> Iterator[None]:
    """Trace the inner method of the step in progress, which raises the original error.

    Without a step in progress in this thread, nothing is traced.
    """
    active = _active_step()
    if active is None or (active.name, active.record) != (name, record):
        yield
        return
    _begin(active)
    try:
        yield
    except Exception as error:
        active.error = error
        raise
    if name == SEND:
        _record_sent_content(active)


def last_outcome() -> str:
    """Return the outcome of this thread's last step; empty where it succeeded."""
    return getattr(_local, "outcome", "")


def _active_step() -> ActiveStep | None:
    return getattr(_local, "active", None)


@guarded
def _begin(active: ActiveStep) -> None:
    active.has_started = True
    if isinstance(active.attempt, LazyAttempt):
        active.attempt.materialize()


@guarded
def _record_sent_content(active: ActiveStep) -> None:
    """Record the sent document as a reference: it stays there if Odoo rolls back."""
    record = active.record
    number = record.external_identifier or record.exchange_filename or record.identifier
    active.attempt.created(number, "document")


@guarded
def _classify(active: ActiveStep) -> None:
    """Derive the outcome of a step from the state that the framework has written."""
    if not active.has_started:
        _local.outcome = NOT_DONE
        return
    record = active.record
    if record.edi_exchange_state not in STEPS[active.name].error_states:
        _local.outcome = ""
        return
    _local.outcome = FAILED
    if active.error is not None:
        active.attempt.record_error(active.error)
    active.attempt.fail(record.exchange_error or "")


@guarded
def _exchange_target(record: BaseModel, name: str) -> tuple[str, str, str] | None:
    """Return partner system, operation and direction of the exchange for a step."""
    record.ensure_one()
    is_acknowledgement = name in (SEND, PROCESS) and _acknowledges(record)
    operation = ACKNOWLEDGE if is_acknowledgement else name
    direction = "in" if record.direction == "input" else "out"
    return _system_code(record), operation, direction


def _acknowledges(record: BaseModel) -> bool:
    """Return whether a document acknowledges its parent document."""
    parent = record.parent_id.sudo()
    return bool(parent) and parent.type_id.ack_type_id == record.type_id


def _system_code(record: BaseModel) -> str:
    """Return the code of a document's partner system, from committed data only."""
    env: Any = record.env
    if is_unmeasured() or not ledger.is_real or not is_measured(env.registry):
        return _UNKNOWN_SYSTEM
    rows = ledger.try_query(
        env.registry.db_name,
        "SELECT public.reliability_edi_system(%s::integer, %s::integer, %s::integer)",
        record.id or None,
        record.type_id.id,
        record.backend_id.id,
    )
    return rows[0][0] if rows and rows[0][0] else _UNKNOWN_SYSTEM
