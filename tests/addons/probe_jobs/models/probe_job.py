import os
import signal
import time
from pathlib import Path

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError


class ProbeJob(models.Model):
    _name = "probe.job"
    _description = "Job for Tests"

    name = fields.Char()

    def make_jobs(self, scripts, **options):
        """Create a job for each script.

        :param scripts: for each job, the commands of its attempts, in order
        :param options: arguments of ``with_delay``
        :return: the uuids of the jobs
        """
        rows = self.create([{"name": "probe"} for _script in scripts])
        return [
            row.with_delay(**options).run(script).uuid
            for row, script in zip(rows, scripts, strict=True)
        ]

    def read_alerts(self):
        """Evaluate all services, and return ``[cause, subject, sentence]`` of the open
        alerts about jobs that this user sees.
        """
        self.env["reliability.evaluator"].sudo()._run(fields.Datetime.now())
        alerts = self.env["reliability.alert"].search(
            [("state", "=", "open"), ("provider", "=", "queue_job")]
        )
        return [[alert.cause, alert.subject or "", alert.text] for alert in alerts]

    def run(self, script):
        """Log the command of this attempt, then execute it.

        :param script: commands such as ``done`` or ``retry:2``: sleep two seconds first
        """
        log = Path(os.environ["PROBE_JOBS_FOLDER"], self.env.context["job_uuid"])
        number = len(log.read_text().split()) if log.exists() else 0
        command = script[min(number, len(script) - 1)]
        with log.open("a") as file:
            file.write(f"{command}\n")
        name, _colon, seconds = command.partition(":")
        time.sleep(float(seconds or 0))
        return getattr(self, f"_{name}")()

    def _done(self):
        self.name = "done"

    def _fail(self):
        raise ValueError("broken, password=secret")

    def _refuse(self):
        # Only for tests: no user reads it.
        raise UserError("Not on a Sunday.")  # pylint: disable=translation-required

    def _retry(self):
        raise RetryableJobError("later", seconds=1)

    def _wait(self):
        raise RetryableJobError("not yet", seconds=1, ignore_retry=True)

    def _kill(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def _contend(self):
        """Cause a serialization failure: another transaction changes the same row."""
        self.env.cr.execute("SELECT 1")
        change = "UPDATE probe_job SET name = 'contended' WHERE id = %s"
        with self.env.registry.cursor() as cr:
            cr.execute(change, [self.id])
        self.env.cr.execute(change, [self.id])
