"""Recovery: backups that were seen, what can be restored, and what was restored."""

from . import models, report
from .models.reliability_gauge import GAUGES
from .models.reliability_recovery_heartbeat import LAST_CHECK


def uninstall_hook(env):
    """Drop what Odoo does not drop with our models, and the file in the filestore."""
    env["reliability.gauge"]._unregister_gauges(*GAUGES)
    env["ir.config_parameter"].search([("key", "=", LAST_CHECK)]).unlink()
    env["reliability.recovery.heartbeat"]._delete_file()
