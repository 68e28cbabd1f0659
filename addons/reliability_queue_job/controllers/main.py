from odoo.addons.queue_job.controllers import main
from odoo.addons.queue_job.job import PENDING
from odoo.addons.reliability import retry_scope

from .. import running


class RunJobController(main.RunJobController):
    @classmethod
    def _runjob(cls, env, job):
        """Record the try; tell whether another follows one undone by contention."""
        run = running.begin(env, job)
        try:
            with retry_scope() as contended:
                result = super()._runjob(env, job)
                if job.state == PENDING:
                    contended.tried_again()
        except BaseException as error:
            running.end(run, job, error)
            raise
        running.end(run, job)
        return result
