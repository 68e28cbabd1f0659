"""What is worse since a deployment is one sentence, wherever it is read."""

from odoo.tests import freeze_time, tagged

from ..comparison import MEASURES
from ..models.comparison_messages import SENTENCES, describe
from .measured import BEGIN, MeasuredCase, after


class FoundCase(MeasuredCase):
    def find(self, **values):
        self.work(BEGIN, after(24), **values)
        self.compare(24)


@tagged("-at_install", "post_install")
class TestSentence(FoundCase):
    def text(self, *values):
        with freeze_time(after(24)):
            return describe(self.env, "queries", "probe", after(8), *values)

    def test_of_queries(self):
        self.assertEqual(
            self.text(85.3, 340.2), "Probe makes 340 queries since 12:08, 85 before"
        )
        self.assertEqual(
            self.text(2.5, 9), "Probe makes 9 queries since 12:08, 2.5 before"
        )

    def test_of_the_others(self):
        with freeze_time(after(24)):
            found = [
                describe(self.env, measure, "probe", after(8), *values)
                for measure, *values in (
                    ("errors", 0.0034, 0.05),
                    ("refusals", 0, 0.12),
                    ("duration", 0.031, 1.34),
                )
            ]
        self.assertEqual(
            found,
            [
                "Probe fails in 5 % of calls since 12:08, 0.3 % before",
                "Probe is rejected in 12 % of calls since 12:08, 0 % before",
                "Probe takes 1.3 s since 12:08, 31 ms before",
            ],
        )

    def test_each_measure_has_one(self):
        self.assertEqual(set(SENTENCES), {one.name for one in MEASURES})

    def test_charts_and_timelines_have_the_worst_one(self):
        self.find(failed=5, queries=340)
        provider = self.env["reliability.health.provider"].with_user(self.viewer)
        with freeze_time(after(24)):
            (one,) = provider._deployments(BEGIN, after(24))
        self.assertTrue(one.text.endswith("25 % of calls since 12:08, 0 % before."))
        self.assertNotIn("queries", one.text)


@tagged("-at_install", "post_install")
class TestOpened(FoundCase):
    """A difference opens the calls that explain it, as its reader may see them."""

    def opened(self, **values):
        self.find(**values)
        (one,) = self.deployment.finding_ids.with_user(self.viewer)
        with freeze_time(after(24)):
            action = one.action_open()
            self.env[action["res_model"]].with_user(self.viewer).search(
                action["domain"]
            )
        return action

    def test_failed_calls(self):
        action = self.opened(failed=1)
        self.assertEqual(action["name"], "Last Failed Calls")
        self.assertIn(("ended", ">=", after(8)), action["domain"])
        self.assertIn(("ended", "<", after(23)), action["domain"])

    def test_rejected_calls(self):
        self.assertEqual(self.opened(rejected=3)["name"], "Last Rejected Calls")

    def test_slow_calls_where_queries_are_more(self):
        self.assertEqual(self.opened(queries=340)["name"], "Slowest Calls")

    def test_durations_by_the_hour(self):
        action = self.opened(seconds=2)
        self.assertEqual(action["res_model"], "reliability.report")

    def test_how_many_calls_there_were_is_for_administrators(self):
        self.find(failed=1)
        names = self.deployment.finding_ids.with_user(self.viewer).fields_get()
        self.assertIn("effect", names)
        self.assertNotIn("calls_after", names)


@tagged("-at_install", "post_install")
class TestAlert(FoundCase):
    def test_failed_calls_degrade_the_service(self):
        self.find(failed=5, queries=340)
        (alert,) = self.alerts(25)
        self.assertEqual((alert.service, alert.severity), ("probing", "degraded"))
        self.assertEqual((alert.count, alert.since), (2, after(8)))
        self.assertEqual(alert.subject, str(self.deployment.id))

    def test_an_incident_is_opened_by_failed_calls(self):
        self.find(failed=5)
        self.env["reliability.incident"].search([]).unlink()
        with freeze_time(after(25)):
            self.env["reliability.evaluator"]._run(after(25))
            incidents = self.env["reliability.incident"].with_user(self.viewer)
            texts = incidents.search([("service_ids", "=", self.service.id)]).mapped(
                "evidence_ids.text"
            )
        self.assertIn("Probe fails in 25 % of calls since 12:08, 0 % before", texts)

    def test_other_differences_are_information(self):
        self.find(queries=340)
        (alert,) = self.alerts(25)
        self.assertEqual(alert.severity, "information")

    def test_what_is_better_is_none(self):
        self.find(queries=20)
        self.assertFalse(self.alerts(25))

    def test_it_says_the_worst_and_opens_all(self):
        self.find(failed=5, queries=340)
        (alert,) = self.alerts(25)
        provider = self.env["reliability.health.provider"].with_user(self.viewer)
        with freeze_time(after(25)):
            text, _button, action = provider._describe_alert(alert)
        self.assertEqual(
            text,
            "Probe fails in 25 % of calls since 12:08, 0 % before. 1 more difference"
            " since this deployment.",
        )
        findings = self.env[action["res_model"]].with_user(self.viewer)
        self.assertEqual(findings.search_count(action["domain"]), alert.count)

    def test_a_single_one_has_no_full_stop(self):
        self.find(queries=340)
        (alert,) = self.alerts(25)
        with freeze_time(after(25)):
            described = self.env["reliability.health.provider"]._describe_alert(alert)
        self.assertEqual(
            described.text, "Probe makes 340 queries since 12:08, 85 before"
        )

    def test_it_ends_after_a_day(self):
        self.find(failed=5)
        self.assertTrue(self.alerts(24 * 60))
        self.assertFalse(self.alerts(24 * 60 + 5))

    def test_it_ends_once_it_is_rolled_back(self):
        self.find(failed=5)
        self.make_deployment(after(30), rolls_back_id=self.deployment.id)
        self.assertFalse(self.alerts(31))
