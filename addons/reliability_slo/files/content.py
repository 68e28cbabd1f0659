"""What files say about services, operations and objectives."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from ..objective import Objective
from .remarks import Origin, Remark


class Thresholds(NamedTuple):
    """Shares of calls, from 0 to 1; ``None`` where the file has none."""

    slow: float | None = None
    refused: float | None = None
    failing: float | None = None
    interrupted: float | None = None


class Service(NamedTuple):
    """A service of a file.

    :ivar name, description: for the readers of the file; they change nothing in Odoo
    :ivar owner: a login; empty where the file has none
    :ivar late_minutes: how late waiting work may be; ``None`` where the file has none
    """

    code: str
    name: str = ""
    description: str = ""
    owner: str = ""
    thresholds: Thresholds = Thresholds()
    late_minutes: int | None = None

    @property
    def has_values(self) -> bool:
        """Return whether it has more than texts for readers."""
        numbers = (*self.thresholds, self.late_minutes)
        return bool(self.owner) or any(number is not None for number in numbers)


class Operation(NamedTuple):
    """An operation of a file.

    :ivar name: for the readers of the file; it changes nothing in Odoo
    :ivar latency: the latency threshold in seconds; ``None`` where the file has none
    """

    code: str
    name: str = ""
    latency: float | None = None
    thresholds: Thresholds = Thresholds()


class Content(NamedTuple):
    """What files say.

    :ivar problems: apply nothing of the files while there is one
    :ivar notices: what is not carried over into Odoo
    :ivar origins: kind, such as ``SLO``, and code → the document
    :ivar addons: kind and code → the addon without which the document does not apply
    """

    services: tuple[Service, ...] = ()
    operations: tuple[Operation, ...] = ()
    objectives: tuple[Objective, ...] = ()
    problems: tuple[Remark, ...] = ()
    notices: tuple[Remark, ...] = ()
    origins: Mapping[tuple[str, str], Origin] = MappingProxyType({})
    addons: Mapping[tuple[str, str], str] = MappingProxyType({})
