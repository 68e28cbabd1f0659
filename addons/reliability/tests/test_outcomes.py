"""How a call ended is how its transaction ended; the table of docs/outcomes.md."""

# On connections of their own, these tests commit, and refuse in any language.
# pylint: disable=invalid-commit,translation-required

import os
import signal
import threading
from contextlib import closing, suppress

import psycopg2
from psycopg2 import errors

from odoo import api, sql_db
from odoo.exceptions import (
    AccessError,
    ConcurrencyError,
    LockError,
    MissingError,
    RedirectWarning,
    UserError,
    ValidationError,
)
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..runtime import guard, measure, transaction
from ..runtime.call import Call
from ..runtime.recording import recorder
from ..telemetry.recorder import Recorder
from ..telemetry.slot_file import SlotFile
from .common import RecordedCase, in_child

OPERATION = measure.Operation("sales", "outcome", 1.0, lambda _records, _id: "WH")


class RealConnectionCase(RecordedCase, BaseCase):
    """Calls on real connections of their own, which really commit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls.cursor() as cr:
            cr.execute("""
                CREATE TABLE reliability_test (
                    id int PRIMARY KEY, value int,
                    UNIQUE (value) DEFERRABLE INITIALLY DEFERRED
                );
                INSERT INTO reliability_test VALUES (1, 0)
            """)
        cls.addClassCleanup(cls.drop_table)

    @classmethod
    def drop_table(cls):
        with cls.cursor() as cr:
            cr.execute("DROP TABLE reliability_test")

    @classmethod
    def cursor(cls):
        return sql_db.db_connect(get_db_name()).cursor()

    def call(self, cr, error=None, query=None):
        """Call a measured method that runs a query and raises an error."""

        def method(records):
            if query:
                records.env.cr.execute(query, log_exceptions=False)
            if error:
                raise error

        self.measured(method, cr)

    def measured(self, method, cr):
        records = api.Environment(cr, 1, {})["res.partner"].browse()
        return measure.measure(method, OPERATION)(records)

    def assert_outcomes(self, *expected):
        outcomes = [event.outcome for event in self.recorded(OPERATION.name)]
        self.assertEqual(outcomes, list(expected))


@tagged("-at_install", "post_install")
class TestCommitAndRefusal(RealConnectionCase):
    def test_committed_is_success(self):
        with self.cursor() as cr:
            self.call(cr)
            self.assert_outcomes()
        self.assert_outcomes("success")

    def test_an_error_that_propagates_decides(self):
        refusals = [
            UserError("no"),
            ValidationError("no"),
            AccessError("no"),
            MissingError("no"),
            RedirectWarning("no", 1, "there"),
            errors.UniqueViolation("no"),
        ]
        failures = [
            ValueError("broken"),
            ZeroDivisionError(),
            errors.UndefinedTable("broken"),
            # Without another try, contention is a failure too.
            errors.SerializationFailure("late"),
            ConcurrencyError("late"),
            LockError("late"),
        ]
        for error in [*refusals, *failures]:
            with suppress(type(error)), self.cursor() as cr:
                self.call(cr, error)
        self.assert_outcomes(*["rejected"] * len(refusals), *["failed"] * len(failures))

    def test_an_error_that_the_caller_handles_still_decides(self):
        with self.cursor() as cr, suppress(UserError):
            self.call(cr, UserError("no"))
        self.assert_outcomes("rejected")

    def test_an_error_after_the_method_returned(self):
        with suppress(ValueError), self.cursor() as cr:
            self.call(cr)
            raise ValueError("later")
        self.assert_outcomes("failed")

    def test_an_explicit_rollback_without_error(self):
        with self.cursor() as cr:
            self.call(cr)
            cr.rollback()
        self.assert_outcomes("rolled_back")

    def test_inside_an_except_that_has_nothing_to_do_with_it(self):
        with self.cursor() as cr:
            try:
                raise KeyError("earlier")
            except KeyError:
                self.call(cr)
                cr.rollback()
        self.assert_outcomes("rolled_back")

    def test_each_transaction_settles_its_own_calls(self):
        with self.cursor() as cr:
            self.call(cr)
            cr.commit()
            self.call(cr)
            cr.rollback()
        self.assert_outcomes("success", "rolled_back")


@tagged("-at_install", "post_install")
class TestSavepoints(RealConnectionCase):
    def test_undone_by_an_error_that_somebody_handles(self):
        with self.cursor() as cr:
            with suppress(UserError), cr.savepoint(flush=False):
                self.call(cr)
                raise UserError("no")
            self.assert_outcomes("rejected")
        self.assert_outcomes("rejected")

    def test_undone_without_an_error(self):
        with self.cursor() as cr:
            with closing(cr.savepoint(flush=False)):
                self.call(cr)
        self.assert_outcomes("rolled_back")

    def test_what_was_before_the_savepoint_is_not_touched(self):
        with self.cursor() as cr:
            self.call(cr)
            with closing(cr.savepoint(flush=False)):
                self.call(cr)
        self.assert_outcomes("rolled_back", "success")

    def test_kept(self):
        with self.cursor() as cr, cr.savepoint(flush=False):
            self.call(cr)
        self.assert_outcomes("success")


@tagged("-at_install", "post_install")
class TestTheEndOfTheTransaction(RealConnectionCase):
    def test_a_precommit_hook_that_raises(self):
        def broken():
            raise ValueError("broken")

        with suppress(ValueError), self.cursor() as cr:
            self.call(cr)
            cr.precommit.add(broken)
        self.assert_outcomes("failed")

    def test_a_commit_that_fails(self):
        with suppress(psycopg2.IntegrityError), self.cursor() as cr:
            self.call(cr, query="INSERT INTO reliability_test VALUES (2, 0)")
        self.assert_outcomes("failed")

    def test_a_commit_that_postgresql_turns_into_a_rollback(self):
        """Somebody swallowed an SQL error: COMMIT raises nothing and keeps nothing."""
        with self.cursor() as cr:
            self.call(cr)
            with suppress(psycopg2.Error):
                cr.execute("SELECT nothing", log_exceptions=False)
        self.assert_outcomes("failed")

    def test_a_method_that_commits_itself(self):
        with closing(self.cursor()) as cr:
            self.measured(lambda records: records.env.cr.commit(), cr)
        self.assert_outcomes("success")

    def test_a_method_that_commits_itself_and_is_undone_after(self):
        with closing(self.cursor()) as cr:
            self.measured(lambda records: records.env.cr.commit(), cr)
            cr.execute("SELECT 1")
        self.assert_outcomes("rolled_back")

    def test_a_method_that_closes_its_cursor(self):
        self.measured(lambda records: records.env.cr.close(), self.cursor())
        with self.cursor():
            pass  # on the same connection
        self.assert_outcomes("rolled_back")

    def test_a_cursor_closed_again_leaves_the_next_on_its_connection_alone(self):
        closed = self.cursor()
        closed.close()
        with self.cursor() as cr:
            self.assertIs(cr._cnx, closed._cnx)
            self.measured(lambda _records: closed.close(), cr)
        self.assert_outcomes("success")

    def test_a_foreign_postcommit_hook_that_raises(self):
        def broken():
            raise ValueError("broken")

        with suppress(ValueError), self.cursor() as cr:
            self.call(cr)
            cr.postcommit.add(broken)
        self.assert_outcomes("success")

    @mute_logger("odoo.sql_db")
    def test_a_connection_that_is_lost(self):
        with suppress(psycopg2.Error), self.cursor() as cr:
            self.call(cr)
            with self.cursor() as other:
                pid = cr.connection.get_backend_pid()
                other.execute("SELECT pg_terminate_backend(%s)", (pid,))
            cr.execute("SELECT 1")
        self.assert_outcomes("unknown")


@tagged("-at_install", "post_install")
class TestOurFailureStopsNoCommit(RealConnectionCase):
    def test_whatever_of_ours_raises_what_was_written_is_there(self):
        def broken(*_arguments):
            raise RuntimeError("broken on purpose")

        self.patch(guard, "_next_report", float("inf"))
        places = [
            (Call, "committing"),
            (Call, "settle"),
            (transaction, "_take_ended"),
            (Recorder, "committing"),
            (Recorder, "finish"),
            (SlotFile, "append"),
        ]
        for number, (owner, name) in enumerate(places, start=100):
            whole = getattr(owner, name)
            setattr(owner, name, broken)
            try:
                with self.cursor() as cr:
                    row = f"INSERT INTO reliability_test VALUES ({number}, {number})"
                    self.call(cr, query=row)
            finally:
                setattr(owner, name, whole)
            with self.subTest(name), self.cursor() as cr:
                cr.execute("SELECT 1 FROM reliability_test WHERE id = %s", (number,))
                self.assertTrue(cr.fetchone())
                drops = recorder()._slot.drops()
                self.assertGreaterEqual(drops["error"], number - 99)


@tagged("-at_install", "post_install")
class TestAnotherTry(RealConnectionCase):
    def run_with_conflicts(self, conflicts):
        """Let ``retrying`` call a method that meets so many real conflicts."""
        self.patch(threading.current_thread(), "testing", False)
        self.patch(self.retry_module(), "random", self)
        with self.cursor() as cr:
            env = api.Environment(cr, 1, {})
            left = iter([True] * conflicts)

            def attempt():
                cr.execute("SELECT value FROM reliability_test")
                if next(left, False):
                    with self.cursor() as other:
                        other.execute("UPDATE reliability_test SET value = value + 1")
                self.call(cr, query="UPDATE reliability_test SET value = value + 1")

            retrying(attempt, env)

    def retry_module(self):
        from odoo.service import model

        return model

    def uniform(self, *_bounds):
        return 0.0

    @mute_logger("odoo.service.model")
    def test_that_succeeds(self):
        self.run_with_conflicts(1)
        self.assert_outcomes("retried", "success")

    @mute_logger("odoo.service.model")
    def test_that_fails_like_the_others(self):
        with suppress(errors.SerializationFailure):
            self.run_with_conflicts(5)
        self.assert_outcomes(*["retried"] * 4, "failed")


@tagged("-at_install", "post_install")
class TestAKilledWorker(RealConnectionCase):
    def killed_in(self, action):
        """Let a forked worker, with a connection of its own, kill itself."""

        def work():
            sql_db._Pool = None  # what it holds is the parent's
            with self.cursor() as cr:
                action(cr)

        status = in_child(work)
        self.assertTrue(os.WIFSIGNALED(status))

    @staticmethod
    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    def test_before_the_method_returns(self):
        self.killed_in(lambda cr: self.measured(lambda _self: self.die(), cr))
        self.assert_outcomes("killed")

    def test_before_commit(self):
        def after(cr):
            self.call(cr)
            self.die()

        self.killed_in(after)
        self.assert_outcomes("killed")

    def test_while_commit_is_on_its_way(self):
        def during(cr):
            self.call(cr)
            calls = vars(cr._cnx)["_reliability_calls"]
            for call in calls:
                call.committing()
            self.die()

        self.killed_in(during)
        self.assert_outcomes("unknown")

    def test_after_commit(self):
        def after(cr):
            self.call(cr)
            cr.commit()
            self.die()

        self.killed_in(after)
        self.assert_outcomes("success")
