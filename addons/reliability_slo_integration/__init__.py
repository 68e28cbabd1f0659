"""Objectives for exchanges with partner systems: delivered, and delivered in time."""

from . import models
from .models.exchange_changes import COMPLETE_SINCE


def uninstall_hook(env):
    """Drop the triggers on the ledger, and delete the system parameter."""
    env["reliability.slo.exchange.change"]._drop_triggers()
    parameters = env["ir.config_parameter"]
    parameters.search([("key", "=", COMPLETE_SINCE.key)]).unlink()
