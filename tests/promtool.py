"""Check rules with Prometheus' own tool, and evaluate them over invented samples.

Importing this makes ``reliability_slo`` importable without Odoo.
"""

import json
from pathlib import Path
from typing import NamedTuple

import yaml
from past_prometheus import promtool

from setup import without_odoo  # noqa: F401


class Expected(NamedTuple):
    """What an expression gives at a moment.

    :ivar at: the time since the first sample, as Prometheus writes durations
    :ivar samples: labels as PromQL writes them, with the name of the series → value
    """

    expression: str
    at: str
    samples: dict[str, float]


def check(*files: Path) -> str:
    """Return what ``promtool check rules`` prints.

    :raise AssertionError: it finds an error, or a rule twice
    """
    command = ["check", "rules", "--lint=all", "--lint-fatal", *files]
    return promtool(*command)


def evaluate(
    folder: Path,
    rules: str,
    series: dict[str, str],
    expected: list[Expected],
    alerts: tuple = (),
    interval: str = "1m",
    every: str = "1m",
) -> None:
    """Evaluate rules over samples.

    :param folder: for the files of the test
    :param series: a selector of one series → its values, in promtool's notation
    :param alerts: as ``alert_rule_test`` of promtool
    :param interval: between samples
    :param every: between evaluations
    :raise AssertionError: with promtool's message, if something else than expected
        comes out
    """
    (folder / "rules.yml").write_text(rules)
    test = {
        "interval": interval,
        "input_series": [
            {"series": name, "values": values} for name, values in series.items()
        ],
        "promql_expr_test": [
            {
                "expr": case.expression,
                "eval_time": case.at,
                "exp_samples": [
                    {"labels": labels, "value": value}
                    for labels, value in case.samples.items()
                ],
            }
            for case in expected
        ],
        "alert_rule_test": list(alerts),
    }
    # The tool has no order of its own: it would take the groups as they come, each time
    # in another one, and a group would read what another has not recorded yet.
    groups = [group["name"] for group in yaml.safe_load(rules)["groups"]]
    content = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": every,
        "group_eval_order": groups,
    }
    # JSON is YAML, too.
    (folder / "test.yml").write_text(json.dumps({**content, "tests": [test]}))
    promtool("test", "rules", folder / "test.yml")
