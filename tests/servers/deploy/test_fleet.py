"""Several Prometheus servers share a fleet, and record few series of a database."""

import json

import promtool
import pytest
import yaml
from promtool import Expected

from setup import paths

PROMETHEUS = paths.ROOT / "deploy" / "prometheus"
CONFIGURATION = (PROMETHEUS / "fleet.yml").read_text()
RULES = (PROMETHEUS / "rules" / "odoo-fleet.yml").read_text()
NORTH = '{db="north", namespace="odoo"}'


def test_prometheus_accepts_the_configuration():
    file = PROMETHEUS / "fleet.yml"
    assert "SUCCESS" in promtool.promtool("check", "config", "--syntax-only", file)


@pytest.fixture(scope="module")
def scraped(tmp_path_factory):
    """The targets of each of the two servers, as Prometheus would scrape them."""
    return [targets(tmp_path_factory.mktemp("shard"), number) for number in range(2)]


class TestShards:
    def test_each_database_is_scraped_by_one_server(self, scraped):
        one, two = ({target["db"] for target in found} for found in scraped)
        assert not one & two
        assert one | two == {f"tenant_{number}" for number in range(200)}

    def test_they_have_about_as_many(self, scraped):
        assert all(70 < len(found) < 130 for found in scraped)

    def test_a_page_is_asked_for_by_the_name_of_its_database(self, scraped):
        for target in scraped[0]:
            assert target["__param_db"] == target["db"]
            assert target["instance"] == "127.0.0.1:9108"


def targets(folder, shard):
    """Return the labels of the targets of one server."""
    configuration = yaml.safe_load(CONFIGURATION)
    (job,) = [
        job
        for job in configuration["scrape_configs"]
        if job["job_name"] == "odoo-databases"
    ]
    assert job["relabel_configs"][-1]["regex"] == 0
    job["relabel_configs"][-1]["regex"] = shard
    names = [f"tenant_{number}" for number in range(200)]
    databases = [
        {"targets": ["127.0.0.1:9108"], "labels": {"db": name, "__param_db": name}}
        for name in names
    ]
    (folder / "databases.json").write_text(json.dumps(databases))
    (folder / "prometheus.yml").write_text(json.dumps({"scrape_configs": [job]}))
    (folder / "secrets").mkdir()
    (folder / "secrets" / "metrics.token").write_text("secret")
    found = promtool.promtool(
        "check",
        "service-discovery",
        "--timeout=5s",
        folder / "prometheus.yml",
        "odoo-databases",
    )
    # Messages of the tool follow.
    every, _end = json.JSONDecoder().raw_decode(found)
    return [target["labels"] for target in every if target["labels"]]


class TestRules:
    def calls(self, instance, outcome, each_minute):
        name = "odoo_operation_duration_seconds_count"
        labels = f"db='north', namespace='odoo', instance='{instance}', service='x'"
        return {f"{name}{{{labels}, outcome='{outcome}'}}": f"0+{each_minute}x30"}

    def requests(self, error, each_minute, part="count"):
        name = f"odoo_http_server_request_duration_seconds_{part}"
        labels = f"db='north', namespace='odoo', instance='a', error_type='{error}'"
        return {f"{name}{{{labels}}}": f"0+{each_minute}x30"}

    def records(self, tmp_path, series, expression, samples):
        promtool.evaluate(
            tmp_path, RULES, series, [Expected(expression, "20m", samples)]
        )

    def test_calls_of_all_hosts_by_outcome(self, tmp_path):
        series = self.calls("a", "success", 60) | self.calls("b", "success", 30)
        name = "odoo:db_calls:rate5m"
        found = {f'{name}{{db="north", namespace="odoo", outcome="success"}}': 1.5}
        self.records(tmp_path, series, name, found)

    def test_the_ratio_of_errors_is_zero_without_one(self, tmp_path):
        expression = "odoo:db_request_errors:rate5m / odoo:db_requests:rate5m"
        self.records(tmp_path, self.requests("", 60), expression, {NORTH: 0})

    def test_the_ratio_of_errors(self, tmp_path):
        series = self.requests("", 45) | self.requests("ValueError", 15)
        expression = "odoo:db_request_errors:rate5m / odoo:db_requests:rate5m"
        self.records(tmp_path, series, expression, {NORTH: 0.25})

    def test_workers_that_are_busy(self, tmp_path):
        name = "odoo:db_workers_busy:rate5m"
        series = self.requests("", 120, part="sum")
        self.records(tmp_path, series, name, {f"{name}{NORTH}": 2})

    def test_a_silent_database_has_no_series(self, tmp_path):
        gauge = "odoo_database_info{db='north', namespace='odoo', tenancy='shared'}"
        self.records(tmp_path, {gauge: "1x30"}, "odoo:db_requests:rate5m", {})
