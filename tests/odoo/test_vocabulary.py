"""The documentation lists the metric families and the outcomes of calls completely."""

import re
import subprocess
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from odoo.tests import get_db_name

from odoo.addons.reliability.api import Series
from odoo.addons.reliability.collector import gauges, probes
from odoo.addons.reliability.collector.collector import Collector
from odoo.addons.reliability.collector.connection import connected
from odoo.addons.reliability.collector.tasks import make_tasks
from odoo.addons.reliability.odoo_conf import settings
from odoo.addons.reliability.telemetry.exposition import GaugeSheet
from odoo.addons.reliability.telemetry.families import registered
from odoo.addons.reliability.telemetry.slots.lease import boot_time
from odoo.addons.reliability.telemetry.slots.recorder import Recorder
from odoo.addons.reliability.tests import scenarios
from odoo.addons.reliability.tests.recordings import record, series
from odoo.addons.reliability_queue_job.tests import scenarios as job_scenarios

from setup import debian, paths

OF_THE_PLATFORM = (
    r"odoo_(database_used|host|ingress|pgbouncer|platform|postgres|redis)_"
)
"""Exported where there is such a thing: tests/unit/test_platform_metrics.py."""
FAMILY = r"^\| `((?:odoo|queue_job)_\w+)` \|"


@pytest.fixture
def exposition(tmp_path):
    """The page ``/metrics`` with every family, and with labels that need escaping."""
    recorder, collector = Recorder(tmp_path), Collector(tmp_path)
    for family in registered().values():
        record(recorder, Series(family.name, "db", family.labels, 1.0))
    tasks = make_tasks(collector, settings())
    collector.host_metrics += [task.metrics for task in tasks]
    record(recorder, series('a "quoted"\nname \\ ü'), outcome="failed", seconds=70)
    collector.cycle()
    with connected(get_db_name()) as connection:
        collector.set_gauges("db", GaugeSheet(boot_time(), gauges.read(connection)))
    registry = CollectorRegistry()
    registry.register(collector)
    yield generate_latest(registry).decode() + probes.AGE
    collector.close()
    recorder.close()


def test_the_documentation_has_exactly_the_families_on_the_page(exposition):
    families = set(re.findall(r"^# TYPE (\S+) ", exposition, re.MULTILINE))
    page = (paths.ROOT / "docs" / "metrics.md").read_text()
    documented = set(re.findall(FAMILY, page, re.MULTILINE))
    both = families ^ documented
    assert not {name for name in both if not re.match(OF_THE_PLATFORM, name)}


def test_the_documentation_has_exactly_the_tested_outcomes():
    tables = scenarios.SCENARIOS | job_scenarios.SCENARIOS
    tested = {title: list(outcomes) for title, (outcomes, _happen) in tables.items()}
    page = (paths.ROOT / "docs" / "outcomes.md").read_text()
    rows = page.split("| scenario |")[1].split("\n\n")[0].splitlines()[2:]
    documented = {
        title: re.findall(r"`(\w+)`", outcomes)
        for title, outcomes in (row.strip("| ").rsplit(" | ", 1) for row in rows)
    }
    assert tested == documented


def test_promtool_reports_no_problem(exposition):
    promtool = Path(debian.program("prometheus")).with_name("promtool")
    check = subprocess.run(
        [promtool, "check", "metrics"],
        input=exposition,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")
