"""Exchanges: one request to a partner system, with all its attempts.

::

    from odoo.addons.reliability_integration import exchange

    with exchange(picking, "dhl", "label") as attempt:
        answer = session.post(url, json=parcel, timeout=20)
        attempt.created(answer.json()["tracking"], "tracking")

The attempt is recorded before the call leaves, and stays recorded whatever happens: an
error, a rollback, a killed worker, a lost database.  Errors are raised unchanged.
"""

import contextlib
import hashlib
import hmac
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
    is_unmeasured,
    masked_name,
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
    """Record the call of a partner system in this block as an attempt of an exchange.

    Another block for the same record, integration and operation is another attempt of
    the same exchange until one has succeeded and is committed.  A block inside a block
    of the same integration and operation is part of the outer one.  What is not
    measured is not recorded, see ``unmeasured`` of the core.

    :param records: the document; an empty recordset if there is none
    :param integration: code of the partner system, such as ``dhl``; a new one is added
        to the list of systems automatically
    :param operation: what the partner system does, such as ``label``
    :param key: identifies the exchange instead of the record, such as an order number
    :param repeatable: what repeating the call does there: ``"safe"``, ``"idempotent"``
        or ``"unsafe"``; see :mod:`.constants`.  Users may only retry what is not done
        twice.
    :param retry: method of the record, without arguments, that repeats the call
    :param direction: ``"out"``; ``"in"`` where the partner system calls Odoo
    :param deadline: when it must be done, in UTC
    :param warehouse: code of the warehouse that waits for it
    :param only_if_sent: record nothing where the block makes no call over HTTP and
        raises no error; for methods that often have the answer already
    :return: the attempt, which takes reports of what the partner system has created
    """
    if is_unmeasured():
        yield NullAttempt()
        return
    outer = current_attempt()
    if outer is not None and outer.target == (integration, operation):
        yield outer
        return
    message = {
        "integration": integration,
        "operation": operation,
        "key": key,
        "repeatable": repeatable,
        "retry_method": retry,
        "direction": direction,
        "deadline": deadline and deadline.isoformat(),
        "warehouse": warehouse,
    }
    if only_if_sent:
        begin = partial(begin_attempt, records, message)
        attempt = LazyAttempt(begin, (integration, operation))
    else:
        attempt = begin_attempt(records, message) or NullAttempt()
    with _as_current(attempt):
        try:
            yield attempt
        except BaseException as error:
            attempt.end(error)
            raise
        attempt.end(None)


@contextlib.contextmanager
def _as_current(attempt: Attempt | NullAttempt | LazyAttempt) -> Iterator[None]:
    """Make an attempt the current one of this thread during the block."""
    outer = current_attempt()
    set_current_attempt(attempt)
    try:
        yield
    finally:
        set_current_attempt(outer)


def current_attempt() -> Attempt | NullAttempt | LazyAttempt | None:
    """Return the current attempt of this thread, to which calls over HTTP are added."""
    return getattr(_local, "attempt", None)


def set_current_attempt(attempt: Attempt | NullAttempt | LazyAttempt | None) -> None:
    """Set the current attempt of this thread; ``None`` for none."""
    _local.attempt = attempt


@guarded
def begin_attempt(records: BaseModel, message: dict) -> Attempt | None:
    """Create and record an attempt for records.

    :return: ``None`` where the database is not measured, or has no ledger
    """
    env = records.env
    if not is_measured(env.registry) or "reliability.exchange" not in env.registry:
        return None
    db = env.registry.db_name
    message = message | _describe(records)
    if message.get("key"):
        message["key"] = _shown_key(env, message["key"])
    message |= {"retry_scope": _retry_scope(records), "user": env.uid}
    message["job"] = env.context.get("job_uuid", "")
    system = partner_systems.by_code(db, message["integration"])
    return start_attempt(db, env.cr, system, message)


def start_attempt(db: str, cr: Any, system: PartnerSystem, message: dict) -> Attempt:
    """Create and record an attempt, with or without records and a transaction.

    :param cr: cursor of the business transaction; ``None`` without one
    """
    labels = system.service or "integration_api", system.code
    labels += system.kind, message["operation"]
    span = Span(Series("integration", db, labels, system.threshold))
    try:
        attempt = Attempt(db, cr, message, span)
    except BaseException:
        span.forget()
        raise
    attempt.stores_excerpts = system.stores_excerpts
    return attempt


def _shown_key(env: Any, key: str) -> str:
    """Return a key without secrets, which still tells one exchange from others."""
    shown = masked_name(key)
    if shown == key:
        return key
    secret = env["ir.config_parameter"].sudo().get_param("database.secret") or ""
    digest = hmac.new(secret.encode(), key.encode("utf-8", "replace"), hashlib.sha256)
    return f"{shown} {digest.hexdigest()[:16]}"


def _describe(records: BaseModel) -> dict:
    """Return what is known of records without a query; the ledger reads the rest."""
    ids = [id_ for id_ in records._ids if isinstance(id_, int)]
    description = {
        "model": records._name if records else "",
        "table": records._table if records and records._auto else "",
        "ids": ",".join(map(str, sorted(ids))),
        "name_column": _name_column(records),
    }
    for name in ("company_id", "warehouse_id"):
        field = records._fields.get(name)
        is_column = bool(field and field.store and field.type == "many2one")
        description[f"has_{name}"] = is_column
    companies = records.env.context.get("allowed_company_ids") or [None]
    return description | {"company": companies[0]}


def _name_column(records: BaseModel) -> str:
    field = records._fields.get(records._rec_name or "")
    is_text = field is not None and field.store and field.type == "char"
    return field.name if is_text and not field.translate else ""


def _retry_scope(records: BaseModel) -> str:
    """Return what all attempts of the current request or job have in common."""
    if job := records.env.context.get("job_uuid"):
        return f"job {job}"
    scope = current_retry_scope()
    return scope.name if scope else ""
