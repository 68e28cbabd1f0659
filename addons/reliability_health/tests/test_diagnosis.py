"""The root cause of trouble is in the description, and only where it is known."""

from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.reliability.api import FamilySpec, Series
from odoo.addons.reliability.telemetry.families import learn
from odoo.addons.reliability.tests.counting import NOON

from . import test_evaluator

LAST_DAYS = NOON - timedelta(days=1)
LABELS = ("service", "operation", "company", "warehouse")
LOCK_WAITING = FamilySpec(
    "lock_waiting", "", LABELS, (), **{name: f"{{{name}}}" for name in LABELS}
)
"""As the addon that observes lock waits registers it."""


@tagged("-at_install", "post_install")
class TestRootCause(test_evaluator.EvaluatedCase):
    def setUp(self):
        super().setUp()
        self.make_operation()

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

    def test_locks_as_far_as_waits_were_observed(self):
        learn(LOCK_WAITING.as_json())
        self.usual_calls()
        self.call(NOON, 4, 9.0, sql=8.6, cpu=0.3)
        names = "probing", "probe", str(self.env.company.id), "WH"
        waited = Series("lock_waiting", self.env.cr.dbname, names, 1.0)
        self.record(waited, NOON, *["success"] * 4, seconds=8.0)
        text = "because each waits for locks for at least 8.0 s"
        self.assertIn(text, self.description())

    def test_none_for_refused_calls(self):
        self.count(NOON, *["rejected"] * 6)
        self.assertNotIn("because", self.description())


@tagged("-at_install", "post_install")
class TestDependency(test_evaluator.EvaluatedCase):
    """A service in trouble names the service in trouble on which it depends."""

    def setUp(self):
        super().setUp()
        model = self.env["reliability.service"]
        self.platform = model.create({"name": "Foundation", "code": "foundation"})
        between = model.create(
            {
                "name": "Between",
                "code": "between",
                "depends_on_ids": [Command.link(self.platform.id)],
            }
        )
        self.service.depends_on_ids = between

    def description(self, **labels):
        """Return the description of a service that fails after its foundation does.

        :param labels: of the calls of the foundation
        """
        for minute in range(-5, 4):
            at = NOON + timedelta(minutes=minute)
            self.count(at, *["failed"] * 4, service="foundation", **labels)
            if minute >= 0:
                self.count(at, *["failed"] * 4)
            self.evaluate_at(at + timedelta(seconds=30))
        with freeze_time(NOON + timedelta(minutes=5)):
            return self.statuses().with_user(self.user).description

    def test_named_also_if_another_service_is_between(self):
        text = ": “Foundation”, on which it depends, is interrupted since 11:55"
        self.assertIn(text, self.description())

    def test_not_named_if_it_belongs_to_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.assertNotIn("Foundation", self.description(company=other.id))

    def test_not_named_if_the_service_does_not_depend_on_it(self):
        self.service.depends_on_ids = False
        self.assertNotIn("Foundation", self.description())
