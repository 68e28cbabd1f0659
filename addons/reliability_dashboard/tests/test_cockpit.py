"""Content of the cockpit, by user, company and warehouse."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.reliability.api import (
    AlertText,
    Backlog,
    Card,
    CardLine,
    Deployment,
    Series,
    Warehouse,
)
from odoo.addons.reliability.tests.counting import NOON
from odoo.addons.reliability.tests.internals import clear_shared_cache
from odoo.addons.reliability_health.tests import test_evaluator

CRON = "base.autovacuum_job"


class CockpitCase(test_evaluator.EvaluatedCase):
    """A service with calls, and its owner, who is a viewer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operation = cls.make_operation()
        cls.cockpit = cls.env["reliability.cockpit"].with_user(cls.user)

    def setUp(self):
        super().setUp()
        self.env.registry.clear_cache()  # of usual calls
        clear_shared_cache()
        self.fake_last_polls()

    def with_warehouses(self, *codes):
        """Give the user warehouses with ids from 1, whatever is installed."""
        company = self.env.company.id
        warehouses = [
            Warehouse(number, f"House {code}", code, company)
            for number, code in enumerate(codes, 1)
        ]
        self.patch_provider(_warehouses=lambda _self: warehouses)

    def patch_provider(self, **methods):
        """Replace methods of the health provider until the end of the test."""
        provider = type(self.env["reliability.health.provider"])
        for name, method in methods.items():
            self.patch(provider, name, method)

    def deploy(self, *texts):
        """Let something be deployed at noon, and nothing else."""
        found = [Deployment(number, NOON, text) for number, text in enumerate(texts, 1)]
        self.patch_provider(_deployments=lambda _self, begin, end: found)

    def poll(self, when, host="one"):
        """Set the time of a server's last poll."""
        self.last_polls[host] = when

    def read(self, when, warehouse_id=0, **arguments):
        self.poll(when)
        with freeze_time(when):
            return self.cockpit.read_cockpit(warehouse_id, **arguments)

    def card(self, content, key="probing"):
        (card,) = [card for card in content["cards"] if card["key"] == key]
        return card


@tagged("-at_install", "post_install")
class TestOverview(CockpitCase):
    def test_headline_is_fine_while_all_calls_succeed(self):
        self.with_warehouses("WH")
        self.count(NOON, *["success"] * 5)
        self.evaluate_at(NOON + timedelta(minutes=1))
        content = self.read(NOON + timedelta(minutes=1))
        headline = content["headline"]
        self.assertEqual(headline["state"], "fine")
        self.assertIn("All services work", headline["text"])
        card = self.card(content)
        self.assertEqual((card["state"], card["text"]), ("fine", ""))
        self.assertEqual(card["today"], {"calls": 5, "failures": 0, "slow": 0})
        self.assertEqual(card["trend"]["today"][12], 5)
        self.assertEqual(card["operation"], "probe")
        self.assertFalse(content["alerts"])

    def test_headline_says_what_fails_since_when_and_what_to_do(self):
        self.service.contingency = "<p>Write it <b>down</b>.</p>"
        self.trouble()
        content = self.read(NOON + timedelta(minutes=5))
        headline = content["headline"]
        self.assertEqual(headline["state"], "interrupted")
        self.assertIn("Probe: 12 of 16 calls have failed since 12:00", headline["text"])
        self.assertIn("Write it", headline["contingency"])
        self.assertNotIn("<b>", headline["contingency"])
        (alert,) = content["alerts"]
        self.assertTrue(alert["can_act"], "the owner can act")
        self.assertEqual(alert["action"]["res_model"], "reliability.top.call")
        calls = self.env["reliability.top.call"].with_user(self.user)
        failed = calls.search(alert["action"]["domain"])
        self.assertEqual(set(failed.mapped("outcome")), {"failed"})
        self.assertEqual(len(failed), 12)

    def test_only_the_owner_has_the_alert_in_his_summary(self):
        self.trouble()
        other = new_test_user(
            self.env, "other", "base.group_user,reliability.group_viewer"
        )
        self.poll(NOON + timedelta(minutes=5))
        with freeze_time(NOON + timedelta(minutes=5)):
            cockpit = self.cockpit.with_user(other)
            self.assertEqual(
                cockpit.read_cockpit(0)["headline"]["state"], "interrupted"
            )
            self.assertEqual(cockpit.read_summary()["count"], 0)
            self.assertEqual(cockpit.read_summary()["state"], "fine")
            summary = self.cockpit.read_summary()
        self.assertEqual((summary["state"], summary["count"]), ("interrupted", 1))

    def test_headline_and_alert_open_the_same_calls(self):
        self.trouble()
        content = self.read(NOON + timedelta(minutes=5))
        (alert,) = content["alerts"]
        self.assertEqual(content["headline"]["action"], alert["action"])
        self.assertEqual(content["headline"]["button"], alert["button"])

    def test_an_alert_opens_only_calls_of_its_warehouse(self):
        self.with_warehouses("A", "B")
        for n in range(3):
            at = NOON + timedelta(minutes=n)
            self.count(at, *["failed"] * 5, warehouse="A")
            self.count(at, "failed", *["success"] * 50, warehouse="B")
            self.evaluate_at(at + timedelta(seconds=30))
        (alert,) = self.read(NOON + timedelta(minutes=3))["alerts"]
        calls = self.env["reliability.top.call"].with_user(self.user)
        opened = calls.search(alert["action"]["domain"])
        self.assertEqual(set(opened.mapped("warehouse")), {"A"})

    def test_critical_services_come_first_within_a_state(self):
        criticalities = "low", "critical", "high"
        services = self.env["reliability.service"].create(
            [
                {"name": value, "code": f"probing_{value}", "criticality": value}
                for value in criticalities
            ]
        )
        severities = "degraded", "degraded", "interrupted"
        for service, state in zip(services, severities, strict=True):
            alert = self.make_alert(
                service_id=service.id,
                company_id=self.env.company.id,
                severity=state,
                cause=service.criticality,
            )
            self.env["reliability.service.status"].create(
                {
                    "service_id": service.id,
                    "company_id": self.env.company.id,
                    "state": state,
                    "since": NOON,
                    "alert_id": alert.id,
                }
            )
        self.env["reliability.evaluator"]._set_last(NOON)
        content = self.read(NOON)
        self.assertEqual(
            [alert["text"].split()[-1] for alert in content["alerts"]],
            ["high", "critical", "low"],
        )
        keys = [card["key"] for card in content["cards"] if "probing_" in card["key"]]
        self.assertEqual(keys, ["probing_high", "probing_critical", "probing_low"])

    def failing_cron_alert(self):
        """Return the alert for a failing scheduled action, and its service."""
        since = fields.Datetime.to_string(NOON + timedelta(minutes=10))
        reason = {"operation": CRON, "kind": "failing", "part": 9, "whole": 12}
        service = self.env.ref("reliability.service_background_work")
        self.make_alert(
            provider="health",
            cause="failing",
            service_id=service.id,
            severity="interrupted",
            subject=CRON,
            is_shared=True,
            values=reason | {"since": since},
        )
        self.env["reliability.evaluator"]._set_last(NOON)
        (alert,) = self.read(NOON)["alerts"]
        name = self.env.ref(CRON).cron_name
        self.assertIn(f"{name}: 9 of 12 have failed since 12:10", alert["text"])
        return alert, service

    def test_an_alert_without_a_company_opens_the_hourly_report(self):
        self.user.group_ids += self.env.ref("reliability.group_admin")
        cron = Series("cron", self.env.cr.dbname, (CRON,), 60.0)
        self.record(cron, NOON, *["failed"] * 9)
        alert, service = self.failing_cron_alert()
        self.assertEqual(alert["action"]["res_model"], "reliability.report")
        reports = self.env["reliability.report"].with_user(self.user)
        opened = reports.search(alert["action"]["domain"])
        self.assertEqual(opened.service_id, service)
        self.assertEqual(opened.mapped("count"), [9])

    def test_an_alert_without_visible_calls_opens_the_service(self):
        alert, service = self.failing_cron_alert()
        action = alert["action"]
        self.assertEqual(
            (alert["button"], action["res_model"], action["res_id"]),
            ("What to do", service._name, service.id),
        )

    def test_old_numbers_are_stale_and_never_fine(self):
        self.count(NOON, *["success"] * 5)
        self.evaluate_at(NOON + timedelta(minutes=1))
        self.poll(NOON)
        with freeze_time(NOON + timedelta(minutes=12)):
            content = self.cockpit.read_cockpit(0)
        self.assertTrue(content["freshness"]["stale"])
        self.assertEqual(content["freshness"]["age"], 720)
        self.assertEqual(content["headline"]["state"], "stale")
        self.assertIn("12 min old", content["headline"]["text"])
        self.assertEqual(self.card(content)["state"], "stale")

    def test_numbers_without_evaluation_are_stale(self):
        self.count(NOON, *["success"] * 5)
        self.evaluate_at(NOON + timedelta(minutes=1))
        content = self.read(NOON + timedelta(minutes=9))
        self.assertEqual(content["headline"]["state"], "stale")
        self.assertIn("scheduled actions do not run", content["headline"]["text"])

    def test_before_the_first_evaluation_it_says_so(self):
        self.count(NOON, *["success"] * 5)
        key = "reliability.evaluated"
        self.env["ir.config_parameter"].search([("key", "=", key)]).unlink()
        content = self.read(NOON + timedelta(seconds=10))
        self.assertEqual(content["headline"]["state"], "stale")
        self.assertIn("have not been evaluated yet", content["headline"]["text"])

    def test_without_any_measurement_the_headline_says_so(self):
        self.last_polls.clear()
        with freeze_time(NOON):
            content = self.cockpit.read_cockpit(0)
        self.assertEqual(content["headline"]["state"], "stale")
        self.assertIn("Nothing has been measured", content["headline"]["text"])

    def test_a_silent_server_is_named_in_an_alert(self):
        self.count(NOON, *["success"] * 5)
        later = NOON + timedelta(minutes=10)
        self.poll(later)
        self.poll(NOON, host="two")
        self.evaluate_at(later)
        content = self.read(later)
        self.assertFalse(content["freshness"]["stale"])
        (alert,) = content["alerts"]
        self.assertIn("server two has sent no numbers", alert["text"])
        self.assertFalse(alert["can_act"], "a viewer cannot act on it")

    def test_a_server_that_another_one_has_replaced_is_not_named(self):
        self.count(NOON, *["success"] * 5)
        later = NOON + timedelta(minutes=10)
        self.poll(later)
        self.poll(NOON, host="two")
        self.first_polls["three"] = NOON + timedelta(minutes=1)
        self.evaluate_at(later)
        self.assertEqual(self.read(later)["alerts"], [])

    def test_a_card_counts_its_first_operation_and_adds_no_other(self):
        self.make_operation(
            code="second",
            method="create_company",
            sequence=self.operation.sequence + 1,
        )
        self.count(NOON, *["success"] * 3)
        self.count(NOON, *["success"] * 4, operation="second")
        card = self.card(self.read(NOON))
        self.assertEqual((card["operation_name"], card["today"]["calls"]), ("Probe", 3))

    def test_a_company_without_work_is_not_said_to_be_fine(self):
        platform = self.env.ref("reliability.service_platform")
        self.env["reliability.service.status"].create(
            {
                "service_id": platform.id,
                "is_shared": True,
                "since": NOON,
                "state": "fine",
            }
        )
        self.env["reliability.evaluator"]._set_last(NOON)
        self.assertEqual(self.read(NOON)["headline"]["state"], "no_data")

    def test_the_worst_card_comes_first(self):
        self.trouble()
        cards = self.read(NOON + timedelta(minutes=5))["cards"]
        self.assertEqual(cards[0]["key"], "probing")

    def test_a_card_has_the_usual_calls_by_hour(self):
        for weeks in (1, 2):
            then = NOON - timedelta(weeks=weeks)
            self.count(then - timedelta(hours=2), *["success"] * (10 * weeks))
            self.count(then + timedelta(hours=2), *["success"] * 40)
        self.count(NOON, "success")
        card = self.card(self.read(NOON))
        self.assertEqual(card["usual"], 15)
        self.assertEqual(card["trend"]["usual"][10], 15)
        self.assertEqual(card["trend"]["usual"][14], 40)
        self.assertEqual(len(card["trend"]["usual"]), 24)

    def test_usual_calls_in_a_time_zone_with_half_an_hour(self):
        self.user.tz = "Asia/Kolkata"
        self.count(NOON - timedelta(weeks=1), *["success"] * 8)
        self.count(NOON, *["success"] * 3)
        card = self.card(self.read(NOON + timedelta(hours=1)))
        self.assertEqual(card["today"]["calls"], 3)
        self.assertEqual((sum(card["trend"]["usual"]), card["usual"]), (8, 8))

    def test_a_service_without_a_company_has_no_counts(self):
        platform = self.env.ref("reliability.service_platform")
        self.env["reliability.service.status"].create(
            {
                "service_id": platform.id,
                "is_shared": True,
                "since": NOON,
                "state": "fine",
            }
        )
        self.env["reliability.evaluator"]._set_last(NOON)
        card = self.card(self.read(NOON), "platform")
        self.assertEqual((card["state"], card["today"]), ("fine", None))
        self.assertIsNone(card["usual"])

    def test_backlogs_are_added_up_over_warehouses(self):
        late = NOON - timedelta(hours=2)
        backlogs = [
            Backlog("x", "probing", self.env.company.id, "A", 3),
            Backlog("x", "probing", self.env.company.id, "B", 4, 1, late),
        ]
        self.patch_provider(
            _backlogs=lambda _self: backlogs,
            _describe_backlog=lambda _self, _kind, _scope, count, late, oldest: (
                f"{count} {late} {oldest}",
                False,
            ),
        )
        self.evaluate_at(NOON)
        self.with_warehouses("A", "B")
        both = self.card(self.read(NOON))["backlogs"]
        (first,) = self.card(self.read(NOON, warehouse_id=1))["backlogs"]
        self.assertEqual(both[0]["text"], f"7 1 {late}")
        self.assertEqual(first["text"], "3 0 None")

    def test_addons_add_cards_and_alerts(self):
        card = Card("cutoff", "Cutoff", "fine", "", {}, "")
        described = AlertText("It is late", "Go", {"type": "x"})
        self.patch_provider(
            _cards=lambda _self, _scope: [card],
            _describe_alert=lambda _self, _alert: described,
        )
        self.make_alert(severity="interrupted", is_shared=True)
        content = self.read(NOON)
        self.assertIn(card._asdict(), content["cards"])
        (alert,) = content["alerts"]
        self.assertEqual(
            (alert["text"], alert["button"], alert["action"]), tuple(described)
        )

    def test_addons_add_lines_to_the_card_of_a_service(self):
        line = CardLine("3 failures left", {"type": "x"})
        self.patch_provider(
            _service_lines=lambda _self, _scope: {"probing": [line]},
        )
        self.count(NOON, "success")
        card = self.card(self.read(NOON + timedelta(minutes=1)))
        self.assertEqual(card["lines"], [line._asdict()])

    def test_whatever_is_unsettled_degrades_its_card(self):
        card = Card("carrier", "MRW", "fine", "", {}, "", subject="mrw")
        described = AlertText("A parcel may exist", "Open", {})
        self.patch_provider(
            _cards=lambda _self, _scope: [card],
            _describe_alert=lambda _self, _alert: described,
        )
        for where in ({"subject": "mrw"}, {"values": {"systems": ["mrw"]}}):
            with self.subTest(where):
                alert = self.make_alert(is_shared=True, **where)
                shown = self.card(self.read(NOON), "carrier")
                self.assertEqual(shown["state"], "degraded")
                self.assertEqual(shown["text"], "A parcel may exist")
                alert.evidence_id.unlink()

    def test_only_the_first_alerts_are_shown_of_many(self):
        for n in range(9):
            self.make_alert(cause=f"cause {n}", is_shared=True)
        content = self.read(NOON)
        self.assertEqual((len(content["alerts"]), content["alert_count"]), (5, 9))

    def test_snoozed_alerts_are_hidden(self):
        alert = self.make_alert(is_shared=True)
        alert.snoozed_until = NOON + timedelta(hours=1)
        self.assertFalse(self.read(NOON)["alerts"])
        self.assertTrue(self.read(NOON + timedelta(hours=2))["alerts"])

    def test_everyday_work_is_no_trouble(self):
        self.count(NOON, *["success"] * 5)
        self.evaluate_at(NOON + timedelta(minutes=1))
        self.make_alert(
            severity="information", is_shared=True, user_id=self.user.id, cause="late"
        )
        content = self.read(NOON + timedelta(minutes=1))
        with freeze_time(NOON + timedelta(minutes=1)):
            summary = self.cockpit.read_summary()
        self.assertEqual(content["headline"]["state"], "fine")
        self.assertEqual(content["alerts"][0]["state"], "information")
        self.assertEqual(summary, {"state": "fine", "count": 0, "text": "late"})


@tagged("-at_install", "post_install")
class TestQueries(CockpitCase):
    def test_calls_are_read_once_for_all_screens(self):
        self.count(NOON, *["success"] * 5)
        other = new_test_user(
            self.env, "another", "base.group_user,reliability.group_viewer", tz="UTC"
        )
        self.poll(NOON)
        with freeze_time(NOON):
            first = self.cockpit.read_cockpit(0)
            with self.queries() as queries:
                second = self.cockpit.with_user(other).read_cockpit(0)
        self.assertEqual(self.card(first)["today"], self.card(second)["today"])
        self.assertFalse(
            [query for query in queries if "reliability_rollup_hour" in query]
        )

    def test_a_new_poll_is_shown_at_once(self):
        self.count(NOON, *["success"] * 5)
        self.read(NOON)
        self.count(NOON, *["success"] * 2)
        card = self.card(self.read(NOON + timedelta(seconds=10)))
        self.assertEqual(card["today"]["calls"], 7)

    def test_the_summary_is_part_of_a_complete_overview(self):
        self.with_warehouses("A", "B")
        self.trouble()
        at = NOON + timedelta(minutes=5)
        with freeze_time(at):
            summary = self.read(at, 0)["summary"]
            self.assertEqual(summary, self.cockpit.read_summary())
            self.assertFalse(self.read(at, 1)["summary"], "only a part is shown")

    def test_the_cockpit_needs_at_most_22_queries(self):
        """Twelve for the cockpit and partner systems; two each for incidents, error
        budgets and synthetic checks; one each for jobs, documents, silence, and the
        time of the last evaluation."""
        self.count(NOON, *["success"] * 5)
        self.trouble()
        at = NOON + timedelta(minutes=5)
        self.read(at, None)  # fills the cache of usual calls
        self.env.invalidate_all()
        env = self.cockpit.env
        # Odoo reads these for any request.
        env.user.tz, env.companies.partner_id.mapped("lang")
        with freeze_time(at), self.queries() as queries:
            content = self.cockpit.read_cockpit()
        self.assertEqual(content["headline"]["state"], "interrupted")
        self.assertLessEqual(len(queries), 22, "\n".join(queries))

    @contextmanager
    def queries(self):
        """Yield a list to which the queries of the block are appended."""
        queries, execute = [], type(self.env.cr).execute

        def executing(cr, query, *arguments, **options):
            queries.append(str(getattr(query, "code", query))[:200])
            return execute(cr, query, *arguments, **options)

        with patch.object(type(self.env.cr), "execute", executing):
            yield queries


@tagged("-at_install", "post_install")
class TestAccess(CockpitCase):
    def test_a_user_without_a_role_may_call_nothing(self):
        plain = new_test_user(self.env, "without_role", "base.group_user")
        cockpit = self.cockpit.with_user(plain)
        for call in (
            cockpit.read_cockpit,
            cockpit.read_technical,
            cockpit.read_summary,
            lambda: cockpit.read_chart("probe"),
            lambda: cockpit.open_calls("probe", NOON, NOON),
            lambda: cockpit.read_comparison("weeks"),
            lambda: cockpit.set_technical(True),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_numbers_of_other_companies_are_hidden(self):
        other = self.env["res.company"].create({"name": "Other"})
        for n in range(3):
            at = NOON + timedelta(minutes=n)
            self.count(at, *["failed"] * 5, company=other.id)
            self.count(at, "success")
            self.evaluate_at(at + timedelta(seconds=30))
        at = NOON + timedelta(minutes=3)
        content = self.read(at)
        self.assertEqual(content["headline"]["state"], "fine")
        self.assertEqual(self.card(content)["today"]["calls"], 3)
        with freeze_time(at):
            chart = self.cockpit.read_chart("probe", 0)
            calls = self.env["reliability.top.call"].with_user(self.user).search([])
        self.assertEqual(sum(point["failures"] for point in chart["points"]), 0)
        self.assertNotIn(other, calls.company_id)
        self.user.company_ids |= other
        with freeze_time(at):
            cockpit = self.cockpit.with_context(allowed_company_ids=other.ids)
            self.assertEqual(
                cockpit.read_cockpit(0)["headline"]["state"], "interrupted"
            )

    def test_a_warehouse_shows_only_its_own_numbers(self):
        self.with_warehouses("A", "B")
        for n in range(3):
            at = NOON + timedelta(minutes=n)
            self.count(at, *["failed"] * 5, warehouse="A")
            self.count(at, *["success"] * 5, warehouse="B")
            self.evaluate_at(at + timedelta(seconds=30))
        at = NOON + timedelta(minutes=3)
        self.assertEqual(self.read(at, 1)["headline"]["state"], "interrupted")
        self.assertEqual(self.read(at, 2)["headline"]["state"], "fine")
        self.assertEqual(self.read(at, None)["warehouse"], 1, "the default one")
        states = [house["state"] for house in self.read(at, 0)["warehouses"]]
        self.assertEqual(states, ["interrupted", "fine"])

    def test_a_foreign_warehouse_is_not_shown(self):
        self.with_warehouses("A")
        content = self.read(NOON, 99)
        self.assertFalse(content["warehouse"])

    def test_the_technical_view_has_the_share_of_each_layer(self):
        self.count(NOON, "success", seconds=1.0)
        with freeze_time(NOON + timedelta(minutes=1)):
            technical = self.cockpit.read_technical(0)
        (operation,) = technical["operations"]
        self.assertEqual(operation["shares"].keys(), technical["layers"].keys())
        self.assertAlmostEqual(sum(operation["shares"].values()), 1.0)
        self.assertEqual(technical["wait"], "")

    def test_the_technical_view_is_stored_for_each_user(self):
        self.cockpit.set_technical(True)
        self.assertTrue(self.read(NOON)["technical"])
        self.cockpit.set_technical(False)
        self.assertFalse(self.read(NOON)["technical"])


@tagged("-at_install", "post_install")
class TestChart(CockpitCase):
    def chart(self, when, **arguments):
        with freeze_time(when):
            return self.cockpit.read_chart("probe", 0, **arguments)

    def test_today_has_a_point_per_quarter_of_an_hour_up_to_now(self):
        self.count(NOON, "success", "success", "failed", "rejected", seconds=0.5)
        self.count(NOON + timedelta(minutes=16), "success", seconds=9)
        chart = self.chart(NOON + timedelta(minutes=20))
        points = {point["start"]: point for point in chart["points"]}
        self.assertEqual(len(points), 12 * 4 + 2)
        at_noon = points["2026-03-02 12:00:00"]
        counted = [at_noon[name] for name in ("done", "failures", "rejected", "slow")]
        self.assertEqual(counted, [2, 1, 1, 0])
        self.assertAlmostEqual(at_noon["p50"], 0.5, delta=0.01)
        self.assertEqual(points["2026-03-02 12:15:00"]["slow"], 1)
        self.assertIsNone(points["2026-03-02 11:45:00"]["p50"])

    def test_a_point_says_how_many_of_its_calls_it_opens(self):
        self.count(NOON, *["failed"] * 25, "rejected", *["success"] * 9, seconds=4)
        self.count(NOON, *["success"] * 3)
        chart = self.chart(NOON + timedelta(minutes=20))
        points = {point["start"]: point for point in chart["points"]}
        point = points["2026-03-02 12:00:00"]
        self.assertEqual((point["failures"], point["slow"]), (25, 9))
        self.assertEqual(point["stored"], {"failures": 20, "rejected": 1, "slow": 5})
        calls = self.env["reliability.top.call"].with_user(self.user)
        for which, count in point["stored"].items():
            action = self.cockpit.open_calls(
                "probe", "2026-03-02 12:00:00", "2026-03-02 12:15:00", 0, which
            )
            self.assertEqual(calls.search_count(action["domain"]), count, which)

    def test_without_earlier_weeks_there_is_no_usual_range(self):
        self.count(NOON, "success")
        self.assertEqual(self.chart(NOON)["usual"], [])

    def test_future_days_and_unknown_operations_are_refused(self):
        with self.assertRaisesRegex(UserError, "in the future"):
            self.chart(NOON, day="2026-03-03")
        with self.assertRaisesRegex(UserError, "not measured any more"):
            self.cockpit.read_chart("gone", 0)

    def test_the_usual_range_is_that_of_the_earlier_weeks(self):
        for weeks, calls in ((1, 8), (2, 16)):
            at = NOON - timedelta(weeks=weeks)
            self.count(at, *["success"] * calls, seconds=weeks)
        usual = self.chart(NOON)["usual"]
        self.assertEqual(len(usual), 96)
        (band,) = [band for band in usual if band["start"] == "2026-03-02 12:15:00"]
        self.assertEqual((band["done_low"], band["done_high"]), (2, 4))
        self.assertAlmostEqual(band["p50_low"], 1, delta=0.02)
        self.assertAlmostEqual(band["p50_high"], 2, delta=0.03)

    def test_older_days_have_a_point_per_hour(self):
        at = NOON - timedelta(days=30)
        self.count(at, "success")
        chart = self.chart(NOON, day=at.date().isoformat())
        self.assertEqual((chart["step"], len(chart["points"])), (3600, 24))
        self.assertEqual(chart["points"][12]["done"], 1)

    def test_deployments_are_annotated(self):
        self.deploy("Sales 19.0.9")
        (annotation,) = self.chart(NOON + timedelta(hours=1))["annotations"]
        self.assertEqual(annotation["time"], "2026-03-02 12:00:00")
        self.assertIn("19.0.9", annotation["text"])

    def test_a_malformed_day_is_refused_with_an_example(self):
        for day in (
            "tomorrow",
            "2026-02-30",
            "\x00",
            "\ud83d",
            20260302,
            [1],
            {"a": 1},
        ):
            with self.assertRaisesRegex(UserError, "such as 2026-03-02"):
                self.cockpit.read_chart("probe", 0, day)

    def test_a_day_before_any_measurement_is_refused(self):
        for day in ("0001-01-01", "0001-02-01", "1999-12-31"):
            with self.assertRaisesRegex(UserError, "before the first measurement"):
                self.cockpit.read_chart("probe", 0, day)

    def test_a_malformed_operation_is_refused(self):
        for operation in ("\x00", "\ud83d", None, 7, ["probe"], {"a": 1}):
            with self.assertRaisesRegex(UserError, "not measured any more"):
                self.cockpit.read_chart(operation, 0)
            with self.assertRaisesRegex(UserError, "not measured any more"):
                self.cockpit.open_calls(operation, NOON, NOON)

    def test_a_malformed_time_is_refused_with_an_example(self):
        for time in (
            "noon",
            "",
            None,
            "\x00",
            7,
            ["2026-03-02"],
            "0000-00-00 00:00:00",
        ):
            for begin, end in ((time, NOON), (NOON, time)):
                with self.assertRaisesRegex(UserError, "such as 2026-03-02 12:00:00"):
                    self.cockpit.open_calls("probe", begin, end)

    def test_a_malformed_warehouse_counts_as_all_of_them(self):
        for warehouse in ("\x00", "WH", -1, [1], {"a": 1}, 2**70):
            self.cockpit.read_cockpit(warehouse)
            self.cockpit.read_technical(warehouse)
            self.cockpit.read_chart("probe", warehouse)
            self.cockpit.read_comparison("deployment", warehouse, warehouse)

    def test_a_point_opens_its_calls(self):
        self.count(NOON, "success", "failed", "rejected", seconds=4)
        self.count(NOON, "success")
        calls = self.env["reliability.top.call"].with_user(self.user)
        for which, outcomes in (
            ("failures", {"failed"}),
            ("rejected", {"rejected"}),
            ("slow", {"success"}),
            ("all", {"failed", "success", "rejected"}),
        ):
            action = self.cockpit.open_calls(
                "probe", "2026-03-02 12:00:00", "2026-03-02 12:15:00", 0, which
            )
            found = calls.search(action["domain"])
            self.assertEqual(set(found.mapped("outcome")), outcomes)
            if which == "slow":
                self.assertEqual(found.mapped("seconds"), [4], "not the fast one")


@tagged("-at_install", "post_install")
class TestComparison(CockpitCase):
    def compare(self, kind, when=NOON, **arguments):
        with freeze_time(when):
            return self.cockpit.read_comparison(kind, 0, **arguments)

    def row(self, comparison):
        (row,) = [row for row in comparison["rows"] if row["operation"] == "probe"]
        return row

    def test_warehouses_side_by_side(self):
        self.with_warehouses("A", "B")
        self.count(NOON, *["success"] * 3, warehouse="A")
        self.count(NOON, "success", "failed", warehouse="B")
        comparison = self.compare("warehouses", NOON + timedelta(hours=1))
        self.assertEqual(comparison["columns"], ["House A", "House B"])
        cells = self.row(comparison)["cells"]
        self.assertEqual([cell["calls"] for cell in cells], [3, 2])
        self.assertEqual([cell["failures"] for cell in cells], [0, 0.5])

    def test_this_week_and_the_same_part_of_last_week(self):
        self.count(NOON - timedelta(weeks=1, hours=1), *["success"] * 30, seconds=0.2)
        self.count(NOON - timedelta(days=3), *["success"] * 500)
        self.count(NOON - timedelta(hours=1), *["success"] * 30, seconds=0.5)
        row = self.row(self.compare("weeks"))
        self.assertEqual([cell["calls"] for cell in row["cells"]], [30, 30])
        self.assertIn("Slower", row["regression"])

    def test_an_incomplete_hour_is_compared_with_the_same_minutes(self):
        week = timedelta(weeks=1)
        self.count(NOON - week, *["success"] * 5)
        self.count(NOON - week + timedelta(minutes=40), *["success"] * 50)
        self.count(NOON, *["success"] * 5)
        row = self.row(self.compare("weeks", NOON + timedelta(minutes=20)))
        self.assertEqual([cell["calls"] for cell in row["cells"]], [5, 5])

    def test_before_and_after_a_deployment(self):
        self.deploy("Sales 19.0.9")
        week_before = NOON - timedelta(weeks=1) + timedelta(hours=1)
        self.count(week_before, *["success"] * 40)
        after = NOON + timedelta(hours=1)
        self.count(after, *["success"] * 20, *["failed"] * 20)
        comparison = self.compare(
            "deployment", after + timedelta(minutes=1), deployment_id=1
        )
        row = self.row(comparison)
        self.assertEqual([cell["calls"] for cell in row["cells"]], [40, 40])
        self.assertIn("More calls fail: 50.0 % instead of 0.0 %", row["regression"])

    def test_without_a_deployment_the_caption_says_so(self):
        self.deploy()
        comparison = self.compare("deployment")
        self.assertFalse(comparison["rows"])
        self.assertIn("Nothing was deployed", comparison["caption"])

    def test_an_unknown_kind_is_refused(self):
        with self.assertRaisesRegex(UserError, "warehouses, weeks"):
            self.compare("apples")
