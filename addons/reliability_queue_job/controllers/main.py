from odoo.addons.queue_job.controllers import main
from odoo.addons.queue_job.job import PENDING
from odoo.addons.reliability.api import leave_out_request, retry_scope

from .. import job_timing
from ..unmeasured_jobs import is_unmeasured_key


class RunJobController(main.RunJobController):
    @classmethod
    def _runjob(cls, env, job):
        """Record the attempt, and whether a retry follows one that met contention."""
        if is_unmeasured_key(job.identity_key):
            leave_out_request()
            return super()._runjob(env, job)
        run = job_timing.begin(env, job)
        try:
            with retry_scope() as scope:
                result = super()._runjob(env, job)
                if job.state == PENDING:
                    scope.mark_retried()
        except BaseException as error:
            job_timing.end(run, job, error)
            raise
        job_timing.end(run, job)
        return result
