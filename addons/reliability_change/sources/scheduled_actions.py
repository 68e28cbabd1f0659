"""Scheduled actions: whether they are active, how often they run, and as whom."""

from .found import named, plain, read_records, switch, typed


def read(env):
    """Return all scheduled actions."""
    return read_records(env, "ir.cron", _read)


def _read(cron):
    return {
        "name": typed(cron, "cron_name"),
        "active": switch(cron.active),
        "interval": plain(f"{cron.interval_number} {cron.interval_type}"),
        "user": named(cron.user_id),
    }
