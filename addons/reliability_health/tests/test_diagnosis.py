"""The root cause of trouble is in the description, and only where it is known."""

from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.reliability.api import (
    HISTOGRAM,
    FamilySpec,
    MetricSpec,
    Series,
    StatusKey,
)
from odoo.addons.reliability.tests.counting import NOON

from . import test_evaluator

LAST_DAYS = NOON - timedelta(days=1)
TIMES = MetricSpec(HISTOGRAM, "odoo_dock_seconds", "Unloading of trucks.", ("dock",))
DOCK = FamilySpec(
    "dock", "Truck", ("dock",), (TIMES,), "probing", "{dock}", is_evaluated=True
)
"""A family of the whole database, as an addon registers it."""


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
        self.assertIn(
            "Cause: the database takes 3.6 s of each call, usually 0.60 s; a call has"
            " 2,000 queries, usually 20.",
            self.description(),
        )

    def test_computing_in_odoo(self):
        self.usual_calls()
        self.call(NOON, 4, 4.0, sql=0.6, cpu=3.3)
        self.assertIn("Cause: Odoo computes 3.3 s for each call", self.description())

    def test_waiting_for_a_processor(self):
        self.usual_calls()
        self.call(NOON, 4, 4.0, sql=0.6, cpu=0.3)
        self.assertIn("Cause: each call waits 3.1 s in Odoo itself", self.description())

    def test_partner_systems_if_none_of_them_stands_out(self):
        self.call(NOON, 4, 4.0, sql=0.6, cpu=0.3, external=3.0)
        self.assertIn(
            "Cause: partner systems take 3.0 s of each call", self.description()
        )

    def test_none_if_no_layer_stands_out(self):
        self.usual_calls()
        self.call(NOON, 4, 4.0, sql=2.1, cpu=1.8)
        self.assertNotIn("because", self.description())

    def test_layer_of_slow_calls_of_another_family(self):
        self.register_family(DOCK)
        dock = Series("dock", self.env.cr.dbname, ("north",), 3.0)
        self.record(dock, NOON, *["success"] * 4, seconds=4.0, sql=3.9)
        self.assertIn(
            "Cause: the database takes 3.9 s of each call", self.description()
        )

    def test_families_with_the_same_operation_are_evaluated_apart(self):
        self.register_family(DOCK)
        dock = Series("dock", self.env.cr.dbname, ("probe",), 3.0)
        self.record(dock, NOON, *["success"] * 4, seconds=4.0, sql=3.9)
        self.count(NOON, *["success"] * 40, company="", warehouse="")
        self.assertIn(
            "Cause: the database takes 3.9 s of each call", self.description()
        )

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

    def description(self, outcomes=("failed",) * 4, seconds=0.1, **labels):
        """Return the description of a service in trouble after its foundation fails.

        :param outcomes, seconds: of the calls of the service, each minute
        :param labels: of the calls of the foundation
        """
        for minute in range(-5, 4):
            at = NOON + timedelta(minutes=minute)
            self.count(at, *["failed"] * 4, service="foundation", **labels)
            if minute >= 0:
                self.count(at, *outcomes, seconds=seconds)
            self.evaluate_at(at + timedelta(seconds=30))
        with freeze_time(NOON + timedelta(minutes=5)):
            return self.statuses().with_user(self.user).description

    def test_named_also_if_another_service_is_between(self):
        text = "It depends on “Foundation”, which is interrupted since 11:55."
        self.assertIn(text, self.description())

    def test_named_if_it_is_of_the_whole_database(self):
        self.env["res.company"].create({"name": "Other"})
        self.assertIn("It depends on “Foundation”", self.description(company=""))

    def test_not_named_if_it_belongs_to_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.assertNotIn("Foundation", self.description(company=other.id))

    def test_not_named_for_the_whole_database_if_it_belongs_to_a_company(self):
        self.description()
        diagnosis = self.env["reliability.diagnosis"]
        for company, found in ((self.env.company.id, True), (None, False)):
            key = StatusKey(self.service.id, company, "")
            self.assertEqual(bool(diagnosis._find_troubled_dependency(key)), found)

    def test_not_named_if_an_addon_that_is_loaded_later_has_evidence(self):
        evidence = {"layer": "python", "now": 2.0, "usual": None}
        diagnosis = type(self.env["reliability.diagnosis"])
        health = diagnosis._find_root_cause
        self.patch(
            diagnosis, "_find_root_cause", lambda *args: health(*args) or evidence
        )
        self.assertIn("Cause: Odoo computes 2.0 s for each call", self.description())

    def test_not_named_if_a_layer_stands_out(self):
        text = self.description(["success"] * 4, seconds=9.0)
        self.assertIn("Cause: each call waits 9.0 s in Odoo itself", text)

    def test_not_named_if_the_service_does_not_depend_on_it(self):
        self.service.depends_on_ids = False
        self.assertNotIn("Foundation", self.description())
