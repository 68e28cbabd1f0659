from odoo.addons.queue_job.controllers import main
from odoo.addons.queue_job.job import PENDING
from odoo.addons.reliability.api import retry_scope

from .. import job_timing


class RunJobController(main.RunJobController):
    @classmethod
    def _runjob(cls, env, job):
        """Record the attempt, and whether a retry follows one that met contention."""
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
