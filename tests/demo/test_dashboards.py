"""Each panel of deploy/grafana has data of the demo."""

import panels
import pytest
from waiting import wait_until

from setup import paths
from setup.prometheus import Prometheus

UNTIL = "all"
SCRAPED_TWICE = "min(count_over_time(odoo_reliability_slots[5m])) >= 2"


@pytest.fixture(scope="module")
def prometheus(server):
    folder = paths.RUN / "demo-server" / "prometheus"
    with Prometheus(folder, None, server.metrics_port) as running:
        wait_until(lambda: running.query(SCRAPED_TWICE))
        yield running


@pytest.mark.parametrize("query", panels.queries(), ids=str)
def test_each_panel_has_data(prometheus, query):
    # Gauges of a database are read every half a minute.
    wait_until(lambda: prometheus.query(query.expression))


@pytest.mark.parametrize("metric", panels.metrics())
def test_each_metric_of_a_panel_is_exported(prometheus, metric):
    """Also where the panel shows 0 without it, since nothing has happened."""
    wait_until(lambda: panels.families(metric) & prometheus.families())
