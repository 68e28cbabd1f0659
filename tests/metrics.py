"""Read a collector's ``/metrics`` as Prometheus does."""

import gzip
import http.client
import threading
import urllib.error
import urllib.request

from prometheus_client.parser import text_string_to_metric_families
from waiting import wait_until

from setup import odoo_config

COUNT = "odoo_operation_duration_seconds_count"
FROM_OUTSIDE = (
    "odoo_integration_exchanges_total",
    "odoo_queue_job_attempts_lost_total",
    "queue_job_dead_jobs_requeued_total",
    "odoo_host_memory_kills_total",
)
"""Counters that the collector does not save: they are absent until it has polled the
database or checked the host again, and have not fallen meanwhile."""
SINCE_THE_START = ("odoo_database_used_seconds_total",)
"""Counters that begin at zero with the collector: Prometheus sees that it restarted."""


def fetch(url, token="", headers=None):
    """Return status and text of the response to a request with a token, or none.

    :param headers: more headers; a compressed body is decompressed
    :raise OSError: there is no response
    """
    authorization = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(url, headers={**authorization, **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            body = answer.read()
            if answer.headers["Content-Encoding"] == "gzip":
                body = gzip.decompress(body)
            return answer.status, body.decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def parse(text):
    """Return ``(name, labels) → value`` of all samples."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scrape(server):
    """Return ``(name, labels) → value``, or ``None`` without a response."""
    token = odoo_config.metrics_token().read_text()
    try:
        status, text = fetch(server.metrics_url, token)
    except (OSError, http.client.HTTPException):  # the latter: cut off
        return None
    return parse(text) if status == 200 else None


def with_labels(samples, **wanted):
    """Return the samples with these labels."""
    return {
        (name, labels): value
        for (name, labels), value in samples.items()
        if wanted.items() <= dict(labels).items()
    }


def by_outcome(samples, operation="order_confirmation"):
    """Return the calls of an operation: outcome → number."""
    counts = {}
    for (name, labels), value in samples.items():
        if name == COUNT and dict(labels)["operation"] == operation:
            outcome = dict(labels)["outcome"]
            counts[outcome] = counts.get(outcome, 0) + int(value)
    return counts


def ended(samples, operation="order_confirmation"):
    """Return the number of ended calls; attempts that were retried do not count."""
    counts = by_outcome(samples, operation)
    return sum(counts.values()) - counts.get("retried", 0)


def wait_for(server, condition):
    """Scrape until ``condition(samples)`` holds, and return the samples.

    :raise AssertionError: the condition did not hold until the timeout
    """
    last = {}

    def found():
        samples = scrape(server)
        last.update(samples or {})
        return samples if samples is not None and condition(samples) else None

    return wait_until(found, lambda: f"still {counts(last)}")


def wait_for_cycles(server, cycles=3):
    """Return the samples after some more cycles of the collector.

    A cycle may be running when this begins. After the second end of a cycle all earlier
    events have been read; a third cycle would show events that are counted twice.
    """
    seconds = "odoo_reliability_collector_cycle_seconds", ()
    for _cycle in range(cycles):
        last = wait_for(server, lambda s: seconds in s)[seconds]
        samples = wait_for(server, lambda s, last=last: s.get(seconds, last) != last)
    return samples


def counts(samples):
    """Return ``(operation, outcome) → calls``, without zeros."""
    return {
        (dict(labels)["operation"], dict(labels)["outcome"]): int(value)
        for (name, labels), value in samples.items()
        if name == COUNT and value
    }


def dropped(samples, reason):
    """Return the number of events dropped for a reason."""
    key = ("odoo_reliability_dropped_total", (("reason", reason),))
    return int(samples.get(key, 0))


class Watch(threading.Thread):
    """Scrapes repeatedly, and collects the counters that fall or vanish.

    :ivar falls: ``(name, labels, before, after)``
    :ivar answers, silences: number of scrapes with a response, and without
    :ivar last: ``(name, labels) → value`` of all counters, in the last response
    """

    def __init__(self, server):
        super().__init__(daemon=True)
        self._server = server
        self._over = threading.Event()
        self.falls = []
        self.last = {}
        self.answers = self.silences = 0

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_error):
        self._over.set()
        self.join()

    def run(self):
        while not self._over.wait(0.2):
            samples = scrape(self._server)
            if samples is None:
                self.silences += 1
                continue
            self.answers += 1
            now = {key: value for key, value in samples.items() if _is_counter(key)}
            absent = {
                key: value
                for key, value in self.last.items()
                if key not in now and key[0] in FROM_OUTSIDE
            }
            for key, before in self.last.items():
                if key not in absent and now.get(key, 0) < before:
                    self.falls.append((*key, before, now.get(key)))
            self.last = absent | now


def _is_counter(key):
    is_counter = key[0].endswith(("_total", "_count", "_sum", "_bucket"))
    return is_counter and key[0] not in SINCE_THE_START
