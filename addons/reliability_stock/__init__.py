from . import models
from .models.reliability_gauge import GAUGES


def uninstall_hook(env):
    """Drop the views of the gauges, which Odoo does not drop with the models."""
    env["reliability.gauge"]._unregister_gauges(*GAUGES)
