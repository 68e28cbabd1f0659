"""Exchanges for measured methods, without a change of their code.

An administrator sets the integration of an operation; each call of its method is
recorded as an exchange.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from odoo import api

from odoo.addons.reliability.api import guarded

from .constants import REJECTED
from .exchange import begin_attempt, current_attempt, set_current_attempt

_QUERY = """
    SELECT integration.code, operation.code, operation.repeatable,
           operation.repeatable_method
      FROM reliability_operation AS operation
      JOIN reliability_integration AS integration
        ON integration.id = operation.integration_id
     WHERE operation.id = %s AND integration.active
"""


class ExchangeMiddleware:
    """Records one call of a measured method as an exchange.

    :param records: the records of the call
    :param message: what is known before the call, see ``data/ledger.sql``
    """

    def __init__(self, records: Any, message: dict):
        self._outer = current_attempt()
        target = message["integration"], message["operation"]
        is_part = self._outer is not None and self._outer.target == target
        self._attempt = None if is_part else begin_attempt(records, message)
        if self._attempt is not None:
            set_current_attempt(self._attempt)

    @guarded
    def returned(self, outcome: str) -> None:
        """Record the outcome of a call that returned.

        :param outcome: what the model's ``_reliability_outcome`` says
        """
        if self._attempt is None:
            return
        set_current_attempt(self._outer)
        if outcome == "failed":
            self._attempt.fail()
        if outcome == "not_done":
            self._attempt.end_as(REJECTED)
        else:
            self._attempt.end(None)

    @guarded
    def raised(self, error: BaseException) -> None:
        """Record the error that ended the call."""
        if self._attempt is not None:
            set_current_attempt(self._outer)
            self._attempt.end(error)


def find_middleware(env: api.Environment, operation_id: int) -> Callable | None:
    """Return a factory of middleware, if the operation has an integration.

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
    integration, operation, repeatable, retry_method = found
    message = {
        "integration": integration,
        "operation": operation,
        "repeatable": repeatable,
        "retry_method": retry_method or "",
        "direction": "out",
    }
    return partial(_begin, message)


@guarded
def _begin(message: dict, records: Any) -> ExchangeMiddleware | None:
    return ExchangeMiddleware(records, message)
