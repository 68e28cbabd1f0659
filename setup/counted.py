"""What Prometheus and Odoo's own rollups know of the demo's calls."""

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


class Counted(NamedTuple):
    """Calls, by operation and outcome.

    :ivar calls: (operation, outcome) → how many
    :ivar seconds: (operation, outcome) → how long all of them took together
    :ivar buckets: (operation, outcome, bucket) → how many are in it
    """

    calls: dict
    seconds: dict
    buckets: dict

    def since(self, before):
        """What was counted since an earlier time."""
        return Counted(
            *(
                {key: number - old.get(key, 0) for key, number in new.items()}
                for new, old in zip(self, before, strict=True)
            )
        )

    def buckets_of(self, operation, outcome="success"):
        """The buckets of an operation, each with its calls."""
        return {
            bucket: count
            for (*key, bucket), count in self.buckets.items()
            if key == [operation, outcome]
        }


def in_prometheus(prometheus):
    """What Prometheus knows; a bucket holds all that is at or under its bound."""
    calls = _samples(prometheus, "count")
    seconds = _samples(prometheus, "sum")
    buckets = _samples(prometheus, "bucket", "le")
    return Counted(
        {key: int(count) for key, count in calls.items()},
        seconds,
        {(*key, float(le)): int(count) for (*key, le), count in buckets.items()},
    )


def in_rollups():
    """What the database itself knows, in buckets of schema 5."""
    counted = Counted({}, {}, {})
    for row in postgres.psql(ROLLUPS, databases.DEMO).splitlines():
        operation, outcome, calls, seconds, buckets = row.split("|")
        key = operation, outcome
        counted.calls[key], counted.seconds[key] = int(calls), float(seconds)
        for index, count in json.loads(buckets).items():
            counted.buckets[*key, int(index)] = count
    return counted


def _samples(prometheus, part, *by):
    """The sums of a part of the histogram, by operation, outcome and more."""
    names = ("operation", "outcome", *by)
    selected = f"{METRIC}_{part}{{db='{databases.DEMO}'}}"
    samples = prometheus.query(f"sum by ({', '.join(names)}) ({selected})")
    return {
        tuple(sample["metric"][name] for name in names): float(sample["value"][1])
        for sample in samples
    }
