"""Shares: how much of a resource each database uses, and how much would be fair.

The databases that want a resource have equal rights to it, so the fair share of each is
1 / their number.  Units are what is in use on average, such as workers or processors.
"""

from collections.abc import Mapping
from typing import NamedTuple

OTHER = "other"
"""Stands for requests to no database, such as those before their route is known, and
to databases that are not measured: they count as used, and for nobody."""
_WANTED = 0.01
"""Units from which a database wants a resource; the collector's own polls take less."""
_MAJORITY = 0.5
"""The share that greedy databases have together: else nobody occupies the resource."""


class Greedy(NamedTuple):
    """Databases that use more than their fair share.

    :ivar databases: database → its units, the largest first
    :ivar fair: the fair share of each, from 0 to 1
    """

    databases: Mapping[str, float]
    fair: float

    @property
    def units(self) -> float:
        """What they use together."""
        return sum(self.databases.values())


def shares(units: Mapping[str, float]) -> dict[str, float]:
    """Return database → its share of what is in use, from 0 to 1.

    :param units: database → what it uses
    """
    total = sum(units.values())
    return {db: used / total for db, used in units.items()} if total else {}


def fair_share(units: Mapping[str, float], *further: str) -> float | None:
    """Return the fair share of each database that wants a resource, from 0 to 1.

    :param further: databases that want it even if they got nothing
    :return: ``None`` if none wants it
    """
    wanting = {db for db, used in units.items() if used >= _WANTED and db != OTHER}
    wanting |= {*further}
    return 1 / len(wanting) if wanting else None


def find_greedy(
    units: Mapping[str, float], db: str | None, factor: float
) -> Greedy | None:
    """Return the other databases that occupy a resource, as one database finds it.

    :param db: the database, also one that got nothing; ``None``: none of them
    :param factor: how many times its fair share a database uses at least
    :return: ``None`` if they do not have the larger part of it together
    """
    fair = fair_share(units, *filter(None, [db])) or 1.0
    greedy = {
        name: units[name]
        for name, share in shares(units).items()
        if name not in (db, OTHER) and share > factor * fair
    }
    if sum(greedy.values()) <= _MAJORITY * sum(units.values()):
        return None
    ordered = sorted(greedy, key=lambda name: (-greedy[name], name))
    return Greedy({name: greedy[name] for name in ordered}, fair)
