"""One server with low limits that measures the probe, shared by all tests here."""

import probe
import pytest

from setup import databases, paths
from setup.odoo_server import OdooServer
from setup.traffic import ApiUser

FOLDER = paths.RUN / "test" / "probed"
LIMITS = {
    "limit_time_real": 40,  # seconds; enough for other requests on a busy machine
    "limit_time_cpu": 8,
    "limit_memory_hard": 6 * 2**30,
}


@pytest.fixture(scope="package")
def server():
    options = {"max_cron_threads": 0, "proxy_mode": True, **LIMITS}
    with (
        databases.copied(databases.PROBED, "reliability_test_probed") as name,
        OdooServer(name, FOLDER, workers=2, options=options) as server,
    ):
        yield server


@pytest.fixture(scope="package")
def user(server):
    user = ApiUser(server.url, server.database, "admin", "admin")
    probe.measure(user)
    return user
