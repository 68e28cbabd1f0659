"""Health: the status of each service, its root cause, and what to do about it."""

from . import models
from .models.reliability_gauge import GAUGES


def uninstall_hook(env):
    """Drop what Odoo does not drop with the models, and the time of the evaluation."""
    env["reliability.gauge"]._unregister_gauges(*GAUGES)
    evaluated = [("key", "=", "reliability.evaluated")]
    env["ir.config_parameter"].search(evaluated).unlink()
