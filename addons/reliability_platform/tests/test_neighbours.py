"""Other databases keep the workers busy: findings, sentences, the page."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from ..models.platform_messages import describe_cause, describe_problem
from .common import NOON
from .test_page import PageCase

SATURATED = [{"began": 30.0, "checks": 30, "saturated": 30, "waiting": 3}]
NUMBERS = {"workers": 3.4, "serving": 4, "neighbours": 1, "fair_share": 50.0}


@tagged("-at_install", "post_install")
class TestNeighbours(PageCase):
    def neighbours(self, code="neighbours_busy", numbers=None, **values):
        """Return a problem as the collector of the host *one* reports it."""
        return self.problem(code, "one", numbers=numbers or NUMBERS, **values)

    def findings(self):
        """Return the kinds of the findings about the platform."""
        services = {"platform": self.env.ref("reliability.service_platform")}
        with freeze_time(NOON + timedelta(minutes=1)):
            found = self.env["reliability.host"]._findings(services)
        return [finding.kind for _key, _operation, finding, _is_shared in found]

    def text(self, problem):
        with freeze_time(NOON):
            self.env.user.tz = "UTC"
            return describe_problem(self.env, problem, NOON)

    def test_busy_workers_are_one_finding(self):
        self.host(samples=SATURATED)
        self.assertEqual(self.findings(), ["busy"])
        self.env["reliability.host"].search([]).unlink()
        self.host(samples=SATURATED, problems=[self.neighbours()])
        self.assertEqual(self.findings(), ["platform"])

    def test_a_tenant_reads_how_many_workers_are_busy_and_not_for_whom(self):
        self.assertEqual(
            self.text(self.neighbours()),
            "Other databases have kept 3 of 4 workers of the host one busy since 12:00",
        )

    def test_the_operator_reads_for_whom(self):
        self.assertEqual(
            self.text(self.neighbours(names={"databases": "shop"})),
            "The database shop has kept 3 of 4 workers of the host one busy since"
            " 12:00; its fair share is 50%",
        )
        two = {**NUMBERS, "neighbours": 2, "fair_share": 20.0}
        self.assertEqual(
            self.text(self.neighbours(names={"databases": "a, b"}, numbers=two)),
            "The databases a, b have kept 3 of 4 workers of the host one busy since"
            " 12:00; the fair share of each is 20%",
        )

    def test_taken_processors_are_the_root_cause_of_slow_calls(self):
        numbers = {"used": 1.96, "processors": 2.0, "neighbours": 1, "fair_share": 50.0}
        problem = self.neighbours("neighbours_compute", numbers)
        self.host(problems=[problem])
        found = self.env["reliability.diagnosis"]
        with freeze_time(NOON + timedelta(minutes=1)):
            cause = found._find_platform_problem("other")
        self.assertEqual(
            describe_cause(self.env, cause["problem"]),
            "Cause: other databases take the processors of the server",
        )
        self.assertEqual(
            self.text(problem),
            "Other databases have taken 2 of 2 processors of the host one since 12:00",
        )

    def test_the_page_of_the_operator_has_who_uses_the_server(self):
        self.be_operator()
        row = {"database": "shop", "workers_percent": 96.0, "processor_percent": 7.3}
        facts = {"fair_workers_percent": 50.0, "shares": [row]}
        self.host(facts={"databases:one": facts})
        subject = self.subjects()["databases:one"]
        self.assertEqual(subject["state"], "fine")
        self.assertEqual(
            subject["values"], [{"name": "Fair share of the workers", "text": "50%"}]
        )
        (table,) = subject["tables"]
        self.assertEqual(table["name"], "Who uses this server, in the last minute")
        self.assertEqual(table["columns"], ["Database", "Workers", "Processors"])
        self.assertEqual(table["rows"], [["shop", "96%", "7.3%"]])
