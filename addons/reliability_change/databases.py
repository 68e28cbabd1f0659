"""Roll-outs over several databases: their deployments that are one.

Each database has its own deployments.  That of those who run the server has each
roll-out once, with what it came to in the others.  Plain Python; moments are in UTC.
"""

from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from .rollout import KINDS, MODULE, Change, agree

WITHIN = timedelta(days=1)
"""Databases of one roll-out are upgraded one after the other, at times the next day."""
RUNNING, DONE, PARTIAL, BEHIND, UNKNOWN = (
    "running",
    "done",
    "partial",
    "behind",
    "unknown",
)


class Part(NamedTuple):
    """A deployment of one database: what a roll-out came to in it.

    :ivar state: `RUNNING`, `DONE` or `PARTIAL`
    :ivar not_upgraded: names of modules
    :ivar hosts_behind: names of hosts
    """

    database: str
    begin: datetime
    end: datetime
    state: str
    changes: tuple[Change, ...]
    not_upgraded: tuple[str, ...] = ()
    hosts_behind: tuple[str, ...] = ()


class RollOut(NamedTuple):
    """A deployment of the database that knows all roll-outs.

    :ivar changes: what was seen there; another one of the same would contradict them
    :ivar elsewhere: what it has brought to other databases, as far as it is known
    :ivar not_upgraded: names of modules that somebody still has to upgrade there
    """

    key: Hashable
    begin: datetime
    changes: tuple[Change, ...]
    elsewhere: tuple[Change, ...] = ()
    not_upgraded: tuple[str, ...] = ()


class Answer(NamedTuple):
    """What a database says.

    :ivar known_since: when it was first seen what runs; ``None`` for never
    :ivar versions: of the modules that were asked for, as far as they are installed
    :ivar parts: its recent deployments
    """

    known_since: datetime | None
    versions: Mapping[str, str]
    parts: tuple[Part, ...]


def assign(
    parts: Iterable[Part], roll_outs: Iterable[RollOut]
) -> dict[Hashable, list[Part]]:
    """Return the parts of each roll-out; of several that fit, it is the closest one.

    A roll-out brings what its parts bring, too: a database whose modules are upgraded
    an hour after its code belongs to it, because others have done both at once, or
    because its code is newer since.
    """
    roll_outs = list(roll_outs)
    found = {one.key: [] for one in roll_outs}
    # What changes end in; of modules that somebody has to upgrade, the name.
    brought = {
        one.key: _ends(one.changes + one.elsewhere) | set(one.not_upgraded)
        for one in roll_outs
    }
    waiting = sorted(set(parts))
    while pairs := [
        (part, closest)
        for part in waiting
        if (closest := _closest(part, roll_outs, brought)) is not None
    ]:
        for part, roll_out in pairs:
            found[roll_out.key].append(part)
            brought[roll_out.key] |= _ends(part.changes) | set(part.not_upgraded)
        taken = {part for part, _roll_out in pairs}
        waiting = [part for part in waiting if part not in taken]
    return {key: sorted(mine) for key, mine in found.items()}


def _closest(part, roll_outs, brought):
    """Return the roll-out that a part belongs to; ``None`` for none."""
    ends = _ends(part.changes)
    ends |= {one.name for one in part.changes if one.kind == MODULE}
    fitting = [
        (abs(part.begin - one.begin), one.key, one)
        for one in roll_outs
        if abs(part.begin - one.begin) <= WITHIN
        and ends & brought[one.key]
        and agree(one.changes, part.changes)
    ]
    return min(fitting)[-1] if fitting else None


def _ends(changes):
    """Return what changes end in, which is the same wherever they began."""
    return {(one.kind, one.name, one.after) for one in changes}


def new_roll_outs(parts: Iterable[Part]) -> list[list[Part]]:
    """Return the parts that are roll-outs of their own, together: of modules only.

    New code is seen in the database that knows all roll-outs, too: the same server runs
    it.

    :param parts: those that belong to no roll-out that is known
    """
    found, waiting = [], sorted(part for part in set(parts) if _is_of_modules(part))
    while waiting:
        first = RollOut(0, waiting[0].begin, waiting[0].changes)
        mine = assign(waiting, [first])[0]
        found.append(mine)
        waiting = [part for part in waiting if part not in mine]
    return found


def _is_of_modules(part):
    return bool(part.changes) and all(one.kind == MODULE for one in part.changes)


def together(parts: Iterable[Part]) -> Part:
    """Return the parts of one database as one; the worst state counts."""
    parts = sorted(parts)
    states = {one.state for one in parts}
    return Part(
        parts[0].database,
        min(one.begin for one in parts),
        max(one.end for one in parts),
        next(one for one in (PARTIAL, RUNNING, DONE) if one in states),
        changes_of_all(parts),
        _names(one.not_upgraded for one in parts),
        _names(one.hosts_behind for one in parts),
    )


def changes_of_all(parts: Iterable[Part]) -> tuple[Change, ...]:
    """Return the changes of parts, each once: the first of the same thing."""
    found = {}
    for part in sorted(parts):
        for one in part.changes:
            found.setdefault((one.kind, one.name), one)
    return tuple(sorted(found.values(), key=_by_kind))


def _by_kind(change):
    return KINDS.index(change.kind), change.name


def _names(lists):
    return tuple(sorted({name for names in lists for name in names}))


def is_behind(roll_out: RollOut, answer: Answer) -> bool:
    """Return whether a database should have deployed something, and has not.

    All databases of a server run its code; of modules, only those that are installed
    in the version before count.
    """
    if any(one.kind != MODULE for one in roll_out.changes):
        return answer.known_since is not None and answer.known_since < roll_out.begin
    return any(
        one.before and one.after and answer.versions.get(one.name) == one.before
        for one in roll_out.changes
    )
