"""Details of calls: which error they ended with, on which records.

Only calls that failed, were rejected, or were slow on several records pay for it.
"""

import contextlib
import functools
from collections.abc import Iterable

from ..telemetry.detail import MAX_CLASS, MAX_MESSAGE, MAX_RECORDS, Detail
from ..telemetry.masking import masked
from ..telemetry.slots.recorder import Ticket
from .guard import guarded
from .recording import recorder


@guarded  # the event of the call must be recorded nevertheless
def explain(
    ticket: Ticket | None, error: BaseException | None = None, ids: Iterable = ()
) -> None:
    """Record the detail of a call that has no event yet.

    Calls beyond the in-flight table have none: they share events with others.

    :param ids: of its records; those of new records are left out
    """
    if ticket is None or ticket.entry is None:
        return
    stored = tuple(record_id for record_id in ids if isinstance(record_id, int))
    detail = Detail(record_ids=stored if len(stored) <= MAX_RECORDS else ())
    if error is not None:
        name = type(error).__name__[:MAX_CLASS]
        text = ""
        with contextlib.suppress(Exception):  # ``__str__`` of other code
            text = str(error)
        detail = Detail(name, _masked(text), detail.record_ids)
    if any(detail):
        recorder().explain(ticket, detail)


@functools.lru_cache(maxsize=16)  # one error may roll back a thousand calls
def _masked(text: str) -> str:
    return masked(text, MAX_MESSAGE)
