"""Delivery carriers: whether they ship, or only test."""

from .found import plain, read_records, switch, typed


def read(env):
    """Return the carriers; ``None`` without Odoo's delivery methods."""
    if "delivery.carrier" not in env:
        return None
    return read_records(env, "delivery.carrier", _read)


def _read(carrier):
    return {
        "name": typed(carrier, "name"),
        "active": switch(carrier.active),
        "provider": plain(carrier.delivery_type),
        "production": switch(carrier.prod_environment),
    }
