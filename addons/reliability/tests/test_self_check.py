"""Settings show the problems of the telemetry, and what to do about them."""

from datetime import timedelta
from unittest.mock import patch

from odoo import http
from odoo.tests import TransactionCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..collector.snapshot import Snapshot
from ..models import ir_http, reliability_self_check


@tagged("-at_install", "post_install")
class TestSelfCheck(TransactionCase):
    def problems(self, age=1.0, enabled=True, waiting=0, without_slot=0, modules=None):
        """Return the problems with such a snapshot of the collector."""

        class Faked(Snapshot):
            age = None

        Faked.age = age
        if modules is None:
            modules = reliability_self_check.config["server_wide_modules"]
        batches = {self.env.cr.dbname: waiting}
        last = Faked(None, 0.0, {}, enabled, batches, without_slot)
        if age is None:
            last = None
        with (
            patch.object(reliability_self_check.snapshot, "last", lambda _folder: last),
            patch.dict(
                reliability_self_check.config.options, {"server_wide_modules": modules}
            ),
        ):
            return self.env["reliability.self.check"]._problems()

    def assert_problem(self, words, problems):
        self.assertEqual(len(problems), 1, problems)
        self.assertRegex(problems[0], words)

    def test_no_problem(self):
        self.assertEqual(self.problems(), [])

    def test_module_is_not_server_wide(self):
        self.assertIn("Add reliability to server_wide", self.problems(modules=())[0])

    def test_nothing_was_ever_collected(self):
        self.assert_problem("may not have started", self.problems(age=None))

    def test_nothing_is_collected_any_more(self):
        self.assert_problem("nothing for 10 min", self.problems(age=630.0))

    def test_server_is_paused(self):
        self.assert_problem("enabled = False", self.problems(enabled=False))

    def test_database_is_paused(self):
        self.env["ir.config_parameter"].set_param("reliability.switched_off", "True")
        problems = self.problems()
        self.assertRegex(problems[0], "paused in this database")

    def test_measurements_do_not_arrive(self):
        self.assert_problem("40 batches wait", self.problems(waiting=40))

    def test_processes_that_cannot_record(self):
        self.assert_problem(
            "3 processes .* cannot record now.*Free some storage",
            self.problems(without_slot=3),
        )

    def test_messages_are_refused(self):
        report = {
            "source": "1",
            "host": "odoo-1",
            "reported": self.env.cr.now(),
            "ended_leases": {"slot": 1},
            "waiting": ["message"],
            "refused": 3,
            "refusal": "permission denied",
        }
        reports = self.env["reliability.collector.report"]
        report = reports.create(report)
        self.assert_problem("3 of odoo-1.*permission denied", self.problems())
        report.reported -= timedelta(hours=2)
        self.assertEqual(self.problems(), [], "its host is gone")

    def test_operations_that_are_not_measured(self):
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
        self.assert_problem("not measured: Weighing", self.problems())

    def test_a_route_of_another_addon_that_cannot_be_reached(self):
        def metrics_of_another_addon(self):
            """Is an endpoint."""

        rules = [("/metrics", metrics_of_another_addon)]
        self.patch(http, "_generate_routing_rules", lambda *_args: rules)
        sentence = (
            r"/metrics of odoo\.addons\.reliability.*cannot be reached.*metrics_route"
        )
        routes = self.env["ir.http"]
        with self.assertLogs("odoo.addons.reliability", "WARNING") as logs:
            self.assertEqual([*routes._generate_routing_rules([], {})], rules)
        self.assertRegex(logs.output[0], sentence)
        self.assert_problem(sentence, self.problems())
        rules.clear()
        self.assertFalse([*routes._generate_routing_rules([], {})])
        self.assertEqual(self.problems(), [])

    @mute_logger("odoo.addons.reliability")
    def test_an_error_of_ours_leaves_the_routes(self):
        rules = [("/web", None), ("/shop", None)]
        self.patch(http, "_generate_routing_rules", lambda *_args: rules)
        self.patch(ir_http, "settings", lambda: 1 / 0)
        routes = self.env["ir.http"]
        self.assertEqual([*routes._generate_routing_rules([], {})], rules)

    def test_hosts_by_their_last_delivery(self):
        self.env.cr.execute(
            "INSERT INTO reliability_collector_checkpoint"
            " (name, host, number, delivered, has_ended)"
            " SELECT name, host, 1, now() AT TIME ZONE 'UTC' - age * interval '1 s',"
            " host = 'probe-ended'"
            " FROM (VALUES ('a', 'probe-1', 30), ('b', 'probe-1', 90),"
            "              ('c', 'probe-2', 60), ('d', 'probe-old', 100000),"
            "              ('e', 'probe-ahead', -3600), ('f', 'probe-ended', 600),"
            "              ('g', 'probe-silent', 700))"
            " AS source (name, host, age)"
        )
        checkpoints = type(self.env["reliability.collector.checkpoint"])
        self.patch(checkpoints, "_first_polls", lambda _model: {})
        with freeze_time(self.env.cr.now()):  # the clock of the database
            ages = dict(self.env["reliability.self.check"]._hosts())
        self.assertAlmostEqual(ages["probe-1"], 30, delta=1)
        self.assertAlmostEqual(ages["probe-2"], 60, delta=1)
        self.assertAlmostEqual(ages["probe-silent"], 700, delta=1)
        self.assertNotIn("probe-old", ages)
        self.assertNotIn("probe-ended", ages)
        self.assertEqual(ages["probe-ahead"], 0)
