"""The demo's table reports equality only where all sources are equal."""

from bisect import bisect_right
from collections import Counter
from math import inf

import pytest

from setup import comparison, traffic
from setup.demo import Flow
from setup.metric_snapshot import MetricSnapshot
from setup.without_odoo import histogram

EXACT = [0.03 + n / 1000 for n in range(100)]
SUCCESS = ("order_confirmation", "success")
CALLS = {SUCCESS: 100, ("order_confirmation", "rejected"): 7}


def flow():
    actual = {"success": 100, "rejected": 7}
    return Flow(SUCCESS[0], "orders confirmed", traffic.confirmations(), "", actual)


def prometheus():
    bounds = (*histogram.CLASSIC_BOUNDS, inf)
    classic = {(*SUCCESS, bound): bisect_right(EXACT, bound) for bound in bounds}
    return MetricSnapshot(dict(CALLS), {SUCCESS: sum(EXACT)}, classic)


def odoo():
    fine = Counter((*SUCCESS, histogram.bucket_index(seconds)) for seconds in EXACT)
    return MetricSnapshot(dict(CALLS), {SUCCESS: sum(EXACT)}, fine)


def wrong(prometheus, odoo, exact=EXACT):
    """Return the titles of rows that do not agree."""
    rows = comparison.rows(flow(), prometheus, odoo, exact)
    return [row.title.strip() for row in rows if not row.right]


def test_equal_sources_are_right():
    assert wrong(prometheus(), odoo()) == []


@pytest.mark.parametrize("source", [0, 1], ids=["Prometheus", "Odoo"])
def test_a_call_or_a_millisecond_too_many_is_wrong(source):
    both = [prometheus(), odoo()]
    both[source].calls[SUCCESS] += 1
    both[source].seconds[SUCCESS] += 0.001
    assert wrong(*both) == ["orders confirmed", "seconds, added up"]


def test_a_retried_attempt_in_only_one_source_is_wrong():
    more = odoo()
    more.calls[SUCCESS[0], "retried"] = 1
    assert wrong(prometheus(), more) == ["retried"]


def test_a_call_that_no_worker_recorded_is_wrong():
    assert "orders confirmed" in wrong(prometheus(), odoo(), EXACT[1:])


def test_a_quantile_of_odoo_two_buckets_off_is_wrong():
    fine = {(*key, index + 2): count for (*key, index), count in odoo().buckets.items()}
    rows = wrong(prometheus(), odoo()._replace(buckets=fine))
    assert rows == ["p50, seconds", "p95, seconds", "p99, seconds"]


def test_a_quantile_in_another_bucket_of_prometheus_is_wrong():
    longer = {
        (*key, 2 * bound): count
        for (*key, bound), count in prometheus().buckets.items()
    }
    rows = wrong(prometheus()._replace(buckets=longer), odoo())
    assert rows == ["p50, seconds", "p95, seconds", "p99, seconds"]


def test_a_bucket_of_prometheus_begins_where_the_one_before_ends():
    cumulative = {0.25: 0, 0.5: 3, 1.0: 4, inf: 4}
    assert comparison.classic_bucket(0.5, cumulative) == (0.25, 0.5)
    assert comparison.classic_bucket(0.75, cumulative) == (0.25, 0.5)
    assert comparison.classic_bucket(0.76, cumulative) == (0.5, 1.0)
    none_under = MetricSnapshot({}, {}, {(*SUCCESS, 0.25): 0, (*SUCCESS, 0.5): 1})
    assert none_under.buckets_of(SUCCESS[0]) == {0.25: 0, 0.5: 1}


def test_only_new_calls_are_compared():
    before = prometheus()
    after = MetricSnapshot(
        *({key: 2 * n for key, n in part.items()} for part in before)
    )
    assert wrong(after.since(before), odoo()) == []
