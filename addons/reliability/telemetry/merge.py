"""Many calls as few events: what a transaction with thousands of them leaves."""

from collections.abc import Iterable

from .events import Event
from .histogram import bucket_index

MAX_CALLS = 0xFFFF
"""How many calls one event can stand for."""

_ADDED_UP = ("seconds", "sql", "external", "cpu", "queries", "records", "calls")


def merged(events: Iterable[tuple[Event, float]]) -> list[Event]:
    """Return fewer events that add up to the same totals and the same histogram.

    Calls become one event where they are of one series, ended alike, and fall into one
    bucket on one side of the threshold; which records they were on is forgotten.

    :param events: each with the threshold of its series
    """
    full = []
    groups: dict[tuple, Event] = {}
    for event, threshold in events:
        pace = bucket_index(event.seconds), event.seconds <= threshold
        alike = (event.series, event.outcome, event.depth, *pace)
        group = groups.get(alike)
        if group is not None and group.calls + event.calls <= MAX_CALLS:
            groups[alike] = _sum(group, event)
            continue
        if group is not None:
            full.append(group)
        groups[alike] = event
    return full + list(groups.values())


def _sum(one: Event, other: Event) -> Event:
    sums = {name: getattr(one, name) + getattr(other, name) for name in _ADDED_UP}
    ended = max(one.ended, other.ended)
    return one._replace(ended=ended, record_id=0, **sums)
