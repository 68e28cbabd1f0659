"""Objectives as data: what the record, the files and the rules of Prometheus share."""

from typing import NamedTuple

from .burn_rate import Pair, pairs
from .window import length

SUCCESS, LATENCY, GAUGE = "success", "latency", "gauge"
"""Measures: outcomes that are no failures; events at or under their threshold; a gauge
that holds."""
EVENTS, SLICES, RATIO_SLICES = "events", "slices", "ratio_slices"
"""Budgeting methods: by events; by time slices that are good or bad; by time slices
that count as their ratios of good events."""
SLICE_MINUTES = (1, 5, 15)
"""Lengths of slices: they divide every hour of every time zone into whole slices."""
SPLITS = {
    "none": (),
    "company": ("company",),
    "warehouse": ("company", "warehouse"),
    "system": ("company", "integration"),
}
"""Splits: code → the labels by which each has a budget of its own."""
AT_MOST, AT_LEAST = "at_most", "at_least"
"""How a gauge is compared with its bound."""


class Objective(NamedTuple):
    """An objective of a service.

    :ivar code: the label ``slo`` of its metrics
    :ivar name: for people
    :ivar service: the code of the service
    :ivar goal_ppm: good events per million
    :ivar window: of :data:`.window.ROLLING` or :data:`.window.CALENDAR`
    :ivar zone: the time zone in which a calendar window begins at midnight
    :ivar measure: :data:`SUCCESS`, :data:`LATENCY`, :data:`GAUGE`, or one of an addon
    :ivar family: the kind of event, such as ``operation``, ``http``, ``cron_delay``
    :ivar operations: codes; without any, all of the service
    :ivar system: the code of the only partner system, carrier or channel; else empty
    :ivar gauge: the name of a gauge, such as ``transfers_waiting``
    :ivar comparison: :data:`AT_MOST` or :data:`AT_LEAST`
    :ivar bound: what the sum of the gauge's values is compared with
    :ivar budgeting: :data:`EVENTS`, :data:`SLICES` or :data:`RATIO_SLICES`
    :ivar slice_minutes: the length of a slice, of :data:`SLICE_MINUTES`
    :ivar slice_goal_ppm: good events per million from which a time slice is good
    :ivar split: of :data:`SPLITS`
    :ivar description: why it matters, for people
    :ivar owner: the login of the person responsible
    :ivar calendar: the name of the working calendar; empty: all hours count
    :ivar alerts: those that people have chosen; ``None``: the usual ones of its window
    """

    code: str
    name: str
    service: str
    goal_ppm: int
    window: str = "28d"
    zone: str = "UTC"
    measure: str = SUCCESS
    family: str = "operation"
    operations: tuple[str, ...] = ()
    system: str = ""
    gauge: str = ""
    comparison: str = AT_MOST
    bound: float = 0.0
    budgeting: str = EVENTS
    slice_minutes: int = 5
    slice_goal_ppm: int = 0
    split: str = "company"
    description: str = ""
    owner: str = ""
    calendar: str = ""
    alerts: tuple[Pair, ...] | None = None

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The pairs of windows that alert, also those that can never fire."""
        return pairs(length(self.window)) if self.alerts is None else self.alerts
