"""Each panel of deploy/grafana has data of the demo."""

import panels
import pytest
from waiting import wait_until

from setup import paths
from setup.prometheus import Prometheus

UNTIL = "all"
NOT_IN_THE_DEMO = "odoo_redis_", "odoo_host_shared_memory_"
"""The demo has no Redis, and its telemetry folder is on a disk: no data of these."""
SCRAPED_TWICE = "min(count_over_time(odoo_reliability_slots[5m])) >= 2"


def has_system(query):
    return not any(name.startswith(NOT_IN_THE_DEMO) for name in panels.used(query[2]))


@pytest.fixture(scope="module")
def prometheus(server):
    folder = paths.RUN / "demo-server" / "prometheus"
    with Prometheus(folder, None, server.metrics_port) as running:
        wait_until(lambda: running.query(SCRAPED_TWICE))
        yield running


@pytest.mark.parametrize("query", panels.queries(), ids=str)
def test_each_panel_has_data(prometheus, query):
    if has_system(query):
        # Gauges of a database are read every half a minute.
        wait_until(lambda: prometheus.query(query.expression))
    else:
        assert prometheus.query(query.expression) == []
