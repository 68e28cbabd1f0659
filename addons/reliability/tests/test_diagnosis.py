"""What is to blame is said in words, and only where it is known."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from ..telemetry.events import Series
from .test_evaluator import NOON, JudgedCase

LAST_DAYS = NOON - timedelta(days=1)


@tagged("-at_install", "post_install")
class TestWhichLayer(JudgedCase):
    def setUp(self):
        super().setUp()
        self.make_operation()
        self.env["reliability.lock.wait"].search([]).unlink()
        # The collector of another test may be at work, and writes how busy it is.
        hosts = type(self.env["reliability.host"])
        self.patch(hosts, "_now", lambda model: model.browse())

    def call(self, when, number=1, seconds=0.1, **costs):
        """Count calls, with what they consist of."""
        names = "probing", "probe", str(self.env.company.id), "WH", ""
        series = Series("operation", self.env.cr.dbname, names, 3.0)
        self.record(series, when, *["success"] * number, seconds=seconds, **costs)

    def said(self):
        """Return what is said of the service, a minute after noon."""
        self.look(NOON)
        self.look(NOON + timedelta(minutes=1))
        with freeze_time(NOON + timedelta(minutes=1)):
            return self.conditions().description

    def as_usual(self):
        self.call(LAST_DAYS, 40, 1.0, sql=0.6, cpu=0.3, queries=20)

    def wait(self, **values):
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

    def test_the_database_with_what_is_usual(self):
        self.as_usual()
        self.call(NOON, 4, 4.0, sql=3.6, cpu=0.3, queries=2000)
        text = "because the database takes 3.6 s of each, usually 0.60 s, with 2,000"
        self.assertIn(f"{text} queries instead of 20", self.said())

    def test_odoo_itself(self):
        self.as_usual()
        self.call(NOON, 4, 4.0, sql=0.6, cpu=3.3)
        self.assertIn("because Odoo computes 3.3 s for each", self.said())

    def test_a_processor_that_is_not_free(self):
        self.as_usual()
        self.call(NOON, 4, 4.0, sql=0.6, cpu=0.3)
        self.assertIn("because each waits 3.1 s in Odoo itself", self.said())

    def test_counterparts_where_none_of_them_stands_out(self):
        self.call(NOON, 4, 4.0, sql=0.6, cpu=0.3, external=3.0)
        self.assertIn("because counterparts take 3.0 s of each", self.said())

    def test_nobody_where_none_stands_out(self):
        self.as_usual()
        self.call(NOON, 4, 4.0, sql=2.1, cpu=1.8)
        self.assertNotIn("because", self.said())

    def test_locks_by_the_program_that_holds_one(self):
        self.wait(holder_program="psql", holder_state="idle in transaction")
        text = "because a transaction waits for a lock held by the program psql, at it"
        self.assertRegex(self.said(), f"1 stuck since .*, {text} for 6 min and asking")

    def test_locks_of_a_process_that_is_not_known(self):
        self.wait(holder_program="odoo-12")
        self.assertIn("held by a process of Odoo (odoo-12)", self.said())

    def test_locks_of_the_last_minutes_by_who_held_them(self):
        self.as_usual()
        self.call(NOON, 4, 9.0, sql=8.6, cpu=0.3)
        names = "probing", "probe", str(self.env.company.id), "WH"
        waited = Series("lock_waiting", self.env.cr.dbname, names, 1.0)
        self.record(waited, NOON, *["success"] * 4, seconds=8.0)
        seen = NOON - timedelta(seconds=10)
        self.wait(seen=seen, holder_family="operation", holder_operation="probe")
        text = "because a transaction waited for a lock held by “Probe” for 30 s"
        self.assertIn(text, self.said())

    def test_administrators_read_of_each_wait_who_for_whom_and_how_long(self):
        wait = self.wait(holder_family="http", holder_operation="GET /shop")
        self.assertEqual(
            (wait.who, wait.holder, wait.seconds),
            ("Probe", "a request (GET /shop)", 90),
        )
        stranger = self.wait(operation=False, holder_program="psql")
        self.assertEqual((stranger.who, stranger.holder), ("", "the program psql"))

    def test_nobody_for_what_the_business_refuses(self):
        self.count(NOON, *["rejected"] * 6)
        self.assertNotIn("because", self.said())

    def test_who_waits_elsewhere_blames_nobody_here(self):
        self.as_usual()
        self.call(NOON, 4, 4.0, sql=0.6, cpu=3.3)
        self.wait(warehouse="CH", holder_program="psql")
        self.look(NOON)
        self.look(NOON + timedelta(minutes=1))
        here = self.conditions().filtered(lambda of: of.warehouse == "WH")
        self.assertIn("because Odoo computes", here.description)
