"""Settings say how the telemetry is doing, and what to do where it is not well."""

from unittest.mock import patch

from odoo.tests import TransactionCase, freeze_time, tagged

from ..collector.snapshot import Snapshot
from ..models import reliability_self_check


@tagged("-at_install", "post_install")
class TestHealth(TransactionCase):
    def problems(self, age=1.0, enabled=True, waiting=0, modules=("reliability",)):
        """Return what Settings say of a server whose collector has told this."""

        class Told(Snapshot):
            age = None

        Told.age = age
        last = Told(None, 0.0, {}, enabled, {self.env.cr.dbname: waiting})
        if age is None:
            last = None
        with (
            patch.object(reliability_self_check.snapshot, "last", lambda _folder: last),
            patch.dict(
                reliability_self_check.config.options, {"server_wide_modules": modules}
            ),
        ):
            return self.env["reliability.self.check"]._problems()

    def assert_said(self, words, problems):
        self.assertEqual(len(problems), 1, problems)
        self.assertRegex(problems[0], words)

    def test_where_all_is_well_nothing_is_said(self):
        self.assertEqual(self.problems(), [])

    def test_that_the_module_is_not_server_wide(self):
        self.assert_said("Add reliability to server_wide", self.problems(modules=()))

    def test_that_nothing_was_ever_collected(self):
        self.assert_said("may not have been started", self.problems(age=None))

    def test_that_nothing_is_collected_any_more(self):
        self.assert_said("for 10 minutes", self.problems(age=630.0))

    def test_that_the_server_is_switched_off(self):
        self.assert_said("enabled = False", self.problems(enabled=False))

    def test_that_the_database_is_switched_off(self):
        self.env["ir.config_parameter"].set_param("reliability.switched_off", "True")
        problems = self.problems()
        self.assertRegex(problems[0], "switched off in this database")

    def test_that_what_was_measured_does_not_arrive(self):
        self.assert_said("40 batches wait", self.problems(waiting=40))

    def test_which_operations_are_not_measured(self):
        operation = self.env["reliability.operation"].create(
            {
                "name": "Weighing",
                "code": "weighing",
                "service_id": self.env.ref("reliability.service_platform").id,
                "model": "res.partner",
                "method": "address_get",
            }
        )
        self.env.cr.execute(
            "UPDATE reliability_operation SET method = 'gone' WHERE id = %s",
            [operation.id],
        )
        self.env.invalidate_all()
        self.assert_said("Not measured: Weighing", self.problems())

    def test_when_each_server_last_brought_something(self):
        self.env.cr.execute(
            "INSERT INTO reliability_collector_checkpoint (name, host, number, delivered)"
            " SELECT name, host, 1, now() AT TIME ZONE 'UTC' - age * interval '1 s'"
            " FROM (VALUES ('a', 'probe-1', 30), ('b', 'probe-1', 90),"
            "              ('c', 'probe-2', 60), ('d', 'probe-old', 100000),"
            "              ('e', 'probe-ahead', -3600))"
            " AS source (name, host, age)"
        )
        with freeze_time(self.env.cr.now()):  # which is the database's, too
            ages = dict(self.env["reliability.self.check"]._hosts())
        self.assertAlmostEqual(ages["probe-1"], 30, delta=1)
        self.assertAlmostEqual(ages["probe-2"], 60, delta=1)
        self.assertNotIn("probe-old", ages)
        self.assertEqual(ages["probe-ahead"], 0)
