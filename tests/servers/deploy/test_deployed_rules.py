"""Rules and configurations in deploy/ are accepted by Prometheus and Alertmanager, and
do what their comments promise.
"""

import json
import re
import subprocess
from pathlib import Path

import promtool
import pytest
import yaml
from promtool import Expected
from reliability_platform.watch.kinds import KINDS, Effect

from setup import debian, paths

DEPLOY = paths.ROOT / "deploy"
RULES = DEPLOY / "prometheus" / "rules"
CAPACITY = (RULES / "odoo-capacity.yml").read_text()
PLATFORM = (RULES / "odoo-platform.yml").read_text()
ALERTMANAGER = DEPLOY / "alertmanager" / "alertmanager.yml"
CHANNEL = 'namespace="odoo", db="main", channel="root.shop"'
NEEDED = 'odoo:job_workers_needed:count{namespace="odoo"}'
BUSY = 'odoo:workers_busy:count{deployment="odoo-web", namespace="odoo"}'
HOUR = "60m"


def jobs(waiting, seconds=None, **more):
    """Return the series of one channel for an hour.

    :param waiting: jobs that could run
    :param seconds: that each job took, of one a minute
    :param more: the metric's name → its value
    """
    values = {"odoo_queue_job_eligible": waiting, **more}
    series = {
        f'{name}{{{CHANNEL}, instance="a"}}': " ".join([str(value)] * 120)
        for name, value in values.items()
    }
    if seconds is not None:
        for part, step in (("count", 1), ("sum", seconds)):
            name = f"odoo_queue_job_duration_seconds_{part}"
            series[f'{name}{{{CHANNEL}, instance="a"}}'] = f"0+{step}x120"
    return series


def busy(pod, workers, up=1):
    labels = f"namespace='odoo', pod='odoo-web-{pod}', container='collector'"
    series = {f"up{{{labels}}}": f"{up}x120"}
    if workers is not None:
        series[f"odoo_http_workers_busy{{{labels}}}"] = f"{workers}x120"
    return series


def records(tmp_path, series, expression, value):
    """Assert what is recorded after an hour; ``None`` is nothing."""
    samples = {} if value is None else {expression: value}
    expected = [Expected(expression, HOUR, samples)]
    promtool.evaluate(tmp_path, CAPACITY, series, expected)


class TestAccepted:
    @pytest.mark.parametrize(
        "file", sorted(RULES.iterdir()), ids=lambda file: file.name
    )
    def test_prometheus_accepts_the_rules(self, file):
        assert "SUCCESS" in promtool.check(file)

    def test_prometheus_accepts_its_configuration(self):
        file = DEPLOY / "prometheus" / "prometheus.yml"
        # Its files with tokens exist where it runs.
        assert "SUCCESS" in promtool.promtool("check", "config", "--syntax-only", file)

    def test_alertmanager_accepts_its_configuration(self):
        assert "SUCCESS" in amtool("check-config", ALERTMANAGER)


class TestWorkersThatWaitingJobsNeed:
    """Cleared in five minutes: 300 s of work for each worker."""

    def test_the_work_that_waits_by_the_mean_duration(self, tmp_path):
        records(tmp_path, jobs(waiting=100, seconds=30), NEEDED, 10)

    def test_ten_seconds_are_assumed_where_no_job_has_ended(self, tmp_path):
        records(tmp_path, jobs(waiting=60), NEEDED, 2)

    def test_one_long_job_needs_one_worker(self, tmp_path):
        records(tmp_path, jobs(waiting=1, seconds=3600), NEEDED, 1)

    def test_no_more_than_the_channel_may_have(self, tmp_path):
        series = jobs(waiting=1000, seconds=30, queue_job_channel_capacity=1)
        records(tmp_path, series, NEEDED, 1)

    def test_a_channel_without_a_limit(self, tmp_path):
        series = jobs(waiting=100, seconds=30, queue_job_channel_capacity="Inf")
        records(tmp_path, series, NEEDED, 10)

    def test_none_while_the_channel_is_blocked(self, tmp_path):
        series = jobs(waiting=1000, seconds=30, odoo_queue_job_channel_blocked=1)
        records(tmp_path, series, NEEDED, 0)

    def test_none_where_nothing_waits(self, tmp_path):
        records(tmp_path, jobs(waiting=0, seconds=30), NEEDED, 0)

    def test_unknown_is_not_zero(self, tmp_path):
        series = jobs(waiting=100, seconds=30)
        lost = {name: s for name, s in series.items() if "eligible" not in name}
        records(tmp_path, lost, NEEDED, None)


class TestBusyWorkers:
    def test_of_all_pods_of_a_deployment(self, tmp_path):
        records(tmp_path, busy("a", 4) | busy("b", 2), BUSY, 6)

    def test_a_pod_that_cannot_be_scraped_counts_as_the_others(self, tmp_path):
        series = busy("a", 4) | busy("b", 2) | busy("c", None, up=0)
        records(tmp_path, series, BUSY, 9)

    def test_unknown_is_not_zero(self, tmp_path):
        records(tmp_path, busy("a", None, up=0), BUSY, None)


class TestAlerts:
    @pytest.mark.parametrize(
        "alert, effect",
        [
            ("OdooPlatformInterrupted", Effect.STOPS),
            ("OdooPlatformSlow", Effect.SLOWS),
            ("OdooPlatformThreatened", Effect.THREATENS),
        ],
    )
    def test_each_problem_is_in_the_alert_of_its_effect(self, alert, effect):
        rule = rule_of(alert)
        (codes,) = re.findall('code=~"([^"]+)"', rule["expr"])
        expected = {kind.code for kind in KINDS.values() if kind.effect is effect}
        assert set(codes.split("|")) == expected

    def test_a_problem_that_lasts_for_a_minute_fires_once_for_all_hosts(self, tmp_path):
        problem = 'odoo_platform_problem{code="postgres_down", subject="", instance='
        series = {f"{problem}'{host}'}}": "0x9 1x20" for host in "ab"}
        fires(tmp_path, series, "OdooPlatformInterrupted", {"9m": 0, "12m": 1})

    def test_a_problem_that_is_over_does_not_fire(self, tmp_path):
        series = {'odoo_platform_problem{code="postgres_down", subject=""}': "0x30"}
        fires(tmp_path, series, "OdooPlatformInterrupted", {"12m": 0})

    def test_a_server_that_answers_no_more(self, tmp_path):
        series = {'up{job="odoo", instance="a"}': "1x9 0x20"}
        fires(tmp_path, series, "OdooNotScraped", {"12m": 0, "16m": 1})

    def test_jobs_that_wait_without_a_runner(self, tmp_path):
        series = jobs(waiting=1) | {
            'odoo_queue_job_runner_alive{namespace="odoo", db="main"}': "0x20"
        }
        fires(tmp_path, series, "OdooJobsNotRun", {"4m": 0, "6m": 1})

    def test_jobs_that_are_late(self, tmp_path):
        late = {"odoo_queue_job_oldest_eligible_age_seconds": 1000}
        fires(tmp_path, jobs(waiting=1, **late), "OdooJobsLate", {"6m": 1})

    def test_jobs_of_a_blocked_channel_are_reported_by_odoo_alone(self, tmp_path):
        late = {
            "odoo_queue_job_oldest_eligible_age_seconds": 1000,
            "odoo_queue_job_channel_blocked": 1,
        }
        fires(tmp_path, jobs(waiting=1, **late), "OdooJobsLate", {"6m": 0})

    def test_calls_that_are_not_measured(self, tmp_path):
        dropped = 'odoo_reliability_dropped_total{instance="a", reason="unread"}'
        series = {dropped: "0x9 7x90"}
        alert = "OdooTelemetryIncomplete"
        fires(tmp_path, series, alert, {"5m": 0, "12m": 1, "80m": 0})

    def test_all_workers_busy_for_minutes(self, tmp_path):
        names = "odoo_http_workers_busy", "odoo_http_workers"
        series = {f'{name}{{instance="a"}}': "4x20" for name in names}
        fires(tmp_path, series, "OdooWorkersBusy", {"4m": 0, "6m": 1})

    def test_a_platform_that_is_not_checked(self, tmp_path):
        series = {'odoo_reliability_enabled{instance="a"}': "1x20"}
        fires(tmp_path, series, "OdooPlatformNotChecked", {"9m": 0, "11m": 1})

    def test_scaling_without_numbers(self, tmp_path):
        lost, seen = busy("a", 1), busy("a", 1) | jobs(waiting=1)
        for series, count in ((lost, 1), (seen, 0)):
            fires(tmp_path, series, "OdooScalingBlind", {"6m": count})


class TestRoutes:
    @pytest.mark.parametrize(
        "severity, receivers",
        [
            ("page", "odoo,pages"),
            ("ticket", "odoo,tickets"),
            ("information", "odoo,none"),
        ],
    )
    def test_each_tier_has_its_receiver_and_odoo_gets_all(self, severity, receivers):
        options = f"--config.file={ALERTMANAGER}", f"--verify.receivers={receivers}"
        found = amtool(
            "config", "routes", "test", *options, f"severity={severity}", "db=main"
        )
        assert found.strip() == receivers

    def test_no_secret_is_in_it(self):
        text = json.dumps(yaml.safe_load(ALERTMANAGER.read_text()))
        secrets = re.findall(r'"(\w*(?:password|key|credentials))":', text)
        assert secrets == []


def rule_of(alert):
    groups = yaml.safe_load(PLATFORM)["groups"]
    return next(
        rule for group in groups for rule in group["rules"] if rule["alert"] == alert
    )


def fires(folder, series, alert, counts):
    """Assert how many alerts fire: time → their number."""
    firing = f"ALERTS{{alertname='{alert}', alertstate='firing'}}"
    expected = [
        Expected(f"count({firing}) or vector(0)", at, {"{}": count})
        for at, count in counts.items()
    ]
    groups = yaml.safe_load(CAPACITY)["groups"] + yaml.safe_load(PLATFORM)["groups"]
    rules = yaml.safe_dump({"groups": groups})
    promtool.evaluate(folder, rules, series, expected)


def amtool(*arguments):
    """Return what Alertmanager's own tool prints.

    :raise AssertionError: it finds an error
    """
    program = debian.program("prometheus-alertmanager")
    tool = Path(program).with_name("amtool")
    process = subprocess.run(
        [tool, *arguments], capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout
