"""Merging the events of a transaction with thousands of calls into a few."""

from collections.abc import Iterable

from .events import Event
from .histogram import bucket_index

MAX_CALLS = 0xFFFF
"""The largest number of calls that one event can stand for."""

_SUMMED = ("seconds", "sql", "external", "cpu", "queries", "records", "calls")


def merged(events: Iterable[tuple[Event, float]]) -> list[Event]:
    """Return fewer events with the same totals and the same histogram.

    Events are merged if they have the same series, outcome, depth and bucket, and are
    on the same side of the threshold.  A merged event has no record id.

    :param events: each with the threshold of its series
    """
    full = []
    groups: dict[tuple, Event] = {}
    for event, threshold in events:
        duration = bucket_index(event.seconds), event.seconds <= threshold
        key = (event.series, event.outcome, event.depth, *duration)
        group = groups.get(key)
        if group is not None and group.calls + event.calls <= MAX_CALLS:
            groups[key] = _sum(group, event)
            continue
        if group is not None:
            full.append(group)
        groups[key] = event
    return full + list(groups.values())


def _sum(one: Event, other: Event) -> Event:
    sums = {name: getattr(one, name) + getattr(other, name) for name in _SUMMED}
    ended = max(one.ended, other.ended)
    return one._replace(ended=ended, record_id=0, **sums)
