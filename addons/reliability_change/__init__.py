"""Changes: what was deployed, seen by itself and as pipelines say."""

from . import models, report, wizards
from .earlier_upgrades import take_over
from .models.reliability_deployment_reading import LAST_ROUND
from .models.reliability_deployment_risk import REFUSE_WHEN_SPENT
from .models.reliability_gauge import GAUGES
from .models.reliability_patch import PATCH_DAYS
from .sources.found import SALT, salt_of


def post_init_hook(env):
    """Take over the upgrades that the cockpit has recorded, and make a salt.

    Servers store their settings with it once they have loaded the addon.
    """
    take_over(env)
    salt_of(env)


def uninstall_hook(env):
    """Delete what Odoo does not delete with our models."""
    env["reliability.gauge"]._unregister_gauges(*GAUGES)
    keys = [REFUSE_WHEN_SPENT.key, PATCH_DAYS.key, SALT, LAST_ROUND]
    env["ir.config_parameter"].search([("key", "in", keys)]).unlink()
