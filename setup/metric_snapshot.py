"""Snapshots of the demo's calls, from Prometheus and from the rollups in Odoo."""

import json
from typing import NamedTuple

from . import databases, postgres

METRIC = "odoo_operation_duration_seconds"
ROLLUPS = """
    SELECT operation, outcome, sum(count), sum(seconds), reliability_sum(buckets)
      FROM reliability_rollup_minute AS rollup
      JOIN reliability_series AS series ON series.id = rollup.series_id
     WHERE family = 'operation'
     GROUP BY operation, outcome
"""


class MetricSnapshot(NamedTuple):
    """Calls by operation and outcome, at one moment.

    :ivar calls: (operation, outcome) → number of calls
    :ivar seconds: (operation, outcome) → sum of their durations
    :ivar buckets: (operation, outcome, bucket) → number of calls in the bucket
    """

    calls: dict
    seconds: dict
    buckets: dict

    def since(self, before):
        """Return the increase since an earlier snapshot."""
        return MetricSnapshot(
            *(
                {key: number - old.get(key, 0) for key, number in new.items()}
                for new, old in zip(self, before, strict=True)
            )
        )

    def buckets_of(self, operation, outcome="success"):
        """Return the buckets of an operation: bucket → number of calls."""
        return {
            bucket: count
            for (*key, bucket), count in self.buckets.items()
            if key == [operation, outcome]
        }


def from_prometheus(prometheus):
    """Return what Prometheus has; its buckets are cumulative."""
    calls = _samples(prometheus, "count")
    seconds = _samples(prometheus, "sum")
    buckets = _samples(prometheus, "bucket", "le")
    return MetricSnapshot(
        {key: int(count) for key, count in calls.items()},
        seconds,
        {(*key, float(le)): int(count) for (*key, le), count in buckets.items()},
    )


def from_rollups():
    """Return what the rollups have, in buckets of schema 5."""
    snapshot = MetricSnapshot({}, {}, {})
    for row in postgres.psql(ROLLUPS, databases.DEMO).splitlines():
        operation, outcome, calls, seconds, buckets = row.split("|")
        key = operation, outcome
        snapshot.calls[key], snapshot.seconds[key] = int(calls), float(seconds)
        for index, count in json.loads(buckets).items():
            snapshot.buckets[*key, int(index)] = count
    return snapshot


def _samples(prometheus, part, *by):
    """Return the sums of a part of the histogram, by operation, outcome and `by`."""
    names = ("operation", "outcome", *by)
    selected = f"{METRIC}_{part}{{db='{databases.DEMO}'}}"
    samples = prometheus.query(f"sum by ({', '.join(names)}) ({selected})")
    return {
        tuple(sample["metric"][name] for name in names): float(sample["value"][1])
        for sample in samples
    }
