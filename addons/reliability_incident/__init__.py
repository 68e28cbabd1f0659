"""Incidents: what belongs together, who was notified, when it began and was over."""

from . import controllers, models, report, wizards
from .models.reliability_gauge import GAUGES


def post_init_hook(env):
    """Let services keep their quiet hours as they were: they held everything."""
    services = env["reliability.service"].with_context(active_test=False).search([])
    services.filtered(
        lambda one: one.quiet_from != one.quiet_to
    ).quiet_for = "everything"


def uninstall_hook(env):
    """Drop what Odoo does not drop with the models."""
    env["reliability.gauge"]._unregister_gauges(*GAUGES)
