"""Requests on a real server: who is busy, who waits, and what a worker died of."""

import time
from concurrent.futures import ThreadPoolExecutor

import probe
from metrics import wait_for, wait_for_cycles

WORKERS = 2
DURATION = "odoo_http_server_request_duration_seconds_count"
WAITED = "odoo_http_server_request_waiting_seconds_sum"
ROUTE = "/xmlrpc/2/<service>"


def gauge(samples, name):
    return samples.get((name, ()))


def ended(samples, **labels):
    """Return how many requests have these labels."""
    return sum(
        value
        for (name, of), value in samples.items()
        if name == DURATION and labels.items() <= dict(of).items()
    )


def test_it_is_known_how_many_can_be_served(server, user):
    samples = wait_for(server, lambda s: gauge(s, "odoo_http_workers") == WORKERS)
    assert gauge(samples, "odoo_http_workers_busy") == 0


def test_who_is_busy_and_how_long_the_others_wait(server, user, tmp_path):
    here = (WAITED, (("db", server.database),))
    before = wait_for(server, bool).get(here, 0)
    working = tmp_path / "working"
    working.touch()
    calls = [probe.working(user, "wait", str(working)) for _worker in range(WORKERS)]
    wait_for(server, lambda s: gauge(s, "odoo_http_workers_busy") == WORKERS)
    asked = time.time()
    header = {"X-Request-Start": f"t={asked:.3f}"}
    with ThreadPoolExecutor() as beside:
        health = beside.submit(server.responds, "/web/health", header)
        wait_for_cycles(server)
        working.unlink()
        assert health.result()
    at_most = time.time() - asked
    for call in calls:
        call.join()
    wait_for(server, lambda s: gauge(s, "odoo_http_workers_busy") == 0)
    samples = wait_for(server, lambda s: s.get(here, 0) > before)
    assert 0.5 < samples[here] - before <= at_most


def test_a_request_in_which_the_worker_died_is_counted_once(server, user):
    killed = {"http_route": ROUTE, "error_type": "killed", "db": server.database}
    before = wait_for_cycles(server)
    call = probe.working(user, "burn", 3600)
    probe.busy_worker(server).kill()
    call.join()
    wait_for(server, lambda s: ended(s, **killed) > ended(before, **killed))
    samples = wait_for_cycles(server)
    assert ended(samples, **killed) == ended(before, **killed) + 1
    assert ended(samples, http_route=ROUTE) == ended(before, http_route=ROUTE) + 1
    # The new worker is one, and nobody counts the dead one.
    assert gauge(samples, "odoo_http_workers") == WORKERS
    assert gauge(samples, "odoo_http_workers_busy") == 0


def test_load_balancers_and_prometheus_are_answered_by_odoo(server, user):
    assert server.responds("/reliability/live")
    assert server.responds("/reliability/ready")
    assert not server.responds("/metrics")
