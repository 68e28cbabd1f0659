"""What is asked of carriers, whoever they are.

Every provider implements methods that are called by its type and by what they do, such
as ``acme_send_shipping``.  Each call of one is an exchange with the counterpart that is
called like the type.
"""

import functools
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from odoo.models import BaseModel

from odoo.addons.reliability.api import guarded, is_metric_code
from odoo.addons.reliability_integration import IDEMPOTENT, SAFE, UNSAFE, exchange

from .warehouses import warehouse_of

LABEL, CANCELLATION, TRACKING = "label", "cancellation", "tracking"
LOOK_UP, LABEL_COPY = "look_up", "label_copy"
"""What only we ask, about parcels that are there already."""

_NO_CODE = re.compile(r"[^a-z0-9]+")


class Asked(NamedTuple):
    """What one method asks a carrier.

    :ivar operation: what people and metrics call it
    :ivar repeatable: what asking again does there
    :ivar retry: the method of a transfer that asks again
    """

    operation: str
    repeatable: str
    retry: str = ""


ASKED = {
    "rate_shipment": Asked("rate", SAFE),
    "send_shipping": Asked(LABEL, UNSAFE, "_reliability_ask_label"),
    "get_return_label": Asked("return_label", UNSAFE),
    "get_tracking_link": Asked("tracking_link", SAFE),
    "tracking_state_update": Asked("tracking", SAFE),
    "cancel_shipment": Asked(CANCELLATION, IDEMPOTENT),
}
"""The end of a provider's method → what it asks."""


def code_of(delivery_type: str) -> str:
    """Return the code of the counterpart that a type of carrier asks."""
    code = _NO_CODE.sub("_", delivery_type.lower()).strip("_")[:50]
    return code if is_metric_code(code) else f"carrier_{code}".strip("_")


def asking(
    delivery_type: str,
    asked: Asked,
    method: Callable,
    behind: tuple[type, str] | None = None,
) -> Callable:
    """Return a method of a provider as an exchange with its counterpart.

    :param behind: as of ``reliability.measure``
    """
    code = code_of(delivery_type)
    owner, name = behind or (None, "")

    @functools.wraps(method)
    def ask(self, *args, **kwargs):
        inner = (
            getattr(super(owner, self), name)
            if owner
            else functools.partial(method, self)
        )
        about = _about(self, args, kwargs)
        before = _tracking(about)
        with exchange(
            about,
            code,
            asked.operation,
            repeatable=asked.repeatable,
            retry=asked.retry,
            warehouse=warehouse_of(about) or "",
            only_if_sent=asked.repeatable == SAFE,
        ) as attempt:
            try:
                answer = _known_answer(self, asked, about)
                if answer is None:
                    answer = inner(*args, **kwargs)
            except Exception:
                _tell_what_the_transfer_got(attempt, about, before)
                raise
            _tell_what_was_answered(attempt, asked, answer)
        return answer

    return ask


def _known_answer(carrier: Any, asked: Asked, about: BaseModel) -> list | None:
    """Return what a label's answer is where one was made already, and got lost."""
    if asked.operation != LABEL or about._name != "stock.picking" or len(about) != 1:
        return None
    return about._reliability_lost_label(carrier)


def _about(carrier: Any, args: tuple, kwargs: dict) -> BaseModel:
    """Return the transfers or the order that a method is called for."""
    given = (*args, *kwargs.values())
    return next((one for one in given if isinstance(one, BaseModel)), carrier)


@guarded
def _tracking(about: BaseModel) -> dict[int, str]:
    """Return the tracking numbers that transfers have, as far as it costs nothing."""
    field = about._fields.get("carrier_tracking_ref")
    if field is None:
        return {}
    cache = field._get_cache(about.env)
    return {one: cache.get(one) or "" for one in about._ids}


@guarded
def _tell_what_the_transfer_got(attempt: Any, about: BaseModel, before: dict) -> None:
    """Tell of parcels whose numbers a provider wrote down before it stumbled, as over
    a label that it could not fetch.
    """
    for one, number in (_tracking(about) or {}).items():
        if number and number != (before or {}).get(one):
            attempt.created(number, TRACKING)


@guarded
def _tell_what_was_answered(attempt: Any, asked: Asked, answer: Any) -> None:
    if isinstance(answer, dict) and answer.get("success") is False:
        attempt.fail(str(answer.get("error_message") or ""))
    if asked.repeatable == UNSAFE and isinstance(answer, list | tuple):
        for parcel in answer:
            if isinstance(parcel, dict):
                attempt.created(parcel.get("tracking_number") or "", TRACKING)
