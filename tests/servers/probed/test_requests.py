"""Requests on a real server: busy workers, waiting requests, and killed workers."""

import time
from concurrent.futures import ThreadPoolExecutor

import probe
from metrics import by_outcome, wait_for, wait_for_cycles

WORKERS = 2
DURATION = "odoo_http_server_request_duration_seconds_count"
WAITED = "odoo_http_server_request_waiting_seconds_sum"
ROUTE = "/xmlrpc/2/<service>"


def gauge(samples, name):
    return samples.get((name, ()))


def ended(samples, **labels):
    """Return the number of requests with these labels."""
    return sum(
        value
        for (name, pairs), value in samples.items()
        if name == DURATION and labels.items() <= dict(pairs).items()
    )


def killed_calls(samples):
    return by_outcome(samples, probe.OPERATION).get("killed", 0)


def test_the_number_of_workers_is_shown(server, user):
    samples = wait_for(server, lambda s: gauge(s, "odoo_http_workers") == WORKERS)
    assert gauge(samples, "odoo_http_workers_busy") == 0


def test_busy_workers_and_the_waiting_time_of_requests_are_shown(
    server, user, tmp_path
):
    here = (WAITED, (("db", server.database),))
    before = wait_for(server, bool).get(here, 0)
    working = tmp_path / "working"
    working.touch()
    calls = [probe.working(user, "wait", str(working)) for _worker in range(WORKERS)]
    wait_for(server, lambda s: gauge(s, "odoo_http_workers_busy") == WORKERS)
    sent = time.time()
    header = {"X-Request-Start": f"t={sent:.3f}"}
    with ThreadPoolExecutor() as pool:
        health = pool.submit(server.responds, "/web/health", header)
        wait_for_cycles(server)
        working.unlink()
        assert health.result()
    at_most = time.time() - sent
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
    # The new worker counts, the dead one does not.
    assert gauge(samples, "odoo_http_workers") == WORKERS
    assert gauge(samples, "odoo_http_workers_busy") == 0


def test_a_request_that_is_left_out_is_not_counted_if_its_worker_dies(server, user):
    before = wait_for_cycles(server)
    call = probe.working(user, "leave_out", 3600)
    wait_for(server, lambda s: gauge(s, "odoo_http_workers_busy") == 1)
    probe.busy_worker(server).kill()
    call.join()
    # The call of its method began before.  The next owner of the slot counts it.
    wait_for(server, lambda s: killed_calls(s) > killed_calls(before))
    samples = wait_for_cycles(server)
    assert killed_calls(samples) == killed_calls(before) + 1
    assert ended(samples, http_route=ROUTE) == ended(before, http_route=ROUTE)
    assert gauge(samples, "odoo_http_workers_busy") == 0


def test_odoo_serves_the_routes_for_load_balancers_but_no_open_metrics(server, user):
    assert server.responds("/reliability/live")
    assert server.responds("/reliability/ready")
    assert not server.responds("/metrics")
