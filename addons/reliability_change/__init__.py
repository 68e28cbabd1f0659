"""Changes: what was deployed, seen by itself and as pipelines say."""

from . import models, report, wizards
from .earlier_upgrades import take_over
from .models.reliability_deployment_risk import REFUSE_WHEN_SPENT
from .models.reliability_gauge import GAUGES
from .models.reliability_patch import PATCH_DAYS
from .sources.found import SALT


def post_init_hook(env):
    """Take over the upgrades that the cockpit has recorded."""
    take_over(env)


def uninstall_hook(env):
    """Delete the system parameters of this addon."""
    keys = [REFUSE_WHEN_SPENT.key, PATCH_DAYS.key]
    env["ir.config_parameter"].search([("key", "in", keys)]).unlink()
    """Drop what Odoo does not drop with our models."""
    env["reliability.gauge"]._unregister_gauges(*GAUGES)
    env["ir.config_parameter"].search([("key", "=", SALT)]).unlink()
