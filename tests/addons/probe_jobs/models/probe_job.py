import os
import signal
import time
from pathlib import Path

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError


class ProbeJob(models.Model):
    _name = "probe.job"
    _description = "Job That Ends as It Is Told"

    name = fields.Char()

    def make_jobs(self, scripts, **options):
        """Let the queue run a job for each script.

        :param scripts: of each job, how its tries end, one after the other
        :param options: of ``with_delay``
        :return: the uuids of the jobs
        """
        rows = self.create([{"name": "probe"} for _script in scripts])
        return [
            row.with_delay(**options).run(script).uuid
            for row, script in zip(rows, scripts, strict=True)
        ]

    def read_alerts(self):
        """Return what the cockpit tells this user to act on: keys and sentences."""
        cockpit = self.env["reliability.cockpit"].read_cockpit(0)
        return [[item["key"], item["text"]] for item in cockpit["alerts"]]

    def run(self, script):
        """Note on the side how this try means to end; then end so."""
        notes = Path(os.environ["PROBE_JOBS_FOLDER"], self.env.context["job_uuid"])
        number = len(notes.read_text().split()) if notes.exists() else 0
        way = script[min(number, len(script) - 1)]
        with notes.open("a") as file:
            file.write(f"{way}\n")
        name, _colon, seconds = way.partition(":")
        time.sleep(float(seconds or 0))
        return getattr(self, f"_{name}")()

    def _done(self):
        self.name = "done"

    def _fail(self):
        raise ValueError("broken, password=secret")

    def _refuse(self):
        # Only for tests, and read by nobody.
        raise UserError("Not on a Sunday.")  # pylint: disable=translation-required

    def _retry(self):
        raise RetryableJobError("later", seconds=1)

    def _wait(self):
        raise RetryableJobError("not yet", seconds=1, ignore_retry=True)

    def _kill(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def _contend(self):
        """Let another transaction change the row that this one is about to change."""
        self.env.cr.execute("SELECT 1")
        change = "UPDATE probe_job SET name = 'contended' WHERE id = %s"
        with self.env.registry.cursor() as cr:
            cr.execute(change, [self.id])
        self.env.cr.execute(change, [self.id])
