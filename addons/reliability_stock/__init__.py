from odoo.addons.reliability.api import register_label_model

from . import models
from .models.reliability_gauge import GAUGES

register_label_model("stock.warehouse", "warehouse", "code")


def uninstall_hook(env):
    """Drop the views of the gauges, which Odoo does not drop with the models."""
    env["reliability.gauge"]._unregister_gauges(*GAUGES)
