"""Objectives of services, and what is left of their error budgets."""

from . import controllers, models
from .models.reliability_files import APPLIED, REMARKS
from .models.reliability_gauge import GAUGES
from .models.slo_parameters import EVALUATED, EXCLUDED_BY


def uninstall_hook(env):
    """Drop what Odoo does not drop with the models, and delete system parameters."""
    env["reliability.slo.change"]._drop_triggers()
    env["reliability.gauge"]._unregister_gauges(*GAUGES)
    keys = [EVALUATED.key, EXCLUDED_BY, APPLIED, REMARKS]
    env["ir.config_parameter"].search([("key", "in", keys)]).unlink()
