"""Scenarios: the rows of the table in docs/outcomes.md, one function each.

A function runs its scenario on real connections that really commit.  The table has the
outcomes of the calls in it, in the order in which they are recorded.
"""

# Scenarios commit on their own connections; their errors need no translation.
# pylint: disable=invalid-commit,translation-required

import os
import signal
import threading
from contextlib import closing, suppress

import psycopg2
from psycopg2 import errors
from werkzeug.exceptions import NotFound, ServiceUnavailable

from odoo.exceptions import (
    AccessError,
    ConcurrencyError,
    LockError,
    MissingError,
    RedirectWarning,
    UserError,
    ValidationError,
)


class Table(dict):
    """Title of a scenario → the outcomes of its calls, and its function."""

    def row(self, title, *outcomes):
        """Decorate a function, which takes the test case, as a row of the table."""

        def add(run):
            self[title] = outcomes, run
            return run

        return add


SCENARIOS = Table()


@SCENARIOS.row("committed", "success")
def _(case):
    with case.cursor() as cr:
        case.call(cr)
        case.assert_outcomes()  # none before the transaction ends


@SCENARIOS.row("committed, and a hook of another addon raises afterwards", "success")
def _(case):
    with suppress(ValueError), case.cursor() as cr:
        case.call(cr)
        cr.postcommit.add(case.raise_error)


@SCENARIOS.row("the method itself commits", "success")
def _(case):
    with closing(case.cursor()) as cr:
        case.measured(lambda records: records.env.cr.commit(), cr)


@SCENARIOS.row("the method itself commits, and the rest is rolled back", "rolled_back")
def _(case):
    with closing(case.cursor()) as cr:
        case.measured(lambda records: records.env.cr.commit(), cr)
        cr.execute("SELECT 1")


@SCENARIOS.row("the method closes its own cursor without a commit", "rolled_back")
def _(case):
    case.measured(lambda records: records.env.cr.close(), case.cursor())
    with case.cursor():
        pass  # on the same connection


@SCENARIOS.row(
    "one transaction committed, the next rolled back", "success", "rolled_back"
)
def _(case):
    with case.cursor() as cr:
        case.call(cr)
        cr.commit()
        case.call(cr)
        cr.rollback()


for _error in (
    UserError("no"),
    ValidationError("no"),
    AccessError("no"),
    MissingError("no"),
    RedirectWarning("no", 1, "there"),
):

    @SCENARIOS.row(f"{type(_error).__name__} from the method", "rejected")
    def _(case, error=_error):
        case.call_and_raise(error)


@SCENARIOS.row("IntegrityError from the method: a constraint", "rejected")
def _(case):
    with suppress(psycopg2.IntegrityError), case.cursor() as cr:
        case.call(cr, query="INSERT INTO reliability_test VALUES (1, 7)")


@SCENARIOS.row("an HTTP response 4xx from the method", "rejected")
def _(case):
    case.call_and_raise(NotFound())


@SCENARIOS.row("an HTTP response 5xx from the method", "failed")
def _(case):
    case.call_and_raise(ServiceUnavailable())


@SCENARIOS.row("any other error from the method", "failed")
def _(case):
    case.call_and_raise(ValueError("broken"))


@SCENARIOS.row("another error of PostgreSQL from the method", "failed")
def _(case):
    with suppress(errors.UndefinedTable), case.cursor() as cr:
        case.call(cr, query="SELECT FROM nothing")


for _error in (
    errors.SerializationFailure("late"),
    ConcurrencyError("late"),
    LockError("late"),
):

    @SCENARIOS.row(f"{type(_error).__name__} without another attempt", "failed")
    def _(case, error=_error):
        case.call_and_raise(error)


@SCENARIOS.row("UserError from the method, handled by the caller", "rejected")
def _(case):
    with case.cursor() as cr, suppress(UserError):
        case.call(cr, UserError("no"))


@SCENARIOS.row("any other error, handled by the caller", "failed")
def _(case):
    with case.cursor() as cr, suppress(ValueError):
        case.call(cr, ValueError("broken"))


@SCENARIOS.row("UserError after the method returned", "rejected")
def _(case):
    with suppress(UserError), case.cursor() as cr:
        case.call(cr)
        raise UserError("no")


@SCENARIOS.row("any other error after the method returned", "failed")
def _(case):
    with suppress(ValueError), case.cursor() as cr:
        case.call(cr)
        raise ValueError("later")


@SCENARIOS.row("explicit rollback", "rolled_back")
def _(case):
    with case.cursor() as cr:
        case.call(cr)
        cr.rollback()


@SCENARIOS.row("explicit rollback, inside an unrelated except block", "rolled_back")
def _(case):
    with case.cursor() as cr:
        try:
            raise KeyError("earlier")
        except KeyError:
            case.call(cr)
            cr.rollback()


@SCENARIOS.row("savepoint rolled back by an error that propagates", "failed")
def _(case):
    with suppress(ValueError), case.cursor() as cr, cr.savepoint(flush=False):
        case.call(cr)
        raise ValueError("broken")


@SCENARIOS.row("savepoint rolled back by an error that is handled", "rejected")
def _(case):
    with case.cursor() as cr:
        with suppress(UserError), cr.savepoint(flush=False):
            case.call(cr)
            raise UserError("no")
        case.assert_outcomes("rejected")


@SCENARIOS.row("savepoint rolled back without an error", "rolled_back")
def _(case):
    with case.cursor() as cr, closing(cr.savepoint(flush=False)):
        case.call(cr)


@SCENARIOS.row(
    "savepoint rolled back, and a call before it committed", "rolled_back", "success"
)
def _(case):
    with case.cursor() as cr:
        case.call(cr)
        with closing(cr.savepoint(flush=False)):
            case.call(cr)


@SCENARIOS.row("savepoint released", "success")
def _(case):
    with case.cursor() as cr, cr.savepoint(flush=False):
        case.call(cr)


@SCENARIOS.row("a hook before COMMIT that raises", "failed")
def _(case):
    with suppress(ValueError), case.cursor() as cr:
        case.call(cr)
        cr.precommit.add(case.raise_error)


@SCENARIOS.row("COMMIT fails: a deferred constraint", "failed")
def _(case):
    with suppress(psycopg2.IntegrityError), case.cursor() as cr:
        case.call(cr, query="INSERT INTO reliability_test VALUES (2, 0)")


@SCENARIOS.row("an SQL error was swallowed, so that COMMIT rolls back", "failed")
def _(case):
    with case.cursor() as cr:
        case.call(cr)
        with suppress(psycopg2.Error):
            cr.execute("SELECT nothing", log_exceptions=False)


@SCENARIOS.row("the connection is terminated inside the method", "failed")
def _(case):
    with suppress(psycopg2.Error), case.cursor() as cr:
        case.measured(lambda records: case.terminate(records.env.cr), cr)


@SCENARIOS.row("the connection is terminated after the method returned", "unknown")
def _(case):
    with suppress(psycopg2.Error), case.cursor() as cr:
        case.call(cr)
        case.terminate(cr)


@SCENARIOS.row("the connection is terminated when COMMIT is sent", "unknown")
def _(case):
    with suppress(psycopg2.Error), case.cursor() as cr:
        case.call(cr)
        case.terminate_quietly(cr)


@SCENARIOS.row("a serialization failure, then success", "retried", "success")
def _(case):
    case.run_with_conflicts(1)


@SCENARIOS.row("five serialization failures", *["retried"] * 4, "failed")
def _(case):
    with suppress(errors.SerializationFailure):
        case.run_with_conflicts(5)


@SCENARIOS.row(
    "a write on a read-only cursor, then success on another", "retried", "success"
)
def _(case):
    for mode in ("SET TRANSACTION READ ONLY", "SET TRANSACTION READ WRITE"):
        with suppress(errors.ReadOnlySqlTransaction), case.cursor() as cr:
            cr.execute(mode)
            case.call(cr, query="UPDATE reliability_test SET value = 0")


@SCENARIOS.row("the worker is killed inside the method", "killed")
def _(case):
    case.in_worker(lambda cr: case.measured(lambda _records: die(), cr))


@SCENARIOS.row("the worker is killed after the method, before COMMIT", "killed")
def _(case):
    def work(cr):
        case.call(cr)
        die()

    case.in_worker(work)


@SCENARIOS.row("the worker is killed after COMMIT was sent", "unknown")
def _(case):
    def die_in_commit():
        case.wait_for_commit()
        die()

    def work(cr):
        case.call(cr, query="INSERT INTO reliability_test_slow VALUES (1)")
        threading.Thread(target=die_in_commit).start()
        cr.commit()  # it is blocked

    with case.blocking_commits():
        case.in_worker(work)


@SCENARIOS.row("the worker is killed after COMMIT", "success")
def _(case):
    def work(cr):
        case.call(cr)
        cr.commit()
        die()

    case.in_worker(work)


@SCENARIOS.row("in a scheduled action, done", "success")
def _(case):
    case.run_cron("records.reliability_probe()")


@SCENARIOS.row("in a scheduled action, committed in parts", "success", "success")
def _(case):
    case.run_cron("""
for _record in (1, 2):
    records.reliability_probe()
    env.cr.commit()
""")


@SCENARIOS.row("in a scheduled action that fails after it", "failed")
def _(case):
    case.run_cron("records.reliability_probe(); 1 / 0")


@SCENARIOS.row("in a scheduled action that is rejected after it", "rejected")
def _(case):
    case.run_cron("records.reliability_probe(); raise UserError('no')")


@SCENARIOS.row("in a scheduled action that meets a concurrent transaction", "failed")
def _(case):
    case.run_cron("records.reliability_probe(1)")


def die():
    """Kill this process, as the kernel does when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)
