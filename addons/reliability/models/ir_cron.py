from odoo import models

from odoo.addons.base.models.ir_cron import CompletionStatus

from ..runtime import crons


class IrCron(models.Model):
    _inherit = "ir.cron"

    @classmethod
    def _process_job(cls, cron_cr, job):
        crons.begin(cls.pool, job)
        try:
            return super()._process_job(cron_cr, job)
        finally:
            # Where it ran, this is known already; Odoo refuses what died three times.
            crons.ran(False)

    @classmethod
    def _run_job(cls, job):
        status = super()._run_job(job)
        crons.ran(status != CompletionStatus.FAILED)
        return status

    def _callback(self, cron_name, server_action_id):
        try:
            return super()._callback(cron_name, server_action_id)
        except Exception as error:
            crons.failed(error)
            raise
