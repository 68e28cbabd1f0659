"""Recovery: backups that were seen, and what can be restored from them."""

from . import models
from .models.reliability_gauge import GAUGES


def uninstall_hook(env):
    """Drop the views, which Odoo does not drop with our models."""
    env["reliability.gauge"]._unregister_gauges(*GAUGES)
