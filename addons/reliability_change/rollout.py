"""Roll-outs: which changes of what runs are one deployment.

Each process says what it runs when it loads a registry.  The same change on several
hosts, and changes that complement each other, are one roll-out; a host that goes on to
another version, or back, is a deployment of its own.  Plain Python; moments are those
of the database's clock, since the clocks of hosts differ.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from .fingerprint import Difference, Fingerprint, difference

MODULE, CODE, PACKAGE, SETTING = KINDS = ("module", "code", "package", "setting")
"""Kinds of changes, in the order of the parts of a fingerprint."""

TOGETHER = timedelta(minutes=30)
"""Changes belong to a roll-out until so long after its last one."""


class Change(NamedTuple):
    """Something that runs in another version; empty for none."""

    kind: str
    name: str
    before: str
    after: str


class Load(NamedTuple):
    """What a process of a host ran when it loaded a registry.

    :ivar seen: when that was
    :ivar loaded: when the process has loaded its code; what a process says that has
        loaded it before another one of its host is old
    :ivar is_serving: whether it serves requests; else only modules count: commands may
        be run with other settings and code
    :ivar person: the id of the user who has installed or upgraded modules in Apps
    """

    host: str
    seen: datetime
    loaded: datetime
    content: Fingerprint
    is_serving: bool = True
    person: int | None = None


class Step(NamedTuple):
    """What a load says that was not known before: never without changes."""

    load: Load
    changes: tuple[Change, ...]


class Known:
    """What runs, as far as loads have said it.

    :param loads: those that were followed already; nothing follows from them
    """

    def __init__(self, loads: Iterable[Load] = ()):
        self._modules: dict[str, str] | None = None
        self._code: dict[str, Load] = {}
        for load in sorted(loads, key=_order):
            self.follow(load)

    def follow(self, load: Load) -> Step | None:
        """Return what is new in a load; ``None`` if that is nothing.

        The first load of a database is where comparison begins.
        """
        before = self._before(load)
        after = self._after(load, before)
        self._modules = load.content.modules
        if self._counts(load):
            self._code[load.host] = load
        found = changes_of(difference(before, after))
        return Step(load, found) if found else None

    def _counts(self, load):
        """Return whether a load says which code its host runs."""
        known = self._code.get(load.host)
        return load.is_serving and (known is None or load.loaded >= known.loaded)

    def _before(self, load):
        modules = load.content.modules if self._modules is None else self._modules
        if known := self._code.get(load.host):
            return known.content._replace(modules=modules)
        latest = self._latest()
        code = latest.content if latest else load.content
        # Hosts have settings of their own, such as their number of workers.
        return code._replace(modules=modules, settings=load.content.settings)

    def _after(self, load, before):
        if self._counts(load):
            return load.content
        return before._replace(modules=load.content.modules)

    def _latest(self):
        """Return the load of the process that was the last to load its code.

        A host that is new is compared with it: containers have new names.
        """
        return max(self._code.values(), key=lambda one: one.loaded, default=None)

    def code(self, host: str) -> Fingerprint | None:
        """Return what a host runs; ``None`` if it is not known."""
        load = self._code.get(host)
        return load.content if load else None


def _order(load):
    return load.seen, load.loaded, load.host


def changes_of(found: Difference) -> tuple[Change, ...]:
    """Return a difference as changes, by kind and name."""
    result = []
    for kind, part in zip(KINDS, found, strict=True):
        result += [Change(kind, name, "", one) for name, one in part.added.items()]
        result += [Change(kind, name, one, "") for name, one in part.removed.items()]
        result += [Change(kind, name, *pair) for name, pair in part.changed.items()]
    return tuple(sorted(result, key=lambda one: (KINDS.index(one.kind), one.name)))


def agree(changes: Iterable[Change], others: Iterable[Change]) -> bool:
    """Return whether changes can be of one roll-out: nothing ends in two versions."""
    after = {(one.kind, one.name): one.after for one in changes}
    return all(
        after.get((one.kind, one.name), one.after) == one.after for one in others
    )


def includes(changes: Iterable[Change], others: Iterable[Change]) -> bool:
    """Return whether changes have all that others bring, as of a host that follows."""
    after = {(one.kind, one.name): one.after for one in changes}
    return all(after.get((one.kind, one.name)) == one.after for one in others)


def undoes(changes: Iterable[Change], others: Iterable[Change]) -> bool:
    """Return whether changes bring back all that others have replaced."""
    after = {(one.kind, one.name): one.after for one in changes}
    others = list(others)
    return bool(others) and all(
        after.get((one.kind, one.name)) == one.before for one in others
    )
