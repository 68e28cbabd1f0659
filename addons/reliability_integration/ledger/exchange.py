"""Exchanges: one thing that is asked of a counterpart, however often it is tried.

::

    from odoo.addons.reliability_integration import exchange

    with exchange(picking, "dhl", "label") as attempt:
        answer = session.post(url, json=parcel, timeout=20)
        attempt.created(answer.json()["tracking"], "tracking")

That is all.  What is asked is on record before the call leaves and stays there whatever
happens: an error, a rollback, a killed worker, a lost database.  Errors pass as they
are.
"""

import contextlib
import threading
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from odoo.models import BaseModel

from odoo.addons.reliability.api import (
    Series,
    Span,
    current_retry_scope,
    guarded,
    is_measured,
)

from .attempt import Attempt, NullAttempt
from .constants import UNSAFE
from .lazy_attempt import LazyAttempt
from .partner_systems import PartnerSystem, partner_systems

_local = threading.local()


@contextlib.contextmanager
def exchange(
    records: BaseModel,
    integration: str,
    operation: str,
    *,
    key: str = "",
    repeatable: str = UNSAFE,
    retry: str = "",
    direction: str = "out",
    deadline: datetime | None = None,
    warehouse: str = "",
    only_if_sent: bool = False,
) -> Iterator[Attempt | NullAttempt | LazyAttempt]:
    """Put on record what is asked of a counterpart in this block.

    Another block for the same record, integration and operation is another try of the
    same exchange until one has succeeded and is committed.  A block inside one of the
    same integration and operation is a part of it.

    :param records: what it is about; an empty recordset where it is about none
    :param integration: code of the counterpart, such as ``dhl``; a new one appears in
        the list of integrations by itself
    :param operation: what is asked, such as ``label``
    :param key: tells exchanges apart instead of the record, such as an order number
    :param repeatable: what asking again does there: ``"safe"``, ``"idempotent"`` or ``"unsafe"``;
        see :mod:`.constants`.  People may only repeat what does not do it twice.
    :param retry: method of the record, without arguments, that asks again
    :param direction: ``"out"``, or ``"in"`` where the counterpart asked us
    :param deadline: until when it must be done, in UTC
    :param warehouse: code of the warehouse that waits for it
    :param only_if_sent: put nothing on record where the block asks nobody over
        HTTP and all is well; for methods that often know the answer
    :return: the attempt, to be told what the counterpart has made
    """
    inside = current()
    if inside is not None and inside.asked == (integration, operation):
        yield inside
        return
    note = {
        "integration": integration,
        "operation": operation,
        "key": key,
        "repeatable": repeatable,
        "retry": retry,
        "direction": direction,
        "deadline": deadline and deadline.isoformat(),
        "warehouse": warehouse,
    }
    if only_if_sent:
        attempt = LazyAttempt(partial(begin, records, note), (integration, operation))
    else:
        attempt = begin(records, note) or NullAttempt()
    with attempting(attempt):
        try:
            yield attempt
        except BaseException as error:
            attempt.end(error)
            raise
        attempt.end(None)


@contextlib.contextmanager
def attempting(attempt: Attempt | NullAttempt | LazyAttempt) -> Iterator[None]:
    """Let calls over the network be told to an attempt during the block."""
    outer = current()
    enter(attempt)
    try:
        yield
    finally:
        enter(outer)


def current() -> Attempt | NullAttempt | LazyAttempt | None:
    """Return the attempt that this thread is inside of."""
    return getattr(_local, "attempt", None)


def enter(attempt: Attempt | NullAttempt | LazyAttempt | None) -> None:
    """Be inside of an attempt from here on, or of none."""
    _local.attempt = attempt


@guarded
def begin(records: BaseModel, note: dict) -> Attempt | None:
    """Begin an attempt on records.

    :return: ``None`` where the database is not measured, or has no ledger
    """
    env = records.env
    if not is_measured(env.registry) or "reliability.exchange" not in env.registry:
        return None
    db = env.registry.db_name
    note = note | _about(records) | {"tries": _tries(records), "user": env.uid}
    note["job"] = env.context.get("job_uuid", "")
    return start(db, env.cr, partner_systems.named(db, note["integration"]), note)


def start(db: str, cr: Any, counterpart: PartnerSystem, note: dict) -> Attempt:
    """Begin an attempt, with or without records and a transaction.

    :param cr: cursor of the transaction that it stands in, if there is one
    """
    labels = counterpart.service or "integration_api", counterpart.code
    labels += counterpart.kind, note["operation"]
    span = Span(Series("integration", db, labels, counterpart.threshold))
    try:
        attempt = Attempt(db, cr, note, span)
    except BaseException:
        span.forget()
        raise
    attempt.keeps_excerpts = counterpart.keeps_excerpts
    return attempt


def _about(records: BaseModel) -> dict:
    """Return what the records tell without a query: the ledger reads the rest."""
    ids = [one for one in records._ids if isinstance(one, int)]
    about = {
        "model": records._name if records else "",
        "table": records._table if records and records._auto else "",
        "ids": ",".join(map(str, sorted(ids))),
        "name_column": _name_column(records),
    }
    for name in ("company_id", "warehouse_id"):
        field = records._fields.get(name)
        about[name] = bool(field and field.store and field.type == "many2one")
    companies = records.env.context.get("allowed_company_ids") or [None]
    return about | {"company": companies[0]}


def _name_column(records: BaseModel) -> str:
    field = records._fields.get(records._rec_name or "")
    is_text = field is not None and field.store and field.type == "char"
    return field.name if is_text and not field.translate else ""


def _tries(records: BaseModel) -> str:
    """Return what the tries of a request or of a job have in common."""
    if job := records.env.context.get("job_uuid"):
        return f"job {job}"
    tries = current_retry_scope()
    return tries.name if tries else ""
