"""The invoices that are being sent in the current context.

Callers of an access point hand over files and do not say which invoices they are.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

from odoo.models import BaseModel

_invoices: ContextVar[BaseModel | None] = ContextVar("invoices", default=None)


@contextlib.contextmanager
def sending_invoices(invoices: BaseModel) -> Iterator[None]:
    """Declare that the block sends these invoices."""
    token = _invoices.set(invoices)
    try:
        yield
    finally:
        _invoices.reset(token)


def current_invoices() -> BaseModel | None:
    """Return the invoices that are being sent; ``None`` if none are."""
    return _invoices.get()
