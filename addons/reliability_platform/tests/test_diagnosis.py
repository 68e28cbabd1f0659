"""Root causes: the transaction that holds a lock, and what busy workers do."""

import json
from datetime import timedelta

from odoo.tests import freeze_time, tagged

from odoo.addons.reliability.api import Series, StatusKey

from .common import NAMES, NOON, PlatformCase

NOW = NOON + timedelta(minutes=1)


@tagged("-at_install", "post_install")
class TestRootCause(PlatformCase):
    def description(self, *observed, key=None):
        """Return the description of the root cause, a minute after noon."""
        diagnosis = self.env["reliability.diagnosis"]
        with freeze_time(NOW):
            observation = self.observation(*observed)
            cause = diagnosis._find_root_cause(observation, key or self.key, NOW)
            return diagnosis._describe(cause)

    def test_lock_of_another_program(self):
        self.wait(holder_program="psql", holder_state="idle in transaction")
        self.assertEqual(
            self.description("blocked"),
            "Cause: 1 transaction waits for a lock that is held by: the program psql."
            " The transaction that holds it has been open for 6 min and is idle.",
        )

    def test_lock_of_a_process_with_an_unknown_call(self):
        self.wait(holder_program="odoo-12")
        self.assertIn("held by: a process of Odoo (odoo-12)", self.description("slow"))

    def test_lock_of_the_last_minutes_by_its_holder(self):
        layer = {"layer": "locks", "now": 8.0, "usual": None}
        diagnosis = type(self.env["reliability.diagnosis"])
        self.patch(diagnosis, "_find_layer", lambda *_arguments: layer)
        seen = NOON - timedelta(seconds=10)
        self.wait(seen=seen, holder_family="operation", holder_operation="probe")
        self.assertEqual(
            self.description("slow"),
            "Cause: 1 transaction waited for a lock, for 30 s. It was held by: Probe",
        )

    def test_locks_as_far_as_waits_were_observed(self):
        names = "probing", "probe", str(self.env.company.id), "WH"
        for family, labels, seconds in (
            ("operation", (*names, ""), 9.0),
            ("lock_waiting", names, 8.0),
        ):
            series = Series(family, self.env.cr.dbname, labels, 3.0)
            self.record(series, NOON, *["success"] * 4, seconds=seconds, sql=8.6)
        text = "Cause: each call waits for locks, for at least 8.0 s"
        self.assertEqual(self.description("slow"), text)
        with freeze_time(NOW):
            costs = self.env["reliability.diagnosis"]._costs_by_operation(NOON, NOW, {})
        self.assertEqual(costs["probe"].locks, 32.0)

    def test_layer_of_requests_while_all_workers_are_busy(self):
        requests = Series(
            "http", self.env.cr.dbname, ("/shop", "GET", "200", "", "probing"), 1.0
        )
        self.record(requests, NOON, *["success"] * 4, seconds=4.0, sql=3.9)
        platform = self.env.ref("reliability.service_platform")
        found = self.description("busy", "one", key=StatusKey(platform.id, None, ""))
        self.assertEqual(found, "Cause: the database takes 3.9 s of each call")

    def test_lock_wait_of_another_warehouse_is_no_cause(self):
        self.wait(warehouse="CH", holder_program="psql")
        self.assertEqual(self.description("slow"), "")

    def test_refusals_are_not_explained_by_locks(self):
        self.wait(holder_program="psql")
        self.assertEqual(self.description("refused"), "")

    def test_what_busy_workers_do(self):
        self.host(activities=[["operation", "probe", 3], ["http", "GET /shop", 1]])
        platform = self.env.ref("reliability.service_platform")
        found = self.description("busy", "one", key=StatusKey(platform.id, None, ""))
        self.assertEqual(found, "What 3 workers do: Probe")


@tagged("-at_install", "post_install")
class TestProblemsOfThePlatform(PlatformCase):
    """A problem of the platform is the cause where it explains the slow layer."""

    def setUp(self):
        super().setUp()
        self.layer = {"layer": "database", "now": 8.0, "usual": None}
        diagnosis = type(self.env["reliability.diagnosis"])
        self.patch(diagnosis, "_find_layer", lambda *_arguments: self.layer)

    def cause(self, kind="slow"):
        """Return the root cause, described, and as it is stored."""
        diagnosis = self.env["reliability.diagnosis"]
        with freeze_time(NOW):
            cause = diagnosis._find_root_cause(self.observation(kind), self.key, NOW)
            return diagnosis._describe(cause), json.dumps(cause)

    def test_calls_are_slow_because_a_standby_does_not_confirm_commits(self):
        self.host(problems=[self.problem(names=NAMES)])
        series = Series(
            "operation",
            self.env.cr.dbname,
            ("probing", "probe", str(self.env.company.id), "WH", ""),
            3.0,
        )
        self.record(series, NOON, *["success"] * 4, seconds=9.0, sql=8.6)
        with freeze_time(NOW):
            alerts, _work = self.env["reliability.evaluator"]._evaluate(NOW)
            (alert,) = [one for one in alerts if one.cause == "slow"]
            provider = self.env["reliability.health.provider"].with_user(self.user)
            text = provider._describe_alert(alert).text
        self.assertEqual(
            text,
            "Probe: 4 of 4 calls have been slow since 12:00. Cause: a standby does not"
            " confirm commits.",
        )

    def test_names_are_not_stored_with_the_cause(self):
        self.host(problems=[self.problem(names=NAMES)])
        self.assertNotIn("ffm2", self.cause()[1])

    def test_a_problem_of_another_layer_is_no_cause(self):
        self.host(problems=[self.problem("cpu_pressure", "one")])
        self.assertIn("the database takes 8.0 s", self.cause()[0])

    def test_of_several_the_worst_then_the_oldest(self):
        self.host(
            problems=[
                self.problem("transaction_open", seconds=9000.0),
                self.problem("temporary_files", seconds=60.0),
                self.problem("vacuum_behind", seconds=300.0),
            ]
        )
        self.assertIn("autovacuum", self.cause()[0])

    def test_a_slow_disk_is_the_cause_by_the_commits_that_it_makes_slow(self):
        disk = self.problem("disk_slow", "one", explains=[["commits_slow", ""]])
        self.host(problems=[disk])
        text, stored = self.cause()
        self.assertTrue(text.startswith("Cause: "), text)
        self.assertIn("commits_slow", stored)

    def test_a_slow_disk_without_postgresql_is_no_cause(self):
        self.host(problems=[self.problem("disk_slow", "one")])
        self.assertIn("the database takes 8.0 s", self.cause()[0])

    def test_calls_that_do_not_end_occupy_all_workers(self):
        self.layer = None
        self.host(problems=[self.problem()])
        text = "Cause: a standby does not confirm commits"
        self.assertEqual(self.cause("busy")[0], text)
        self.assertEqual(self.cause("slow")[0], "")


@tagged("-at_install", "post_install")
class TestLockWait(PlatformCase):
    def test_it_shows_waiting_call_holder_and_duration(self):
        wait = self.wait(holder_family="http", holder_operation="GET /shop")
        self.assertEqual(
            (wait.waiter, wait.holder, wait.seconds),
            ("Probe", "a request (GET /shop)", 90),
        )
        unknown = self.wait(operation=False, holder_program="psql")
        self.assertEqual((unknown.waiter, unknown.holder), ("", "the program psql"))
