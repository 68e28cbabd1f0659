from odoo import models

from odoo.addons.base.models.ir_cron import CompletionStatus

from ..instrumentation import cron


class IrCron(models.Model):
    _inherit = "ir.cron"

    @classmethod
    def _process_job(cls, cron_cr, job):
        cron.begin(cls.pool, job)
        try:
            return super()._process_job(cron_cr, job)
        finally:
            # Has no effect if it ran.  Odoo does not run it after three killed runs.
            cron.end(False)

    @classmethod
    def _run_job(cls, job):
        status = super()._run_job(job)
        cron.end(status != CompletionStatus.FAILED)
        return status

    def _callback(self, cron_name, server_action_id):
        try:
            return super()._callback(cron_name, server_action_id)
        except Exception as error:
            cron.set_error(error)
            raise
