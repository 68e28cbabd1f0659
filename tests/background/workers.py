"""A server with a job runner and workers; its jobs log how each attempt is to end."""

import shutil

from waiting import TIMEOUT, wait_until

from setup import paths, postgres, processes
from setup.odoo_config import OURS, RUNNER, SERVER_WIDE
from setup.odoo_server import OdooServer
from setup.traffic import ApiUser

FOLDER = paths.RUN / "test" / "background"
OUTCOMES = {
    "done": "success",
    "fail": "failed",
    "refuse": "rejected",
    "retry": "retried",
    "wait": "retried",
    "contend": "retried",
    "kill": "killed",
}
"""Command in the script of a job → the outcome that must be recorded."""


class Queue:
    """A database whose jobs a server runs.

    :param channels: configuration of queue_job; if empty, there is no runner
    :param workers: number of HTTP workers
    :param ours: addons of this project that the server loads for all databases
    :param options, variables: more of them, as for :class:`.OdooServer`
    """

    def __init__(
        self,
        database,
        channels="root:4",
        workers=4,
        folder=FOLDER,
        ours=OURS,
        options=None,
        variables=None,
    ):
        with_runner = [RUNNER] if channels else []
        self.database = database
        self.logs = folder / "logs"
        shutil.rmtree(folder, ignore_errors=True)
        self.logs.mkdir(parents=True)
        self.server = OdooServer(
            database,
            folder / "server",
            workers=workers,
            options={
                "server_wide_modules": ",".join([*SERVER_WIDE, *ours, *with_runner]),
                "max_cron_threads": 0,
                **(options or {}),
            },
            variables={
                "PROBE_JOBS_FOLDER": str(self.logs),
                **(variables or {}),
            },
            channels=channels,
        )

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *_error):
        self.server.stop()

    def reset(self):
        """Start the server if a test has stopped it, and delete all jobs."""
        self.server.start()
        self.rows("DELETE FROM queue_job")
        self.rows("DELETE FROM reliability_job_attempt")

    def user(self):
        """Return the administrator of the database."""
        return ApiUser(self.server.url, self.database, "admin", "admin")

    def make(self, scripts, **options):
        """Create jobs, see ``probe.job.make_jobs``."""
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
        """Add minutes to the time that pending jobs have waited."""
        self.rows(
            f"UPDATE queue_job SET reliability_since = reliability_since - interval"
            f" '{minutes} min' WHERE state = 'pending'"
        )

    def alerts(self):
        """Return (cause, subject) → sentence of the open alerts about jobs."""
        alerts = self.user().call("probe.job", "read_alerts", [])
        return {(cause, subject): text for cause, subject, text in alerts}

    def rows(self, query):
        """Return the rows of a query, as tuples of text."""
        lines = postgres.psql(query, self.database).splitlines()
        return [tuple(line.split("|")) for line in lines]

    def wait(self, query, expected="0", timeout=TIMEOUT):
        """Wait until a query returns what is expected.

        :raise AssertionError: it did not in time
        """
        wait_until(
            lambda: postgres.psql(query, self.database) == expected, query, timeout
        )

    def wait_until_over(self, timeout=600):
        """Wait until no job is left to run."""
        self.wait(
            "SELECT count(*) FROM queue_job"
            " WHERE state NOT IN ('done', 'failed', 'cancelled')",
            timeout=timeout,
        )

    def logged(self, uuids):
        """Return what jobs have logged: uuid → command of each attempt."""
        logs = {uuid: (self.logs / uuid).read_text().split() for uuid in uuids}
        return {
            uuid: [line.partition(":")[0] for line in lines]
            for uuid, lines in logs.items()
        }

    def recorded(self, column="outcome"):
        """Return uuid → a column of each recorded attempt that has started."""
        values = {}
        for uuid, value in self.rows(
            f"SELECT uuid, {column} FROM reliability_job_attempt"
            " WHERE started IS NOT NULL ORDER BY id"
        ):
            values.setdefault(uuid, []).append(value)
        return values
