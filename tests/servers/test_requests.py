"""Requests on a real server: who is busy, who waits, and what a worker died of."""

import shutil
import time

import probe
import pytest
from metrics import scrape, wait_for

from setup import paths
from setup.odoo_server import OdooServer
from setup.traffic import ApiUser

FOLDER = paths.RUN / "test" / "requests"
WORKERS = 2
DURATION = "odoo_http_server_request_duration_seconds_count"
WAITED = "odoo_http_server_request_waiting_seconds_sum"
ROUTE = "/xmlrpc/2/<service>"


@pytest.fixture(scope="module")
def server(database):
    shutil.rmtree(FOLDER, ignore_errors=True)
    options = {"max_cron_threads": 0, "proxy_mode": True}
    with OdooServer(database, FOLDER, workers=WORKERS, options=options) as server:
        yield server


@pytest.fixture(scope="module")
def user(server):
    user = ApiUser(server.url, server.database, "admin", "admin")
    probe.install(user)
    probe.measure(user)
    return user


def gauge(samples, name):
    return samples.get((name, ()))


def ended(samples, **labels):
    """Return how many requests have these labels."""
    return sum(
        value
        for (name, of), value in samples.items()
        if name == DURATION and labels.items() <= dict(of).items()
    )


def test_before_any_request_it_is_known_how_many_can_be_served(server):
    samples = wait_for(server, lambda s: gauge(s, "odoo_http_workers") == WORKERS)
    assert gauge(samples, "odoo_http_workers_busy") == 0


def test_who_is_busy_and_how_long_the_others_wait(server, user):
    calls = [probe.working(user, "sleep", 4) for _worker in range(WORKERS)]
    wait_for(server, lambda s: gauge(s, "odoo_http_workers_busy") == WORKERS)
    assert server.responds("/web/health", {"X-Request-Start": f"t={time.time():.3f}"})
    for call in calls:
        call.join()
    wait_for(server, lambda s: gauge(s, "odoo_http_workers_busy") == 0)
    here = (WAITED, (("db", server.database),))
    samples = wait_for(server, lambda s: here in s)
    assert 1 < samples[here] < 6


def test_a_request_in_which_the_worker_died_is_counted_once(server, user):
    time.sleep(2)  # until all requests so far are counted
    before = ended(scrape(server), http_route=ROUTE)
    call = probe.working(user, "burn", 30)
    probe.busy_worker(server).kill()
    call.join(30)
    killed = {"http_route": ROUTE, "error_type": "killed", "db": server.database}
    wait_for(server, lambda s: ended(s, **killed) == 1)
    time.sleep(2)
    samples = scrape(server)
    assert ended(samples, **killed) == 1
    assert ended(samples, http_route=ROUTE) == before + 1
    # The new worker is one, and nobody counts the dead one.
    assert gauge(samples, "odoo_http_workers") == WORKERS
    assert gauge(samples, "odoo_http_workers_busy") == 0


def test_load_balancers_and_prometheus_are_answered_by_odoo(server):
    assert server.responds("/reliability/live")
    assert server.responds("/reliability/ready")
    assert not server.responds("/metrics")
