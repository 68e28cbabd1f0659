"""Saturation: all workers of a host are busy for a while, and requests wait."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

_SATURATED = 0.8
"""The share of checks with all workers busy from which there are too few workers."""
_MIN_CHECKS = 20
"""There is one check per second."""


class Saturation(NamedTuple):
    """It lasts.

    :ivar seconds: since when
    :ivar waiting: the largest number of requests that waited; 0 if it is not known
    """

    seconds: float
    waiting: int


def find_saturation(samples: Iterable[Mapping[str, Any]]) -> Saturation | None:
    """Return the present saturation of a host, if all workers are busy.

    :param samples: of the load, the last first, as a host reports them
    """
    checks, waiting, began = 0, 0, 0.0
    is_waiting_known = False
    for sample in samples:
        if sample["saturated"] < _SATURATED * sample["checks"]:
            break
        checks, began = checks + sample["checks"], sample["began"]
        is_waiting_known |= sample["waiting"] is not None
        waiting = max(waiting, sample["waiting"] or 0)
    if checks < _MIN_CHECKS or (is_waiting_known and not waiting):
        return None
    return Saturation(began, waiting)
