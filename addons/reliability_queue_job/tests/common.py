"""What the tests of jobs share: a job, and letting it come to a state."""

from odoo.tests import TransactionCase
from odoo.tools import SQL

from odoo.addons.queue_job.job import Job

UTC_NOW = SQL("now() AT TIME ZONE 'UTC'")


class JobCase(TransactionCase):
    """Jobs that nobody runs: the tests change their states as queue_job does."""

    def setUp(self):
        super().setUp()
        self.env = self.env(context={**self.env.context, "queue_job__no_delay": False})

    def delay(self, **options):
        """Return a new job."""
        partner = self.env.user.partner_id
        return partner.with_delay(**options).exists()

    def row(self, job):
        """Return a job's record, as it is in the database."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["queue.job"].search([("uuid", "=", job.uuid)])

    def set(self, job, **values):
        """Change columns by SQL, as the runner does.

        :param values: of columns; pieces of SQL are what they say
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
        """Let a worker begin a job, as ``_acquire_job`` does, and return it."""
        self.set(job, state="enqueued", date_enqueued=UTC_NOW)
        job = Job.load(self.env, job.uuid)
        job.set_started()
        job.store()
        self.env.flush_all()
        return job

    def end(self, job, error=None, again=False):
        """Let a worker end a job, as ``_runjob`` does.

        :param error: what it has raised
        :param again: whether the queue tries it again
        """
        if error is None:
            job.set_done()
            job.store()
        else:
            try:
                raise error
            except Exception:
                if again:
                    job.postpone(result=str(error), seconds=5)
                    job.set_pending(reset_retry=False)
                else:
                    job.set_failed(exc_name=type(error).__name__)
                job.store()
        self.env.flush_all()

    def find_dead(self, job, **values):
        """Let the runner find that nobody runs a job any more."""
        self.set(job, **{"state": "pending", **values})

    def attempts(self, job):
        """Return the tries of a job, the first on top."""
        self.env.invalidate_all()
        tries = self.env["reliability.job.attempt"]
        return tries.search([("uuid", "=", job.uuid)], order="id")
