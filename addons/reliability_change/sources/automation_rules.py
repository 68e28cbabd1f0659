"""Automation rules."""

from .found import plain, read_records, switch, typed


def read(env):
    """Return the automation rules; ``None`` where that app is not installed."""
    if "base.automation" not in env:
        return None
    return read_records(env, "base.automation", _read)


def _read(rule):
    return {
        "name": typed(rule, "name"),
        "active": switch(rule.active),
        "model": plain(rule.model_id.model),
        "trigger": plain(rule.trigger),
        "before": typed(rule, "filter_pre_domain"),
        "domain": typed(rule, "filter_domain"),
    }
