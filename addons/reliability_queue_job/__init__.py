"""Jobs of OCA's queue_job: what they wait for, and how each attempt ended."""

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.reliability.api import add_contention

add_contention(RetryableJobError)

from . import controllers, families, models  # noqa: E402 - they need the line above
from .models.retention import PARAMETERS  # noqa: E402


def uninstall_hook(env):
    """Drop what Odoo does not drop with our models, and delete system parameters."""
    env["reliability.gauge"]._unregister_job_gauges()
    env["reliability.job.channel"]._drop_views()
    env["reliability.job.attempt"]._drop_sql_objects()
    keys = [parameter.key for parameter in PARAMETERS]
    env["ir.config_parameter"].search([("key", "in", keys)]).unlink()
