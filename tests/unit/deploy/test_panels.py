"""Panels, rules and scaling use metrics that docs/metrics.md has, and no others."""

import json
import re

import panels
import pytest
import yaml

from setup import dashboards, paths, rule_manifest

RULES = [rule for group in rule_manifest.groups() for rule in group["rules"]]
RECORDED = {rule["record"] for rule in RULES if "record" in rule}


def unknown(documented):
    """Return the panels that use a metric which is not documented."""
    return [
        str(query)
        for query in panels.queries()
        if panels.used(query.expression) - documented
    ]


def test_the_files_are_those_that_the_queries_give():
    for name, dashboard in dashboards.DASHBOARDS.items():
        file = json.loads((dashboards.FOLDER / f"{name}.json").read_text())
        assert file == dashboards.model(name, dashboard)


def test_panels_use_documented_metrics_only():
    assert unknown(panels.documented()) == []


@pytest.mark.parametrize("metric", panels.metrics())
def test_a_metric_that_is_removed_is_missed(metric):
    assert unknown(panels.documented() - {metric})


def test_each_dashboard_lets_its_data_source_be_chosen():
    for file in panels.DASHBOARDS.glob("*.json"):
        content = json.loads(file.read_text())
        sources = {panel["datasource"]["uid"] for panel in content["panels"]}
        assert sources == {"${datasource}"}
        assert content["templating"]["list"][0]["type"] == "datasource"


def test_rules_use_documented_metrics_only():
    used = set().union(*(panels.used(rule["expr"]) for rule in RULES))
    assert used - panels.documented() == set()


def test_scaling_uses_recorded_numbers_only():
    text = (paths.ROOT / "deploy/kubernetes/base/scaling.yaml").read_text()
    queries = [
        trigger["metadata"]["query"]
        for scaled in yaml.safe_load_all(text)
        for trigger in scaled["spec"]["triggers"]
    ]
    assert {re.match(r"[\w:]+", query)[0] for query in queries} <= RECORDED
