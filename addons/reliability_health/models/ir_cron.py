"""The evaluation runs while commits of other scheduled actions wait for a standby."""

from odoo import SUPERUSER_ID, api, models
from odoo.tools import config

from ..local_commit import commit_locally
from ..spare_scheduler import spare_scheduler

_EVALUATION = "reliability_health.cron_evaluate"


class IrCron(models.Model):
    _inherit = "ir.cron"

    @classmethod
    def _process_job(cls, cron_cr, job):
        evaluation = api.Environment(cron_cr, SUPERUSER_ID, {})[cls._name]._evaluation()
        if job["id"] == evaluation:
            commit_locally(cron_cr)
        elif evaluation and config["max_cron_threads"]:
            with spare_scheduler(cron_cr.dbname, evaluation):
                return super()._process_job(cron_cr, job)
        return super()._process_job(cron_cr, job)

    def _add_progress(self, *, timed_out_counter=None):
        if self.id == self._evaluation():
            commit_locally(self.env.cr)
        return super()._add_progress(timed_out_counter=timed_out_counter)

    def _callback(self, cron_name, server_action_id):
        try:
            return super()._callback(cron_name, server_action_id)
        finally:
            if self.id == self._evaluation():
                commit_locally(self.env.cr)  # of the transaction that ends the run

    @api.model
    def _evaluation(self):
        """Return the id of the scheduled action that evaluates, if there is one."""
        return self.env["ir.model.data"]._xmlid_to_res_id(_EVALUATION)
