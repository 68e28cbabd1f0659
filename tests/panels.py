"""The queries of deploy/grafana, and the metrics that they use."""

import json
import re
from typing import NamedTuple

from setup import paths

DASHBOARDS = paths.ROOT / "deploy" / "grafana"
METRICS = paths.ROOT / "docs" / "metrics.md"
_HISTOGRAM = ("_bucket", "_count", "_sum")
_CHOSEN = {
    "$__rate_interval": "5m",
    "$db": ".*",
    "$service": ".*",
}
"""What Grafana puts in, where everything is chosen."""


class Query(NamedTuple):
    """The query of a panel."""

    dashboard: str
    panel: str
    expression: str

    def __str__(self):
        return f"{self.dashboard}: {self.panel}"


def queries():
    """Return the queries of all panels, as Grafana sends them."""
    found = []
    for file in sorted(DASHBOARDS.glob("*.json")):
        for panel in json.loads(file.read_text())["panels"]:
            for target in panel["targets"]:
                expression = target["expr"]
                for variable, value in _CHOSEN.items():
                    expression = expression.replace(variable, value)
                found.append(Query(file.stem, panel["title"], expression))
    return found


def used(expression):
    """Return the metrics of this project in a PromQL expression."""
    without_labels = re.sub(r"\{[^}]*\}", "", expression)
    return set(re.findall(r"\b(?:odoo|queue_job)_\w+", without_labels))


def metrics():
    """Return the metrics of this project that all panels use, sorted."""
    return sorted({name for query in queries() for name in used(query.expression)})


def families(metric):
    """Return the names that the family of a metric may have."""
    suffixes = ("", "_total", *_HISTOGRAM)
    return {metric.removesuffix(suffix) for suffix in suffixes}


def documented():
    """Return the samples of all families in docs/metrics.md."""
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", METRICS.read_text(), re.MULTILINE)
    # Tables of one type have no column for it.
    names = set(re.findall(r"^\| `(\w+)` \|", METRICS.read_text(), re.MULTILINE))
    histograms = {name for name, kind in rows if kind == "histogram"}
    return names | {name + suffix for name in histograms for suffix in _HISTOGRAM}
