"""Which invoices are being sent.

Whoever asks an access point hands over files, and does not say of which invoices.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

from odoo.models import BaseModel

_invoices: ContextVar[BaseModel | None] = ContextVar("invoices", default=None)


@contextlib.contextmanager
def these(invoices: BaseModel) -> Iterator[None]:
    """Say that these are sent in the block."""
    token = _invoices.set(invoices)
    try:
        yield
    finally:
        _invoices.reset(token)


def sent() -> BaseModel | None:
    """Return the invoices that are being sent; ``None`` if none are."""
    return _invoices.get()
