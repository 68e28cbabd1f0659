from odoo.addons.queue_job.controllers import main
from odoo.addons.queue_job.job import PENDING
from odoo.addons.reliability import tries


class RunJobController(main.RunJobController):
    @classmethod
    def _runjob(cls, env, job):
        """Tell whether another try follows a job that was undone by contention."""
        with tries() as contended:
            result = super()._runjob(env, job)
            if job.state == PENDING:
                contended.tried_again()
        return result
