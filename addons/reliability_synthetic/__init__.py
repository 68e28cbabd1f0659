"""Synthetic checks: journeys that Odoo, or a probe, runs every few minutes."""

from . import background, models
from .models.reliability_gauge import GAUGES
from .models.reliability_gauge_probe import GAUGES as PROBE_GAUGES


def uninstall_hook(env):
    """Archive the synthetic company, and drop what Odoo does not drop with our models.

    Without the addon, its accounts would work, and its orders would be business.
    """
    env["reliability.synthetic.company"].search([])._archive()
    env["reliability.gauge"]._unregister_gauges(*GAUGES, *PROBE_GAUGES)
