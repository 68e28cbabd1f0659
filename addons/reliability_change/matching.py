"""Which roll-out that was seen is which one that a pipeline has reported.

Both are the same if they have the same code, or else happen at the same time.  Plain
Python; moments are in UTC.
"""

from collections.abc import Hashable, Iterable
from datetime import datetime, timedelta
from itertools import product
from typing import NamedTuple

SKEW = timedelta(minutes=15)
"""The clocks of pipelines and databases differ, and pipelines begin before they say."""
LOADED_WITHIN = timedelta(minutes=60)
"""After a pipeline has ended, servers may load its code so much later."""
SAME_CODE_WITHIN = timedelta(days=7)
"""The same, where it is known that the code is its own."""
RUNS_FOR = timedelta(days=1)
"""A pipeline that has not said its end runs at most so long."""
_MIN_DIGITS = 7
"""Of a commit that is shortened, as Git shows it."""


class Reported(NamedTuple):
    """A deployment that a pipeline has reported.

    :ivar end: ``None`` while it runs
    :ivar codes: its revision, and the digest of its image, as far as it says them; a
        revision may be shortened
    """

    key: Hashable
    begin: datetime
    end: datetime | None
    codes: tuple[str, ...] = ()


class Seen(NamedTuple):
    """A roll-out that servers have shown.

    :ivar codes: what it has brought: commits, and digests of images
    """

    key: Hashable
    begin: datetime
    end: datetime
    codes: tuple[str, ...] = ()


def has_code(codes: Iterable[str], running: Iterable[str]) -> bool:
    """Return whether any code is one that runs."""
    running = [one for one in running if one]
    return any(_is_same(one, other) for one in codes if one for other in running)


def _is_same(code, other):
    code, other = code.lower(), other.lower()
    shorter = min(len(code), len(other))
    return shorter >= _MIN_DIGITS and code[:shorter] == other[:shorter]


def match(reported: Iterable[Reported], seen: Iterable[Seen]) -> dict:
    """Return the pairs, by their keys: reported → seen.

    Each is in one pair at most.  The same code comes first, then what began soonest
    after the other.
    """
    pairs = [(one, other) for one, other in product(reported, seen) if _fit(one, other)]
    found, taken = {}, set()
    for one, other in sorted(pairs, key=lambda pair: _distance(*pair)):
        if one.key not in found and other.key not in taken:
            found[one.key] = other.key
            taken.add(other.key)
    return found


def _distance(reported, seen):
    """Return what sorts pairs, the closest first; keys decide where nothing else does.

    Keys of a kind can be compared.
    """
    is_other = not has_code(reported.codes, seen.codes)
    return is_other, abs(seen.begin - reported.begin), reported.key, seen.key


def _fit(reported, seen):
    """Return whether both may be one.

    Folders of code may be at commits of other repositories than the pipeline's.  So
    other code does not mean that it is another roll-out; but while the pipeline runs,
    its own may follow.
    """
    same_code = has_code(reported.codes, seen.codes)
    if not same_code and reported.end is None and reported.codes and seen.codes:
        return False
    later = SAME_CODE_WITHIN if same_code else LOADED_WITHIN
    end = reported.end or reported.begin + RUNS_FOR
    return reported.begin - SKEW <= seen.end and seen.begin <= end + later
