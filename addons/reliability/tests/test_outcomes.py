"""The outcome of a call follows from its transaction: the table of docs/outcomes.md."""

import os
import threading
from contextlib import contextmanager, suppress
from unittest.mock import patch

import psycopg2

from odoo import api, sql_db
from odoo.service import model as service_model
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..instrumentation import measure
from ..instrumentation.recording import recorder
from .clocks import wait_until
from .common import PROBE, CommittedCase, measured
from .recordings import run_in_child
from .scenarios import SCENARIOS


class ScenarioCase(CommittedCase):
    """The steps of scenarios, on real connections."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls.cursor() as cr:
            cr.execute("""
                CREATE TABLE reliability_test (
                    id int PRIMARY KEY, value int,
                    UNIQUE (value) DEFERRABLE INITIALLY DEFERRED
                );
                INSERT INTO reliability_test VALUES (1, 0);

                CREATE TABLE reliability_test_slow (id int);
                CREATE FUNCTION reliability_test_slow() RETURNS trigger
                LANGUAGE plpgsql AS
                'BEGIN PERFORM pg_advisory_xact_lock(19); RETURN NULL; END';
                CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT
                ON reliability_test_slow DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION reliability_test_slow();
            """)
        cls.addClassCleanup(cls.drop_tables)

    @classmethod
    def drop_tables(cls):
        with cls.cursor() as cr:
            cr.execute("""
                DROP TABLE reliability_test, reliability_test_slow;
                DROP FUNCTION reliability_test_slow();
            """)

    def measured(self, method, cr):
        """Call a function as a measured method, on a connection."""
        records = api.Environment(cr, api.SUPERUSER_ID, {})["res.partner"].browse()
        return measured(method)(records)

    def call(self, cr, error=None, query="SELECT 1"):
        """Make a measured call that executes a query, and raises an error if given."""

        def method(records):
            records.env.cr.execute(query, log_exceptions=False)
            if error is not None:
                raise error

        self.measured(method, cr)

    def call_and_raise(self, error):
        with suppress(type(error)), self.cursor() as cr:
            self.call(cr, error)

    def assert_outcomes(self, *expected):
        self.assertEqual(self.outcomes_of(PROBE.name), list(expected))

    @staticmethod
    def raise_error():
        raise ValueError("broken on purpose")

    def terminate(self, cr):
        """Terminate a connection, and use it, which raises."""
        self.terminate_quietly(cr)
        cr.execute("SELECT 1")

    def terminate_quietly(self, cr):
        """Terminate a connection, which its next use will show."""
        with self.cursor() as other:
            pid = cr.connection.get_backend_pid()
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    def run_with_conflicts(self, conflicts):
        """Let ``retrying`` call a method with a number of real conflicts."""
        remaining = iter([True] * conflicts)
        with self.cursor() as cr:

            def attempt():
                cr.execute("SELECT value FROM reliability_test")
                if next(remaining, False):
                    with self.cursor() as other:
                        other.execute("UPDATE reliability_test SET value = value + 1")
                self.call(cr, query="UPDATE reliability_test SET value = value + 1")

            service_model.retrying(attempt, api.Environment(cr, 1, {}))

    def run_cron(self, code):
        """Run code in a scheduled action, as a cron worker does.

        The code can call the measured method ``records.reliability_probe(conflicts)``.
        """
        with self.committed() as env:
            registry = env.registry
            values = {"name": "Probe", "state": "code", "interval_number": 1}
            model = env["ir.model"]._get("res.partner")
            code = f"records = env['res.partner']\n{code}"
            cron = env["ir.cron"].create({**values, "model_id": model.id, "code": code})
        probe = measured(self.probe)
        with patch.object(
            registry["res.partner"], "reliability_probe", probe, create=True
        ):
            with self.cursor() as cr:
                job = registry["ir.cron"]._acquire_one_job(
                    cr, cron.id, include_not_ready=True
                )
                registry["ir.cron"]._process_job(cr, job)

    def probe(self, records, conflicts=0):
        cr = records.env.cr
        cr.execute("SELECT value FROM reliability_test")
        if conflicts:
            with self.cursor() as other:
                other.execute("UPDATE reliability_test SET value = value + 1")
        cr.execute("UPDATE reliability_test SET value = value + 1")

    def in_worker(self, action):
        """Run an action that kills its process, in a forked worker with a cursor."""

        def work():
            sql_db._Pool = None  # its connections belong to the parent
            with self.cursor() as cr:
                action(cr)

        self.assertTrue(os.WIFSIGNALED(run_in_child(work)))

    @contextmanager
    def blocking_commits(self):
        """Block the COMMIT of transactions that have written into the slow table."""
        with self.cursor() as cr:
            cr.execute("SELECT pg_advisory_xact_lock(19)")
            yield

    def wait_for_commit(self):
        """Wait until the COMMIT of a transaction is blocked."""

        def is_blocked():
            with self.cursor() as cr:
                cr.execute(
                    "SELECT FROM pg_locks JOIN pg_database AS db ON db.oid = database"
                    " WHERE datname = current_database() AND locktype = 'advisory'"
                    " AND objid = 19 AND NOT granted"
                )
                return cr.rowcount

        wait_until(is_blocked, "a COMMIT that is blocked")

    def uniform(self, *_bounds):
        """Replace ``random.uniform``: attempts need no pause here."""
        return 0.0

    def assert_table(self, table):
        """Run each scenario: each call has exactly one event, with its outcome."""
        self.patch(threading.current_thread(), "testing", False)
        self.patch(service_model, "random", self)
        for title, (outcomes, run) in table.items():
            with self.subTest(title):
                self.reset_recorder()
                run(self)
                self.assert_outcomes(*outcomes)
                self.assertFalse(self.in_flight(), "left in flight")


@tagged("-at_install", "post_install")
class TestOutcomesOfScenarios(ScenarioCase):
    @mute_logger("odoo.sql_db", "odoo.service.model", "odoo.addons.base.models.ir_cron")
    def test_each_call_has_exactly_one_event(self):
        self.assert_table(SCENARIOS)


@tagged("-at_install", "post_install")
class TestOutcomeHookOfTheModel(ScenarioCase):
    def call_with_hook(self, hook):
        self.patch(self.registry()["res.partner"], "_reliability_outcome", hook)
        with self.cursor() as cr:
            self.call(cr)

    def registry(self):
        with self.cursor() as cr:
            return api.Environment(cr, 1, {}).registry

    def test_failed_counts_as_failed_although_committed(self):
        self.call_with_hook(lambda _self, _operation, _result: "failed")
        self.assert_outcomes("failed")

    def test_not_done_is_not_counted(self):
        self.call_with_hook(lambda _self, _operation, _result: "not_done")
        self.assert_outcomes()

    def test_no_record_done_is_not_counted(self):
        self.call_with_hook(lambda partners, _operation, _result: partners)
        self.assert_outcomes()

    def test_records_done_are_counted(self):
        self.call_with_hook(
            lambda partners, _operation, _result: partners.browse([1, 2, 3])
        )
        (event,) = self.recorded(PROBE.name)
        self.assertEqual((event.outcome, event.records), ("success", 3))

    def test_an_error_in_the_hook_leaves_the_outcome_of_the_transaction(self):
        self.call_with_hook(lambda _self, _operation, _result: 1 / 0)
        self.assert_outcomes("success")
        self.assertEqual(recorder()._slot.drops()["error"], 1)


@tagged("-at_install", "post_install")
class TestThousandsOfCallsInOneTransaction(ScenarioCase):
    def test_all_are_counted_in_fewer_events(self):
        calls = 20_000
        with self.cursor() as cr:
            records = api.Environment(cr, 1, {})["res.partner"].browse()
            method = measured(lambda _records: None)
            for _call in range(calls):
                method(records)
        events = self.recorded(PROBE.name)
        self.assertEqual({event.outcome for event in events}, {"success"})
        self.assertEqual(sum(event.calls for event in events), calls)
        self.assertLess(len(events), 2000)

    def test_calls_beyond_the_maximum_are_counted_as_not_recorded(self):
        self.patch(measure, "MAX_CALLS", 10)
        with self.cursor() as cr:
            for _call in range(15):
                self.call(cr)
        self.assert_outcomes(*["success"] * 10)
        self.assertEqual(recorder()._slot.drops()["too_many"], 5)

    def test_savepoints_roll_back_only_the_calls_inside(self):
        with self.cursor() as cr:
            for _call in range(200):
                self.call(cr)
            for _call in range(50):
                with suppress(ValueError), cr.savepoint(flush=False):
                    self.call(cr)
                    raise ValueError("rolled back")
        outcomes = self.outcomes_of(PROBE.name)
        self.assertEqual(outcomes.count("success"), 200)
        self.assertEqual(outcomes.count("failed"), 50)


@tagged("-at_install", "post_install")
class TestOtherCursors(ScenarioCase):
    def test_a_call_belongs_to_the_transaction_that_it_was_made_on(self):
        with self.cursor() as cr:
            with self.cursor() as other:
                self.call(other)
                self.assert_outcomes()
            self.assert_outcomes("success")
            with suppress(psycopg2.Error):
                cr.execute("SELECT nothing", log_exceptions=False)

    def test_closing_a_cursor_twice_does_not_affect_the_next_on_its_connection(self):
        closed = self.cursor()
        closed.close()
        with self.cursor() as cr:
            self.assertIs(cr._cnx, closed._cnx)
            self.measured(lambda _records: closed.close(), cr)
        self.assert_outcomes("success")
