"""Details: the error of a call, and its records where there are several.

An event has no room for them.  A call that failed, was rejected, or was slow on several
records writes its detail into the ring, before its event (:mod:`.slots.file`).
"""

import json
from typing import NamedTuple

from .storable import storable

MAX_RECORDS = 500
"""The detail of a call on more records names none of them."""

MAX_CLASS, MAX_MESSAGE = 100, 300
"""In characters."""

_LAST_ID = 2**31 - 1


class Detail(NamedTuple):
    """What is known of a call besides its event.

    :ivar error_class: name of the class of the error that decided the outcome
    :ivar error_message: its text, masked and shortened
    :ivar record_ids: the ids of the records, if there were several
    """

    error_class: str = ""
    error_message: str = ""
    record_ids: tuple[int, ...] = ()

    def dumps(self) -> bytes:
        """Return it as bytes; :meth:`loads` takes them."""
        text = json.dumps(self, ensure_ascii=False, separators=(",", ":"))
        return text.encode(errors="replace")

    @classmethod
    def loads(cls, content: bytes) -> "Detail":
        """Return the detail from its bytes; an empty one if they are damaged."""
        try:
            name, message, ids = json.loads(content)
            return cls(
                storable(name)[:MAX_CLASS],
                storable(message)[:MAX_MESSAGE],
                tuple(int(one) for one in ids[:MAX_RECORDS] if 0 < one <= _LAST_ID),
            )
        except (TypeError, ValueError, AttributeError, RecursionError):
            return cls()


NO_DETAIL = Detail()
