"""What Prometheus and Odoo's own rollups counted, beside what happened.

Counts and sums must be equal. Quantiles are read from histograms: from the fine buckets
of the rollups within 1.1 % of the exact duration; Prometheus has classic buckets, and
the exact duration must be in the one in which it would look for it.
"""

import time
from math import ceil, inf, isclose
from typing import NamedTuple

from . import counted, databases
from .flight_recorder import FlightRecorder
from .steps import Failure, say, step
from .without_odoo import histogram

QUANTILES = (0.5, 0.95, 0.99)
WITHIN = 0.011
ROUNDING = 1e-9  # the same numbers, added in another order
SECONDS_UNTIL_COUNTED = 180
VERDICT = """
Calls, outcomes and seconds are equal. Of p50, p95 and p99, Odoo's are within
1.1 % of the exact ones, and these within the bucket that Prometheus knows."""


class Row(NamedTuple):
    """A line of the table; ``right`` says whether the three agree."""

    words: str
    prometheus: str = ""
    odoo: str = ""
    facts: str = ""
    right: bool = True

    def __str__(self):
        line = f"{self.words:22}{self.prometheus:>14}{self.odoo:>9}{self.facts:>9}"
        return line.rstrip() if self.right else f"{line}  wrong"


class Comparison:
    """Compares what is counted from now on."""

    def __init__(self, prometheus, server):
        self._log = server.log
        self._recorder = FlightRecorder(server.folder / "telemetry")
        self._sources = lambda: counted.in_prometheus(prometheus), counted.in_rollups
        self._before = [source() for source in self._sources]

    def show(self, flows):
        """Print what came of each flow, as all three know it.

        :raise Failure: they do not agree
        """
        durations = self._recorder.durations(databases.DEMO)
        with step("Waiting until Prometheus and Odoo have counted all of it"):
            prometheus, odoo = self._counted(flows)
        say(f"\n{Row('', 'Prometheus', 'Odoo', 'facts')}")
        wrong = []
        for flow in flows:
            say("")
            exact = durations.get(flow.operation, [])
            for row in rows(flow, prometheus, odoo, exact):
                say(str(row))
                wrong += [] if row.right else [f"{flow.words}: {row.words.strip()}"]
        if wrong:
            raise Failure(
                f"Prometheus, Odoo and the facts differ in {'; '.join(wrong)}",
                f"look for warnings of reliability in {self._log}.",
            )
        say(VERDICT)

    def _counted(self, flows):
        """What is new, once all of it has come or time is up."""
        expected = {
            (flow.operation, outcome): count
            for flow in flows
            for outcome, count in flow.facts.items()
        }
        deadline = time.monotonic() + SECONDS_UNTIL_COUNTED
        while True:
            new = [
                count().since(before)
                for count, before in zip(self._sources, self._before, strict=True)
            ]
            complete = all(_has(source, expected) for source in new)
            if complete or time.monotonic() > deadline:
                return new
            time.sleep(0.5)


def rows(flow, prometheus, odoo, exact):
    """The lines of one flow.

    :param prometheus, odoo: what each counted
    :param exact: the seconds of each call that succeeded, shortest first
    """
    yield from _counts(flow, prometheus.calls, odoo.calls, len(exact))
    if questions := flow.calls.answers["asked"]:
        yield Row("    not done, asked", facts=str(questions))
    success = flow.operation, "success"
    sums = (of.seconds.get(success, 0) for of in (prometheus, odoo))
    yield _seconds(*sums, sum(exact))
    if exact:
        classic = prometheus.buckets_of(flow.operation)
        fine = odoo.buckets_of(flow.operation)
        for q in QUANTILES:
            yield _quantile(q, classic, fine, exact)


def _counts(flow, prometheus, odoo, recorded):
    for outcome, fact in flow.facts.items():
        words = flow.words if outcome == "success" else f"    {outcome}"
        known = [of.get((flow.operation, outcome), 0) for of in (prometheus, odoo)]
        right = set(known) == {fact}
        if outcome == "success":
            right &= recorded == fact
        yield Row(words, *map(str, [*known, fact]), right)
    # Users are not told of these.
    known = [of.get((flow.operation, "retried"), 0) for of in (prometheus, odoo)]
    yield Row("    retried", *map(str, known), right=len(set(known)) == 1)


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
    """The bounds between which ``histogram_quantile`` would guess.

    :param cumulative: bound → calls at or under it
    """
    low, rank = 0.0, q * cumulative.get(inf, 0)
    for bound in sorted(cumulative):
        if cumulative[bound] >= rank:
            return low, bound
        low = bound
    return low, inf


def _has(new, expected):
    """Whether as many calls were counted as are expected."""
    return all(new.calls.get(key, 0) == count for key, count in expected.items())
