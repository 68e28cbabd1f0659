"""The root cause of trouble is in the description, and only where it is known."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from odoo.addons.reliability.api import Series
from odoo.addons.reliability.tests.counting import NOON

from . import test_evaluator

LAST_DAYS = NOON - timedelta(days=1)


@tagged("-at_install", "post_install")
class TestRootCause(test_evaluator.EvaluatedCase):
    def setUp(self):
        super().setUp()
        self.make_operation()
        self.env["reliability.lock.wait"].search([]).unlink()
        # A collector of another test may run, and writes a heartbeat.
        hosts = type(self.env["reliability.host"])
        self.patch(hosts, "_current", lambda model: model.browse())

    def call(self, when, number=1, seconds=0.1, **costs):
        """Count calls, with their costs."""
        names = "probing", "probe", str(self.env.company.id), "WH", ""
        series = Series("operation", self.env.cr.dbname, names, 3.0)
        self.record(series, when, *["success"] * number, seconds=seconds, **costs)

    def description(self):
        """Return the description of the status, a minute after noon."""
        self.evaluate_at(NOON)
        self.evaluate_at(NOON + timedelta(minutes=1))
        with freeze_time(NOON + timedelta(minutes=1)):
            return self.statuses().description

    def usual_calls(self):
        """Count calls with the usual costs, yesterday."""
        self.call(LAST_DAYS, 40, 1.0, sql=0.6, cpu=0.3, queries=20)

    def wait(self, **values):
        """Make a lock wait of the operation, which goes on."""
        since = NOON - timedelta(seconds=40)
        return self.env["reliability.lock.wait"].create(
            {
                "backend": next(self.numbers),
                "since": since,
                "seen": NOON + timedelta(seconds=50),
                "family": "operation",
                "service": "probing",
                "operation": "probe",
                "company": str(self.env.company.id),
                "warehouse": "WH",
                "holder_backend": 7,
                "holder_opened": NOON - timedelta(minutes=5),
                **values,
            }
        )

    def test_database_with_the_usual_time_and_queries(self):
        self.usual_calls()
        self.call(NOON, 4, 4.0, sql=3.6, cpu=0.3, queries=2000)
        text = "because the database takes 3.6 s of each, usually 0.60 s, with 2,000"
        self.assertIn(f"{text} queries instead of 20", self.description())

    def test_computing_in_odoo(self):
        self.usual_calls()
        self.call(NOON, 4, 4.0, sql=0.6, cpu=3.3)
        self.assertIn("because Odoo computes 3.3 s for each", self.description())

    def test_waiting_for_a_processor(self):
        self.usual_calls()
        self.call(NOON, 4, 4.0, sql=0.6, cpu=0.3)
        self.assertIn("because each waits 3.1 s in Odoo itself", self.description())

    def test_partner_systems_if_none_of_them_stands_out(self):
        self.call(NOON, 4, 4.0, sql=0.6, cpu=0.3, external=3.0)
        self.assertIn("because partner systems take 3.0 s of each", self.description())

    def test_none_if_no_layer_stands_out(self):
        self.usual_calls()
        self.call(NOON, 4, 4.0, sql=2.1, cpu=1.8)
        self.assertNotIn("because", self.description())

    def test_lock_of_another_program(self):
        self.wait(holder_program="psql", holder_state="idle in transaction")
        text = r"because a transaction waits for a lock held by the program psql \("
        self.assertRegex(
            self.description(),
            rf"1 stuck since .*, {text}transaction open for 6 min, idle\)",
        )

    def test_lock_of_a_process_with_an_unknown_call(self):
        self.wait(holder_program="odoo-12")
        self.assertIn("held by a process of Odoo (odoo-12)", self.description())

    def test_lock_of_the_last_minutes_by_its_holder(self):
        self.usual_calls()
        self.call(NOON, 4, 9.0, sql=8.6, cpu=0.3)
        names = "probing", "probe", str(self.env.company.id), "WH"
        waited = Series("lock_waiting", self.env.cr.dbname, names, 1.0)
        self.record(waited, NOON, *["success"] * 4, seconds=8.0)
        seen = NOON - timedelta(seconds=10)
        self.wait(seen=seen, holder_family="operation", holder_operation="probe")
        text = "because a transaction waited for a lock held by “Probe” for 30 s"
        self.assertIn(text, self.description())

    def test_a_lock_wait_shows_waiting_call_holder_and_duration(self):
        wait = self.wait(holder_family="http", holder_operation="GET /shop")
        self.assertEqual(
            (wait.waiter, wait.holder, wait.seconds),
            ("Probe", "a request (GET /shop)", 90),
        )
        unknown = self.wait(operation=False, holder_program="psql")
        self.assertEqual((unknown.waiter, unknown.holder), ("", "the program psql"))

    def test_none_for_refused_calls(self):
        self.count(NOON, *["rejected"] * 6)
        self.assertNotIn("because", self.description())

    def test_lock_wait_of_another_warehouse_is_no_cause(self):
        self.usual_calls()
        self.call(NOON, 4, 4.0, sql=0.6, cpu=3.3)
        self.wait(warehouse="CH", holder_program="psql")
        self.evaluate_at(NOON)
        self.evaluate_at(NOON + timedelta(minutes=1))
        here = self.statuses().filtered(lambda status: status.warehouse == "WH")
        self.assertIn("because Odoo computes", here.description)
