"""Instrumentation of the methods by which delivery providers call carriers.

Odoo calls a provider's methods by the carrier's type and the action, such as
``acme_send_shipping``.  Each call becomes an exchange with the partner system whose
code is made from the type.  No provider is named here.
"""

import functools
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from odoo.models import BaseModel

from odoo.addons.reliability.api import (
    guarded,
    is_metric_code,
    is_unmeasured,
    transaction_cache,
)
from odoo.addons.reliability_integration import (
    IDEMPOTENT,
    SAFE,
    UNSAFE,
    exchange,
    register_repeatable,
)

from .warehouses import warehouse_code

LABEL, CANCELLATION, TRACKING = "label", "cancellation", "tracking"
LOOK_UP, LABEL_COPY = "look_up", "label_copy"
"""Operations of this addon itself, on parcels that exist already."""

_NOT_IN_CODES = re.compile(r"[^a-z0-9]+")
_REQUEST_LABEL = "_reliability_request_label"
_LABELLED = "reliability_delivery.labelled"
register_repeatable("stock.picking", _REQUEST_LABEL)


class ProviderMethod(NamedTuple):
    """What one method of a provider requests from the carrier.

    :ivar operation: its name on screens and in metrics
    :ivar repeatable: what a repeated request does at the carrier
    :ivar retry: method of ``stock.picking`` that repeats the request
    """

    operation: str
    repeatable: str
    retry: str = ""


PROVIDER_METHODS = {
    "rate_shipment": ProviderMethod("rate", SAFE),
    "send_shipping": ProviderMethod(LABEL, UNSAFE, _REQUEST_LABEL),
    "get_return_label": ProviderMethod("return_label", UNSAFE),
    "get_tracking_link": ProviderMethod("tracking_link", SAFE),
    "tracking_state_update": ProviderMethod("tracking", SAFE),
    "cancel_shipment": ProviderMethod(CANCELLATION, IDEMPOTENT),
}
"""Suffix of a method's name, after the carrier's type → what the method requests."""


def system_code(delivery_type: str) -> str:
    """Return the code of the partner system that carriers of a type call."""
    code = _NOT_IN_CODES.sub("_", delivery_type.lower()).strip("_")[:50]
    return code if is_metric_code(code) else f"carrier_{code}".strip("_")


def instrumented(
    delivery_type: str,
    provider_method: ProviderMethod,
    method: Callable,
    behind: tuple[type, str] | None = None,
) -> Callable:
    """Return ``method`` with an exchange around each call.

    Result, exception and signature stay the same.

    :param behind: a class and a name: the method that the class inherits under this
        name is called instead of ``method``, looked up at each call, since tests and
        other addons may replace it
    """
    code = system_code(delivery_type)
    owner, name = behind or (None, "")

    @functools.wraps(method)
    def recorded(self, *args, **kwargs):
        inner = (
            getattr(super(owner, self), name)
            if owner
            else functools.partial(method, self)
        )
        records = _records(self, args, kwargs)
        if is_unmeasured():  # the ledger knows no parcels of it, either
            return inner(*args, **kwargs)
        # Before the attempt is recorded: a question to a person is none.
        recovered = _recovered_label(self, provider_method, records)
        numbers_before = _tracking_numbers(records)
        with exchange(
            records,
            code,
            provider_method.operation,
            repeatable=provider_method.repeatable,
            retry=provider_method.retry,
            warehouse=warehouse_code(records) or "",
            only_if_sent=provider_method.repeatable == SAFE,
        ) as attempt:
            try:
                result = inner(*args, **kwargs) if recovered is None else recovered
            except Exception:
                _record_new_numbers(attempt, records, numbers_before)
                raise
            _record_result(attempt, provider_method, result)
        if provider_method.operation == LABEL:
            labelled_in(records.env.cr).update(records.ids)
        return result

    return recorded


def labelled_in(cr: Any) -> set[int]:
    """Return the ids of the transfers that got a label in the current transaction."""
    return transaction_cache(cr).setdefault(_LABELLED, set())


def _recovered_label(
    carrier: Any, provider_method: ProviderMethod, records: BaseModel
) -> list | None:
    """Return the result of an earlier label request whose answer was lost.

    :raise UserError: a person must find out what became of it first
    """
    is_label = provider_method.operation == LABEL
    if not is_label or records._name != "stock.picking" or len(records) != 1:
        return None
    return records._reliability_recover_label(carrier)


def _records(carrier: Any, args: tuple, kwargs: dict) -> BaseModel:
    """Return the transfers or the order that a provider's method is called with."""
    values = (*args, *kwargs.values())
    return next((value for value in values if isinstance(value, BaseModel)), carrier)


@guarded
def _tracking_numbers(records: BaseModel) -> dict[int, str]:
    """Return id → tracking number of transfers, from the cache, without a query."""
    field = records._fields.get("carrier_tracking_ref")
    if field is None:
        return {}
    cache = field._get_cache(records.env)
    return {record_id: cache.get(record_id) or "" for record_id in records._ids}


@guarded
def _record_new_numbers(attempt: Any, records: BaseModel, numbers_before: dict) -> None:
    """Record parcels whose numbers a provider wrote before it failed, for example
    because it could not fetch the label.
    """
    for record_id, number in (_tracking_numbers(records) or {}).items():
        if number and number != (numbers_before or {}).get(record_id):
            attempt.created(number, TRACKING)


@guarded
def _record_result(attempt: Any, provider_method: ProviderMethod, result: Any) -> None:
    """Record the refusal or the parcels that a provider's method returned."""
    if isinstance(result, dict) and result.get("success") is False:
        attempt.fail(str(result.get("error_message") or ""))
    if provider_method.repeatable == UNSAFE and isinstance(result, list | tuple):
        for parcel in result:
            if isinstance(parcel, dict):
                attempt.created(parcel.get("tracking_number") or "", TRACKING)
