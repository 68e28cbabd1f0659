from . import models
from .models.reliability_cockpit_setup import DONE, HIDDEN


def uninstall_hook(env):
    """Delete whether the checklist of a new database is done or hidden."""
    keys = [DONE, HIDDEN.key]
    env["ir.config_parameter"].search([("key", "in", keys)]).unlink()
