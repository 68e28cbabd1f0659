"""Jobs of OCA's queue_job: what they wait for, and how each attempt ended."""

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.reliability.api import add_contention

add_contention(RetryableJobError)

from . import controllers, families, models  # noqa: E402 - they need the line above


def uninstall_hook(env):
    """Drop triggers, views and functions, which Odoo does not drop with our models."""
    env["reliability.gauge"]._unregister_job_gauges()
    env["reliability.job.channel"]._drop_views()
    env["reliability.job.attempt"]._drop_sql_objects()
