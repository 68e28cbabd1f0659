"""Calls of users, scrapes and wrong tokens all at once: each call counts once."""

import http.client
import threading
import xmlrpc.client
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import probe
import pytest
from metrics import Watch, by_outcome, dropped, fetch, wait_for
from waiting import wait_until

from setup import odoo_config

OPERATION = "storm"
CALLS, SCRAPES, WRONG_TOKENS = 300, 100, 100
LOGGED_IN_AND_SEARCHED = 2
REQUESTS = "odoo_http_server_request_duration_seconds_count"
TOKENS = ("wrong", "x" * 20_000, "é", "", "Bearer")
NO_CONNECTION = "no connection"


def measure_something_fast(user):
    """Measure a method that every user may call, unless it is measured already.

    :return: the number of requests that this took
    """
    if user.call("reliability.operation", "search", [("code", "=", OPERATION)]):
        return 1
    fast = {"model": "res.partner", "method": "address_get"}
    probe.measure(user, name="Storm", code=OPERATION, **fast)
    return 3


def call(user, partner):
    """Call the measured method; return the answer.

    Under this load Odoo may have no connection to its database left, and the kernel may
    refuse connections to Odoo.
    """
    try:
        assert user.call("res.partner", "address_get", [partner])
    except xmlrpc.client.Fault as fault:
        assert "The Connection Pool Is Full" in fault.faultString, fault.faultString
        return "failed"
    except xmlrpc.client.ProtocolError:
        return "failed"
    except (OSError, http.client.HTTPException):
        return NO_CONNECTION
    return "done"


def requests(samples):
    """Return the number of ended requests of the external API, failed ones included."""
    return sum(
        int(value)
        for (name, labels), value in samples.items()
        if name == REQUESTS and dict(labels)["http_request_method"] == "POST"
    )


def answer(url, token):
    """Return the status of a response, or that there was no connection."""
    try:
        status, text = fetch(url, token)
    except (OSError, http.client.HTTPException):
        return NO_CONNECTION
    if status == 200:
        assert "odoo_reliability_slots" in text, "an incomplete page"
    else:
        assert text == "401 Unauthorized\n"
    return status


class Storm(threading.Thread):
    """Parallel requests with right and wrong tokens to both pages with metrics.

    :ivar answers: (kind of request, page) → status → number of responses
    """

    def __init__(self, server):
        super().__init__(daemon=True)
        self._pages = {"collector": server.metrics_url, "odoo": f"{server.url}/metrics"}
        self.answers = {}

    def wait_for_both_pages(self):
        """Wait until both pages show metrics; the collector starts last."""
        token = odoo_config.metrics_token().read_text()
        for url in self._pages.values():
            wait_until(lambda url=url: _shows_metrics(url, token), url)

    def run(self):
        token = odoo_config.metrics_token().read_text()
        tokens = {
            "scrapes": [token] * SCRAPES,
            "wrong tokens": [TOKENS[n % len(TOKENS)] for n in range(WRONG_TOKENS)],
        }
        with ThreadPoolExecutor(100) as pool:
            futures = {
                (kind, page): [pool.submit(answer, url, token) for token in sent]
                for kind, sent in tokens.items()
                for page, url in self._pages.items()
            }
        self.answers = {
            key: Counter(future.result() for future in submitted)
            for key, submitted in futures.items()
        }


def _shows_metrics(url, token):
    try:
        return fetch(url, token)[0] == 200
    except OSError:  # not listening yet
        return False


@pytest.fixture(autouse=True)
def small_stacks():
    """Allow hundreds of threads in a process within Odoo's memory limit."""
    before = threading.stack_size(512 * 1024)
    yield
    threading.stack_size(before)


@pytest.mark.parametrize(("workers", "users"), [(0, 200), (2, 16)])
def test_each_call_counts_once_during_a_storm(make_server, admin, workers, users):
    server = make_server(workers=workers, options={"max_cron_threads": 0})
    user = admin(server)
    before = LOGGED_IN_AND_SEARCHED + measure_something_fast(user)
    (partner,) = user.call("res.partner", "search", [], limit=1)
    storm = Storm(server)
    storm.wait_for_both_pages()
    with Watch(server) as watch, ThreadPoolExecutor(users) as pool:
        calls = [pool.submit(call, user, partner) for _call in range(CALLS)]
        storm.start()
        storm.join()
        answers = Counter(call.result() for call in calls)
        answered = before + answers["done"] + answers["failed"]
        samples = wait_for(server, lambda s: requests(s) >= answered)
    assert requests(samples) == answered
    assert by_outcome(samples, OPERATION).get("success") == answers["done"]
    assert not dropped(samples, "error")
    for (kind, page), statuses in storm.answers.items():
        expected = 200 if kind == "scrapes" else 401
        assert statuses.keys() <= {expected, NO_CONNECTION}, (kind, page, statuses)
        assert statuses[expected], (kind, page, statuses)
    assert not watch.falls
    log = (server.folder / "odoo.log").read_text()
    assert "Reliability could not record" not in log
    assert "wrong" not in log, "a token is in the log"
