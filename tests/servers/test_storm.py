"""Everybody comes at once: users, scrapes and strangers, and each call counts once."""

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
CALLS, SCRAPES, STRANGERS = 300, 100, 100
LOGGED_IN_AND_SEARCHED = 2
REQUESTS = "odoo_http_server_request_duration_seconds_count"
TOKENS = ("wrong", "x" * 20_000, "é", "", "Bearer")
NOT_LET_IN = "not let in"


def measure_something_fast(user):
    """Let a method be measured that every user may call, unless it is already.

    :return: how many requests that took
    """
    if user.call("reliability.operation", "search", [("code", "=", OPERATION)]):
        return 1
    fast = {"model": "res.partner", "method": "address_get"}
    probe.measure(user, name="Storm", code=OPERATION, **fast)
    return 3


def call(user, partner):
    """Call it; return what the user was told.

    Odoo is stormed: it may have no connection left to its database, and the kernel no
    room for who waits to be let in.
    """
    try:
        assert user.call("res.partner", "address_get", [partner])
    except xmlrpc.client.Fault as fault:
        assert "The Connection Pool Is Full" in fault.faultString, fault.faultString
        return "failed"
    except xmlrpc.client.ProtocolError:
        return "failed"
    except (OSError, http.client.HTTPException):
        return NOT_LET_IN
    return "done"


def requests(samples):
    """Return how many requests of the external API are over, also in vain."""
    return sum(
        int(value)
        for (name, labels), value in samples.items()
        if name == REQUESTS and dict(labels)["http_request_method"] == "POST"
    )


def answer(url, token):
    """Return the status of an answer, or that nobody was let in for it."""
    try:
        status, text = fetch(url, token)
    except (OSError, http.client.HTTPException):
        return NOT_LET_IN
    if status == 200:
        assert "odoo_reliability_slots" in text, "half a page"
    else:
        assert text == "401 Unauthorized\n"
    return status


class Storm(threading.Thread):
    """Scrapes and strangers at both of a server's pages, again and again at once.

    :ivar answers: (who, where) → status → how often
    """

    def __init__(self, server):
        super().__init__(daemon=True)
        self._pages = {"collector": server.metrics_url, "odoo": f"{server.url}/metrics"}
        self.answers = {}

    def wait_for_both_pages(self):
        """Wait until the collector, which starts last, shows something at both."""
        token = odoo_config.metrics_token().read_text()
        for url in self._pages.values():
            wait_until(lambda url=url: _shows_something(url, token), url)

    def run(self):
        token = odoo_config.metrics_token().read_text()
        tokens = {
            "scrapes": [token] * SCRAPES,
            "strangers": [TOKENS[n % len(TOKENS)] for n in range(STRANGERS)],
        }
        with ThreadPoolExecutor(100) as at_once:
            told = {
                (who, where): [at_once.submit(answer, url, token) for token in shown]
                for who, shown in tokens.items()
                for where, url in self._pages.items()
            }
        self.answers = {
            key: Counter(each.result() for each in all_of_them)
            for key, all_of_them in told.items()
        }


def _shows_something(url, token):
    try:
        return fetch(url, token)[0] == 200
    except OSError:  # nobody listens yet
        return False


@pytest.fixture(autouse=True)
def small_stacks():
    """Let a process have hundreds of threads within Odoo's limit on its memory."""
    before = threading.stack_size(512 * 1024)
    yield
    threading.stack_size(before)


@pytest.mark.parametrize(("workers", "users"), [(0, 200), (2, 16)])
def test_a_storm_of_users_scrapes_and_strangers(make_server, admin, workers, users):
    server = make_server(workers=workers, options={"max_cron_threads": 0})
    user = admin(server)
    before = LOGGED_IN_AND_SEARCHED + measure_something_fast(user)
    (partner,) = user.call("res.partner", "search", [], limit=1)
    storm = Storm(server)
    storm.wait_for_both_pages()
    with Watch(server) as watch, ThreadPoolExecutor(users) as at_once:
        calls = [at_once.submit(call, user, partner) for _call in range(CALLS)]
        storm.start()
        storm.join()
        told = Counter(call.result() for call in calls)
        answered = before + told["done"] + told["failed"]
        samples = wait_for(server, lambda s: requests(s) >= answered)
    assert requests(samples) == answered
    assert by_outcome(samples, OPERATION).get("success") == told["done"]
    assert not dropped(samples, "error")
    for (who, where), statuses in storm.answers.items():
        expected = 200 if who == "scrapes" else 401
        assert statuses.keys() <= {expected, NOT_LET_IN}, (who, where, statuses)
        assert statuses[expected], (who, where, statuses)
    assert not watch.falls
    log = (server.folder / "odoo.log").read_text()
    assert "Reliability could not record" not in log
    assert "wrong" not in log, "a token is in the log"
