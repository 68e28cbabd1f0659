"""What threatens the platform is an alert for those who run the server."""

import json
from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .common import NAMES, NOON, PlatformCase


@tagged("-at_install", "post_install")
class TestThreatening(PlatformCase):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(NOON))
        group = "base.group_user,reliability.group_admin"
        self.admin = new_test_user(self.env, "operator", group, tz="UTC")

    def alerts(self):
        found = self.env["reliability.health.provider"]._alerts()
        return [alert for alert in found if alert.provider == "platform"]

    def test_it_is_a_ticket_and_leaves_the_service_fine(self):
        self.be_operator()
        self.host(problems=[self.problem("standby_lags"), self.problem()])
        (alert,) = self.alerts()
        self.assertEqual(
            (alert.cause, alert.severity, alert.values["tier"], alert.is_shared),
            ("standby_lags", "information", "ticket", False),
        )

    def test_only_in_the_operator_database(self):
        self.be_operator("another")
        self.host(problems=[self.problem("standby_lags")])
        self.assertEqual(self.alerts(), [])

    def test_but_what_concerns_its_own_tables_in_each_database(self):
        self.be_operator("another")
        self.host(problems=[self.problem("vacuum_off", names={"table": "stock_move"})])
        (alert,) = self.alerts()
        self.assertEqual(alert.cause, "vacuum_off")

    def test_it_says_what_is_wrong_and_what_to_do(self):
        self.be_operator()
        self.host(
            problems=[
                self.problem(
                    "standby_lags", numbers={"seconds": 45}, names={"standby": "ffm2"}
                )
            ]
        )
        (alert,) = self.alerts()
        provider = self.env["reliability.health.provider"].with_user(self.admin)
        described = provider._describe_alert(alert)
        self.assertEqual(
            described.text,
            "The standby ffm2 of PostgreSQL has lagged behind since 11:59, now by 45 s."
            " Check the standby's disk and network, and whether its replay is paused or"
            " waits for a query.",
        )
        self.assertEqual(described.action["tag"], "reliability_platform.page")

    def test_names_are_not_stored(self):
        self.be_operator()
        self.host(problems=[self.problem("standby_lags", names=NAMES)])
        (alert,) = self.alerts()
        for name in NAMES.values():
            self.assertNotIn(name, json.dumps(alert.values))


@tagged("-at_install", "post_install")
class TestNames(PlatformCase):
    """Names are for administrators, and for nobody in other databases."""

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(NOON))

    def sentence(self, group):
        groups = f"base.group_user,reliability.group_{group}"
        login = f"names_{group}_{next(self.numbers)}"
        user = new_test_user(self.env, login, groups, tz="UTC")
        reason = self.observation("platform").reason
        reason["values"] = {"code": "commits_unconfirmed", "subject": "", "numbers": {}}
        evaluator = self.env["reliability.evaluator"].with_user(user)
        return evaluator._describe_finding(reason, {})

    def test_administrators_read_them_while_the_problem_lasts(self):
        host = self.host(problems=[self.problem(names=NAMES)])
        self.assertIn("ffm2", self.sentence("admin"))
        host.unlink()
        self.assertNotIn("ffm2", self.sentence("admin"))

    def test_others_do_not(self):
        self.host(problems=[self.problem(names=NAMES)])
        for group in ("viewer", "manager"):
            self.assertEqual(
                self.sentence(group),
                "PostgreSQL's commits have waited since 12:00: a synchronous standby"
                " does not confirm them",
            )

    def test_messages_of_the_system_have_none(self):
        self.host(problems=[self.problem(names=NAMES)])
        problem = {"code": "commits_unconfirmed", "subject": ""}
        self.assertEqual(self.env["reliability.host"]._names_of(problem), {})


@tagged("-at_install", "post_install")
class TestStoredAlerts(PlatformCase):
    """What is stored of the platform, as people of another company read it."""

    def setUp(self):
        super().setUp()
        self.be_operator()
        evaluator = self.env["reliability.evaluator"]
        problems = [
            self.problem(names=NAMES, seconds=600.0),
            self.problem("standby_lags", names=NAMES, seconds=600.0),
        ]
        host = self.host(problems=problems)
        for minutes in (0, 1, 2):
            now = NOON + timedelta(minutes=minutes)
            host.heartbeat = now
            with freeze_time(now):
                evaluator._run(now)
        self.enterContext(freeze_time(now))

    def reader(self, group):
        company = self.env["res.company"].create({"name": f"Of a {group}"})
        return new_test_user(
            self.env,
            f"elsewhere_{group}",
            f"base.group_user,reliability.group_{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            tz="UTC",
        )

    def alerts(self, group):
        """Return the alerts about the platform: cause → all that RPC returns of it."""
        alerts = self.env["reliability.alert"].with_user(self.reader(group))
        found = alerts.search([("service_id.code", "=", "platform")])
        names = ["cause", "subject", "text", "values", "severity", "display_name"]
        return {
            values["cause"]: json.dumps(values, default=str)
            for values in found.read(names)
        }

    def test_viewers_read_what_people_notice_and_no_name(self):
        alerts = self.alerts("viewer")
        self.assertIn("a synchronous standby does not confirm", alerts["platform"])
        self.assertNotIn("standby_lags", alerts)
        for text in alerts.values():
            self.assertNotIn("ffm2", text)

    def test_administrators_read_both(self):
        alerts = self.alerts("admin")
        self.assertIn("by the synchronous standby ffm2", alerts["platform"])
        self.assertIn(
            "A standby of PostgreSQL has lagged behind", alerts["standby_lags"]
        )

    def test_administrators_open_the_page_from_the_card_of_the_platform(self):
        for group, is_shown in (("viewer", False), ("admin", True)):
            provider = self.env["reliability.health.provider"]
            provider = provider.with_user(self.reader(group))
            lines = provider._service_lines(provider._scope()).get("platform", [])
            tags = [line.action.get("tag") for line in lines if line.action]
            self.assertEqual("reliability_platform.page" in tags, is_shown)
