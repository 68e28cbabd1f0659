"""A real server with a real runner, and jobs that note on the side how they end."""

import shutil

from waiting import PATIENCE, wait_until

from setup import paths, postgres, processes
from setup.odoo_config import SERVER_WIDE
from setup.odoo_server import OdooServer
from setup.traffic import ApiUser

FOLDER = paths.RUN / "test" / "background"
ENDS = {
    "done": "success",
    "fail": "failed",
    "refuse": "rejected",
    "retry": "retried",
    "wait": "retried",
    "contend": "retried",
    "kill": "killed",
}
"""What a job means to do → the outcome that must be on record."""


class Queue:
    """A database whose jobs are run, and what is known of them.

    :param channels: as queue_job wants them; none, and there is no runner
    :param workers: HTTP workers of the server
    :param ours: what of ours the server loads for all databases
    """

    def __init__(
        self,
        database,
        channels="root:4",
        workers=4,
        folder=FOLDER,
        ours=("reliability",),
    ):
        with_runner = ["queue_job"] if channels else []
        self.database = database
        self.notes = folder / "notes"
        shutil.rmtree(folder, ignore_errors=True)
        self.notes.mkdir(parents=True)
        self.server = OdooServer(
            database,
            folder / "server",
            workers=workers,
            options={
                "server_wide_modules": ",".join([*SERVER_WIDE, *ours, *with_runner]),
                "max_cron_threads": 0,
            },
            variables={
                "PROBE_JOBS_FOLDER": str(self.notes),
                "ODOO_QUEUE_JOB_CHANNELS": channels,
            },
        )

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *_error):
        self.server.stop()

    def clear(self):
        """Forget all jobs and their tries."""
        self.rows("DELETE FROM queue_job")
        self.rows("DELETE FROM reliability_job_attempt")

    def user(self):
        """Return its administrator."""
        return ApiUser(self.server.url, self.database, "admin", "admin")

    def make(self, scripts, **options):
        """Let jobs be made, see ``probe.job.make_jobs``."""
        return self.user().call("probe.job", "make_jobs", [], scripts, **options)

    def runner_pid(self):
        """Return the pid of the process that hands out jobs."""
        (pid,) = (
            pid
            for pid in processes.children(self.server.pid)
            if "WorkerJobRunner" in processes.command_line(pid)
        )
        return pid

    def age(self, minutes):
        """Let all jobs that wait have waited so much longer."""
        self.rows(
            f"UPDATE queue_job SET reliability_since = reliability_since - interval"
            f" '{minutes} min' WHERE state = 'pending'"
        )

    def causes(self):
        """Return what the cockpit says of jobs: key of each item → its sentence."""
        found = self.user().call("probe.job", "read_alerts", [])
        return {key: text for key, text in found if key.startswith("jobs_")}

    def rows(self, query):
        """Return the rows of a query, as tuples of text."""
        lines = postgres.psql(query, self.database).splitlines()
        return [tuple(line.split("|")) for line in lines]

    def wait(self, query, wanted="0", patience=PATIENCE):
        """Wait until a query tells what is wanted.

        :raise AssertionError: it did not in time
        """
        wait_until(
            lambda: postgres.psql(query, self.database) == wanted, query, patience
        )

    def wait_until_over(self, patience=600):
        """Wait until no job is left to run."""
        self.wait(
            "SELECT count(*) FROM queue_job"
            " WHERE state NOT IN ('done', 'failed', 'cancelled')",
            patience=patience,
        )

    def noted(self, uuids):
        """Return what jobs noted on the side: uuid → how each try meant to end."""
        notes = {uuid: (self.notes / uuid).read_text().split() for uuid in uuids}
        return {
            uuid: [way.partition(":")[0] for way in ways]
            for uuid, ways in notes.items()
        }

    def on_record(self, column="outcome"):
        """Return the tries that a worker began: uuid → one of their columns."""
        found = {}
        for uuid, value in self.rows(
            f"SELECT uuid, {column} FROM reliability_job_attempt"
            " WHERE started IS NOT NULL ORDER BY id"
        ):
            found.setdefault(uuid, []).append(value)
        return found
