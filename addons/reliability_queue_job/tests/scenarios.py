"""Outcomes of calls inside a queue job: more rows of the table in docs/outcomes.md."""

from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.reliability.tests.scenarios import Table

SCENARIOS = Table()


@SCENARIOS.row("in a queue job, done", "success")
def _(case):
    case.run_job()


@SCENARIOS.row("in a queue job that requests a retry", "retried")
def _(case):
    case.run_job(RetryableJobError("later"))


@SCENARIOS.row("in a queue job that met a serialization failure", "retried")
def _(case):
    case.run_job(conflicts=1)


@SCENARIOS.row("in a queue job that is retried, then done", "retried", "success")
def _(case):
    case.run_job(RetryableJobError("later"))
    case.run_job()


@SCENARIOS.row("in a queue job, its last attempt", "failed")
def _(case):
    case.run_job(RetryableJobError("later"), max_retries=1)


@SCENARIOS.row("in a queue job that fails", "failed")
def _(case):
    case.run_job(ValueError("broken"))


@SCENARIOS.row("in a queue job, rejected", "rejected")
def _(case):
    case.run_job(UserError("no"))


@SCENARIOS.row("in a queue job that fails after the method returned", "failed")
def _(case):
    case.run_job(error_after=ValueError("broken"))
