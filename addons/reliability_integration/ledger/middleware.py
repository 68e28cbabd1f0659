"""Operations of kind integration: exchanges for those who cannot touch code.

An administrator says of a measured method which counterpart it asks; each call of it is
an exchange then.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from odoo import api

from odoo.addons.reliability.api import guarded

from .constants import REJECTED
from .exchange import begin, current, enter

_QUERY = """
    SELECT integration.code, operation.code, operation.repeatable,
           operation.repeatable_method
      FROM reliability_operation AS operation
      JOIN reliability_integration AS integration
        ON integration.id = operation.integration_id
     WHERE operation.id = %s AND integration.active
"""


class CallMiddleware:
    """The exchange around one call of a measured method."""

    def __init__(self, records: Any, note: dict):
        self._outer = current()
        asked = note["integration"], note["operation"]
        is_part = self._outer is not None and self._outer.asked == asked
        self._attempt = None if is_part else begin(records, note)
        if self._attempt is not None:
            enter(self._attempt)

    @guarded
    def returned(self, verdict: str) -> None:
        """Be told what the model says of what was returned."""
        if self._attempt is None:
            return
        enter(self._outer)
        if verdict == "failed":
            self._attempt.fail()
        if verdict == "not_done":
            self._attempt.end_as(REJECTED)
        else:
            self._attempt.end(None)

    @guarded
    def raised(self, error: BaseException) -> None:
        """Be told the error that ended the call."""
        if self._attempt is not None:
            enter(self._outer)
            self._attempt.end(error)


def surround(env: api.Environment, operation_id: int) -> Callable | None:
    """Return what begins an exchange around calls of an operation, if it is one.

    In plain SQL: the tables may be older than this code.
    """
    cr = env.cr
    cr.execute("SELECT to_regclass('reliability_integration')", log_exceptions=False)
    if not cr.fetchone()[0]:
        return None
    cr.execute(_QUERY, [operation_id], log_exceptions=False)
    found = cr.fetchone()
    if not found:
        return None
    integration, operation, repeatable, retry = found
    note = {
        "integration": integration,
        "operation": operation,
        "repeatable": repeatable,
        "retry": retry or "",
        "direction": "out",
    }
    return partial(_begin, note)


@guarded
def _begin(note: dict, records: Any) -> CallMiddleware | None:
    return CallMiddleware(records, note)
