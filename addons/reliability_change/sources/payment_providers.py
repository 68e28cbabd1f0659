"""Payment providers: whether they are enabled, or only test."""

from .found import plain, read_records, switch, typed


def read(env):
    """Return the payment providers; ``None`` without Odoo's payments."""
    if "payment.provider" not in env:
        return None
    return read_records(env, "payment.provider", _read)


def _read(provider):
    return {
        "name": typed(provider, "name"),
        "provider": plain(provider.code),
        "state": plain(provider.state),
        "published": switch(provider.is_published),
    }
