"""Problems of the platform, and what a check finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Problem(NamedTuple):
    """Something that is wrong now.

    :ivar code: of a :class:`.kinds.ProblemKind`
    :ivar subject: what has it, as in odoo.conf and without credentials: the use of a
        Redis, the name of an ingress or a host; empty for the PostgreSQL cluster
    :ivar numbers: numbers for its sentence, that everybody may read
    :ivar names: names for its sentence, such as that of a database or a standby: only
        for those who run the server
    :ivar seconds: how long it has lasted, where PostgreSQL and others know; else
        ``None``: since the first check that found it
    :ivar devices: numbers of the file systems of this host that have it (``st_dev``)
    :ivar explains: code and subject of problems that are only its consequence
    """

    code: str
    subject: str = ""
    numbers: Mapping[str, float] = {}
    names: Mapping[str, str] = {}
    seconds: float | None = None
    devices: tuple[int, ...] = ()
    explains: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What makes two findings the same problem."""
        return self.code, self.subject

    def without_names(self) -> "Problem":
        """Return it as a tenant may read it."""
        return self._replace(names={})


@dataclass
class Check:
    """What one check of a watch found.

    :ivar problems: at most one for each code and subject: the worst
    :ivar trends: name of a number → its value now, stored by the minute
    :ivar facts: further values and small tables for the page *Platform*, as JSON
    :ivar missing: codes of rights that the check lacks, such as ``pg_monitor``
    """

    problems: list[Problem] = field(default_factory=list)
    trends: dict[str, float] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
