"""What the families have in common."""

from collections.abc import Iterator
from itertools import groupby

from prometheus_client.utils import floatToGoString

from ..histogram import CLASSIC_BOUNDS, at_or_under
from ..totals import Key, Total, Totals

NOTHING = Total()
"""The total of what never happened."""


def by_series(
    totals: Totals, family: str
) -> Iterator[tuple[tuple[str, ...], dict[str, Total]]]:
    """Yield the label values of each series, ``db`` first, with its totals."""

    def series(key: Key) -> tuple[str, ...]:
        return (key.db, *key.labels)

    keys = sorted(key for key in totals.by_key if key.family == family)
    for labels, of_series in groupby(keys, series):
        yield labels, {key.outcome: totals.by_key[key] for key in of_series}


def buckets(total: Total) -> list[tuple[str, int]]:
    """Return calls at or under each bound, thresholds as they were counted.

    An outcome that never happened has one bucket, not two dozen zeros.
    """
    if not total.count:
        return [("+Inf", 0)]
    bounds = tuple(sorted({*CLASSIC_BOUNDS, *total.at_or_under}))
    folded = zip(bounds, at_or_under(total.buckets, bounds), strict=True)
    counts = [
        (floatToGoString(bound), total.at_or_under.get(bound, count))
        for bound, count in folded
    ]
    return [*counts, ("+Inf", total.count)]
