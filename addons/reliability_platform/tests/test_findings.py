"""Findings about lock waits, workers and the platform, and their sentences."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from odoo.addons.reliability.api import StatusKey

from .common import NOON, PlatformCase


@tagged("-at_install", "post_install")
class TestFindings(PlatformCase):
    def findings(self):
        """Return the findings of this addon at noon: key, operation → finding."""
        services = self.env["reliability.service"].search([])
        by_code = {service.code: service for service in services}
        with freeze_time(NOON):
            found = self.env["reliability.evaluator"]._findings(by_code, NOON)
        return {
            (key, operation): finding
            for key, operation, finding, _is_shared in found
            if finding and finding.kind in ("blocked", "busy", "platform")
        }

    def sentence(self, *observed):
        """Return the sentence about a finding since noon."""
        reason = self.observation(*observed).reason
        values = {"part": reason["part"], "whole": reason["whole"], "time": "12:00"}
        values["operation"] = "Probe"
        return self.env["reliability.evaluator"]._describe_finding(reason, values)

    def test_a_wait_of_ten_seconds_is_one_of_its_operation(self):
        self.wait()
        self.wait(service="gone")
        ((key, finding),) = self.findings().items()
        self.assertEqual(key, (self.key, "probe"))
        self.assertEqual(finding[:4], ("degraded", "blocked", 1, 1))
        sentence = self.sentence("blocked", "probe", 1, 1)
        self.assertEqual(sentence, "Probe: 1 call has been stuck since 12:00")

    def test_sessions_without_redis_interrupt_the_platform(self):
        self.host(
            problems=[
                self.problem("sessions_down", "sessions"),
                self.problem("cache_down", "cache"),
            ]
        )
        platform = self.env.ref("reliability.service_platform")
        key = StatusKey(platform.id, None, "")
        self.assertEqual(
            {found: finding.state for found, finding in self.findings().items()},
            {
                (key, "sessions_down:sessions"): "interrupted",
                (key, "cache_down:cache"): "degraded",
            },
        )

    def test_what_one_host_explains_is_no_finding_of_another(self):
        """Only the host of PostgreSQL knows that its disk is the cause."""
        explains = [["commits_slow", ""]]
        disk = self.problem("disk_slow", "one", explains=explains)
        self.host("one", problems=[disk])
        self.host("two", problems=[self.problem("commits_slow")])
        ((_key, operation),) = self.findings()
        self.assertEqual(operation, "disk_slow:one")

    def test_what_only_threatens_is_no_finding(self):
        self.host(problems=[self.problem("standby_lags")])
        self.assertEqual(self.findings(), {})

    def test_a_problem_of_the_cluster_is_one_however_many_hosts_report_it(self):
        self.host("one", problems=[self.problem(seconds=60.0)])
        self.host("two", problems=[self.problem(seconds=120.0)])
        ((_key, finding),) = self.findings().items()
        heartbeat = self.env["reliability.host"].search([], limit=1).heartbeat
        self.assertEqual(finding.since, heartbeat - timedelta(seconds=120))

    def test_a_problem_of_a_host_is_one_for_each_host(self):
        for name in ("one", "two"):
            self.host(name, problems=[self.problem("memory_short", name)])
        found = {operation for _key, operation in self.findings()}
        self.assertEqual(found, {"memory_short:one", "memory_short:two"})

    def test_problems_of_a_collector_of_another_version_are_left_out(self):
        self.host(problems=[self.problem("of_tomorrow")])
        self.host("old").report = {"serving": 0, "samples": [], "redis": []}
        self.assertEqual(self.findings(), {})

    def test_findings_of_earlier_versions_have_a_sentence(self):
        with freeze_time(NOON):
            self.env.user.tz = "UTC"
            sentence = self.sentence("redis", "sessions down")
        self.assertEqual(sentence, "The platform has had a problem since 12:00")

    def test_busy_workers_are_those_of_a_host_where_there_are_several(self):
        self.host("one")
        self.assertEqual(
            self.sentence("busy", "one", 7),
            "All 4 workers have been busy since 12:00. 3 requests wait.",
        )
        self.host("two")
        self.assertEqual(
            self.sentence("busy", "one", 4),
            "All 4 workers of one have been busy since 12:00",
        )

    def test_kinds_of_uninstalled_addons_have_a_sentence(self):
        self.assertEqual(
            self.sentence("gone"), "Probe: 4 of 4 are in trouble since 12:00"
        )
