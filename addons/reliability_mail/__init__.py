"""Outgoing mail: what was sent, what could not be sent and why, and what waits."""

from . import models
from .models.reliability_mail import GAUGES


def uninstall_hook(env):
    """Drop the views and the index, which Odoo does not drop with our models."""
    env["reliability.gauge"]._unregister_gauges(*GAUGES)
    env.cr.execute("DROP INDEX IF EXISTS mail_mail__reliability_open")
