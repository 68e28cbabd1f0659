"""Synthetic checks: journeys that Odoo, or a probe, runs every few minutes."""

from . import background, models
from .models.reliability_gauge import GAUGES
from .models.reliability_gauge_probe import GAUGES as PROBE_GAUGES


def uninstall_hook(env):
    """Drop what Odoo does not drop with our models."""
    env["reliability.gauge"]._unregister_gauges(*GAUGES, *PROBE_GAUGES)
