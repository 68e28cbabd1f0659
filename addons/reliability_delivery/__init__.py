from odoo.tools import SQL

from odoo.addons.reliability.api import register_label_model

from . import models
from .models.reliability_gauge import GAUGES
from .models.stock_picking import FUNCTIONS, UNCONFIRMED_WAITS

register_label_model("delivery.carrier", "dimension", "name")


def post_init_hook(env):
    """Create the partner systems of the carriers that exist on installation."""
    env["delivery.carrier"].with_context(active_test=False).search(
        []
    )._reliability_create_integrations()


def uninstall_hook(env):
    """Drop what Odoo does not drop with the models, and delete system parameters."""
    env["reliability.gauge"]._unregister_gauges(*GAUGES)
    env["reliability.cutoff"]._drop_forecast()
    for name in FUNCTIONS:
        env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s", SQL.identifier(name)))
    env["ir.config_parameter"].search([("key", "=", UNCONFIRMED_WAITS.key)]).unlink()
