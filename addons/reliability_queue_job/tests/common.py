"""Shared by the tests of jobs: create a job, and change its state."""

from odoo.tests import TransactionCase
from odoo.tools import SQL

from odoo.addons.queue_job.job import Job

UTC_NOW = SQL("now() AT TIME ZONE 'UTC'")


class JobCase(TransactionCase):
    """Jobs without a runner: the tests change their states as queue_job does."""

    def setUp(self):
        super().setUp()
        self.env = self.env(context={**self.env.context, "queue_job__no_delay": False})

    def delay(self, **options):
        """Return a new job."""
        partner = self.env.user.partner_id
        return partner.with_delay(**options).exists()

    def row(self, job):
        """Return the record of a job, read from the database."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["queue.job"].search([("uuid", "=", job.uuid)])

    def set(self, job, **values):
        """Change columns by SQL, as the runner does.

        :param values: column → value, or an SQL expression
        """
        self.env.flush_all()
        changes = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), value)
            for name, value in values.items()
        )
        query = SQL("UPDATE queue_job SET %s WHERE uuid = %s", changes, job.uuid)
        self.env.cr.execute(query)
        self.env.invalidate_all()

    def begin(self, job):
        """Start a job as a worker does in ``_acquire_job``, and return it."""
        self.set(job, state="enqueued", date_enqueued=UTC_NOW)
        job = Job.load(self.env, job.uuid)
        job.set_started()
        job.store()
        self.env.flush_all()
        return job

    def end(self, job, error=None, retry=False):
        """End a job as a worker does in ``_runjob``.

        :param error: the error that the job has raised
        :param retry: whether the queue retries the job
        """
        if error is None:
            job.set_done()
            job.store()
        else:
            try:
                raise error
            except Exception:
                if retry:
                    job.postpone(result=str(error), seconds=5)
                    job.set_pending(reset_retry=False)
                else:
                    job.set_failed(exc_name=type(error).__name__)
                job.store()
        self.env.flush_all()

    def find_dead(self, job, **values):
        """Put a job back as the runner does with a dead one."""
        self.set(job, **{"state": "pending", **values})

    def hand_out(self, job, times=1):
        """Give a job to a worker that never begins it, as often as the runner tries."""
        for _time in range(times):
            self.find_dead(job)
            self.set(job, state="enqueued", date_enqueued=UTC_NOW)

    def attempts(self, job):
        """Return the attempts of a job, the first one first."""
        self.env.invalidate_all()
        attempts = self.env["reliability.job.attempt"]
        return attempts.search([("uuid", "=", job.uuid)], order="id")
