"""Background work: what queued jobs wait for, and how each of their tries ended."""

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.reliability.api import add_contention

add_contention(RetryableJobError)

from . import controllers, models  # noqa: E402 - errors are understood from here on


def uninstall_hook(env):
    """Drop what Odoo does not drop with our models, when the addon is uninstalled."""
    env["reliability.gauge"]._unregister_job_gauges()
    env["reliability.job.channel"]._drop_views()
    env["reliability.job.attempt"]._forget_all()
