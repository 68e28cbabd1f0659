"""What an endpoint of an ingress tells, in one form for all of them."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from .request import End


class State(StrEnum):
    """The state of a server behind an ingress."""

    UP = "up"
    DOWN = "down"  # its health check fails
    PAUSED = "paused"  # somebody has taken it out: maintenance, or it is drained


class Report(NamedTuple):
    """What one reading of an endpoint found; ``None``: this ingress cannot tell.

    Counters begin when the ingress is started.

    :ivar requests: counter of requests
    :ivar errors: end of requests → counter; see :class:`.request.End`
    :ivar server_errors: counter of answers of servers with status 5xx
    :ivar servers: (group, name) of each server → its state
    :ivar queue: requests that wait for a server now
    :ivar connections: of clients now
    :ivar retries: counter of attempts after the first one of a request
    :ivar certificates: name → when it ends, in seconds since 1970
    """

    requests: float | None = None
    errors: Mapping[End, float] | None = None
    server_errors: float | None = None
    servers: Mapping[tuple[str, str], State] | None = None
    queue: float | None = None
    connections: float | None = None
    retries: float | None = None
    certificates: Mapping[str, float] | None = None


class Samples:
    """The samples of a text in Prometheus' format, by name.

    :raise ValueError: it is no such text
    """

    def __init__(self, text: str):
        self._by_name: dict[str, list[Sample]] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                self._by_name.setdefault(sample.name, []).append(sample)

    def __getitem__(self, name: str) -> list[Sample]:
        return self._by_name.get(name, [])

    def total(
        self, name: str, is_wanted: Callable[[Mapping[str, str]], bool] | None = None
    ) -> float:
        """Return the sum of the samples whose labels are wanted."""
        return sum(
            sample.value
            for sample in self[name]
            if not is_wanted or is_wanted(sample.labels)
        )


def is_any(label: str, values: Iterable[str]) -> Callable[[Mapping[str, str]], bool]:
    """Return a condition: the label has one of the values."""
    return lambda labels: labels.get(label) in values
