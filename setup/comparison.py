"""Compare the calls in Prometheus and in Odoo's rollups with what really happened.

Counts and sums must be equal. Quantiles are estimated from histograms: those of the
rollups' fine buckets must be within 1.1 % of the exact duration; Prometheus has classic
buckets, and the exact duration must lie in the bucket that ``histogram_quantile``
selects.
"""

import time
from math import ceil, inf, isclose
from typing import NamedTuple

from . import databases, metric_snapshot
from .flight_recorder import FlightRecorder
from .steps import Failure, say, step
from .without_odoo import histogram

QUANTILES = (0.5, 0.95, 0.99)
WITHIN = 0.011
ROUNDING = 1e-9  # the same numbers, added in another order
SECONDS_UNTIL_COUNTED = 180
VERDICT = """
Calls, outcomes and seconds are equal. Odoo's p50, p95 and p99 are within 1.1 %
of the exact durations, and each exact duration is in Prometheus' bucket."""


class Row(NamedTuple):
    """A line of the table; ``right`` says whether all three columns agree."""

    title: str
    prometheus: str = ""
    odoo: str = ""
    actual: str = ""
    right: bool = True

    def __str__(self):
        line = f"{self.title:22}{self.prometheus:>14}{self.odoo:>9}{self.actual:>9}"
        return line.rstrip() if self.right else f"{line}  wrong"


class Comparison:
    """Compares the calls made from now on."""

    def __init__(self, prometheus, server):
        self._log = server.log
        self._recorder = FlightRecorder(server.telemetry)
        self._sources = (
            lambda: metric_snapshot.from_prometheus(prometheus),
            metric_snapshot.from_rollups,
        )
        self._before = [source() for source in self._sources]

    def show(self, flows):
        """Print the calls of each flow, from all three sources.

        :raise Failure: the sources do not agree
        """
        durations = self._recorder.durations(databases.DEMO)
        with step("Waiting until Prometheus and Odoo have counted all calls"):
            prometheus, odoo = self._wait_for_counts(flows)
        say(f"\n{Row('', 'Prometheus', 'Odoo', 'actual')}")
        wrong = []
        for flow in flows:
            say("")
            exact = durations.get(flow.operation, [])
            for row in rows(flow, prometheus, odoo, exact):
                say(str(row))
                wrong += [] if row.right else [f"{flow.title}: {row.title.strip()}"]
        if wrong:
            raise Failure(
                f"Prometheus, Odoo and the actual calls differ in {'; '.join(wrong)}",
                f"look for warnings of reliability in {self._log}.",
            )
        say(VERDICT)

    def _wait_for_counts(self, flows):
        """Return the new calls of each source, once complete or after the timeout."""
        expected = {
            (flow.operation, outcome): count
            for flow in flows
            for outcome, count in flow.actual.items()
        }
        deadline = time.monotonic() + SECONDS_UNTIL_COUNTED
        while True:
            new = [
                source().since(before)
                for source, before in zip(self._sources, self._before, strict=True)
            ]
            complete = all(_has(source, expected) for source in new)
            if complete or time.monotonic() > deadline:
                return new
            time.sleep(0.5)


def rows(flow, prometheus, odoo, exact):
    """Yield the rows of one flow.

    :param prometheus, odoo: a :class:`.MetricSnapshot` of each
    :param exact: the seconds of each call that succeeded, shortest first
    """
    yield from _counts(flow, prometheus.calls, odoo.calls, len(exact))
    if dialogs := flow.calls.answers["dialog"]:
        yield Row("    not done, dialog", actual=str(dialogs))
    success = flow.operation, "success"
    sums = (source.seconds.get(success, 0) for source in (prometheus, odoo))
    yield _seconds(*sums, sum(exact))
    if exact:
        classic = prometheus.buckets_of(flow.operation)
        fine = odoo.buckets_of(flow.operation)
        for q in QUANTILES:
            yield _quantile(q, classic, fine, exact)


def _counts(flow, prometheus, odoo, recorded):
    for outcome, actual in flow.actual.items():
        title = flow.title if outcome == "success" else f"    {outcome}"
        counts = [
            calls.get((flow.operation, outcome), 0) for calls in (prometheus, odoo)
        ]
        right = set(counts) == {actual}
        if outcome == "success":
            right &= recorded == actual
        yield Row(title, *map(str, [*counts, actual]), right)
    # Users get no answer for a retried attempt, so there is no actual number.
    counts = [calls.get((flow.operation, "retried"), 0) for calls in (prometheus, odoo)]
    yield Row("    retried", *map(str, counts), right=len(set(counts)) == 1)


def _seconds(prometheus, odoo, exact):
    right = all(isclose(s, exact, rel_tol=ROUNDING) for s in (prometheus, odoo))
    cells = (f"{seconds:.2f}" for seconds in (prometheus, odoo, exact))
    return Row("    seconds, added up", *cells, right)


def _quantile(q, classic, fine, exact):
    seconds = exact[max(1, ceil(q * len(exact))) - 1]
    low, high = classic_bucket(q, classic)
    estimate = histogram.quantile(q, fine) or 0.0
    right = low < seconds <= high and abs(estimate - seconds) <= WITHIN * seconds
    cells = f"{low:.4f}-{high:.4f}", f"{estimate:.4f}", f"{seconds:.4f}"
    return Row(f"    p{q * 100:.0f}, seconds", *cells, right)


def classic_bucket(q, cumulative):
    """Return the bounds between which ``histogram_quantile`` interpolates.

    :param cumulative: bound → calls at or under it
    """
    low, rank = 0.0, q * cumulative.get(inf, 0)
    for bound in sorted(cumulative):
        if cumulative[bound] >= rank:
            return low, bound
        low = bound
    return low, inf


def _has(new, expected):
    """Whether a snapshot has the expected calls."""
    return all(new.calls.get(key, 0) == count for key, count in expected.items())
