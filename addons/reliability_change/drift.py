"""Drift: how settings differ from the baseline of what they are supposed to be.

Settings are read from *sources*, such as ``odoo.conf``.  A source that could not be
read is unknown: it is neither in sync, nor has everything of it been removed.  Plain
Python.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .normal_form import TEXT, normal_form

IN_SYNC, DRIFTED, UNKNOWN = "in_sync", "drifted", "unknown"
ADDED, REMOVED, CHANGED = "added", "removed", "changed"
NOT_READ, NOT_FOUND, SALT_REPLACED, STALE = (
    "not_read",
    "not_found",
    "salt_replaced",
    "stale",
)
"""Problems of a source: one of two readings has it; it was there, and is not any more;
its secrets have another salt than the baseline; it was not read for hours.  Others are
texts of errors."""
HIDDEN = "***"
MIN_SALT = 16
"""Bytes."""


class Item(NamedTuple):
    """A setting.

    :ivar value: its normal form; of a secret that is set, `HIDDEN`, or what may be
        shown of it
    :ivar digest: by which it is compared
    """

    value: str
    digest: str
    is_secret: bool = False


class Reading(NamedTuple):
    """What was read from one source.

    :ivar items: key → setting
    :ivar problem: why it could not be read; or empty
    :ivar salt: the name of the salt of its secrets: those with another one cannot be
        compared
    """

    items: dict[str, Item]
    problem: str = ""
    salt: str = ""


class Difference(NamedTuple):
    """A setting that differs.

    :ivar kind: ``added``, ``removed`` or ``changed``
    :ivar before, after: values; ``None`` where there is none
    """

    source: str
    key: str
    kind: str
    before: str | None
    after: str | None


class Drift(NamedTuple):
    """How readings differ from their baseline.

    :ivar differences: sorted by source and key
    :ivar unknown: source that cannot be compared → why
    :ivar incomparable: source and key of secrets whose salts differ
    """

    differences: tuple[Difference, ...]
    unknown: dict[str, str]
    incomparable: tuple[tuple[str, str], ...]

    @property
    def state(self) -> str:
        """``in_sync`` only if all is known, and nothing differs."""
        if self.differences:
            return DRIFTED
        return UNKNOWN if self.unknown or self.incomparable else IN_SYNC


def make_item(value: object, kind: str = TEXT, unit: str = "") -> Item:
    """Return a setting.

    :param kind, unit: as of `normal_form`
    """
    text = normal_form(value, kind, unit)
    return Item(text, hashlib.sha256(_bytes(text)).hexdigest())


def make_secret(key: str, value: object, salt: bytes) -> Item:
    """Return a setting that is known by a salted hash only.

    Whether it is set is no secret.

    :param key: its key: equal secrets of two settings have two hashes
    :param salt: random, and stored nowhere else than in this database
    """
    if len(salt) < MIN_SALT:
        raise ValueError(f"a salt has {MIN_SALT} bytes or more")
    text = normal_form(value)
    if not text:
        return Item("", make_item("").digest, True)
    message = _bytes(f"{key}\0{text}")
    return Item(HIDDEN, hmac.new(salt, message, hashlib.sha256).hexdigest(), True)


def items_of(stored: Mapping[str, Sequence]) -> dict[str, Item]:
    """Return settings from their JSON: key → list."""
    return {key: Item(*item) for key, item in stored.items()}


def salt_name(salt: bytes) -> str:
    """Return a name by which salts are recognized, and which does not tell them."""
    return hmac.new(salt, b"name of the salt", hashlib.sha256).hexdigest()[:16]


def compare(baseline: Mapping[str, Reading], now: Mapping[str, Reading]) -> Drift:
    """Return how readings differ from a baseline.

    :param baseline, now: source → what was read from it
    """
    differences, unknown, incomparable = [], {}, []
    for source in sorted(baseline.keys() | now.keys()):
        missing = Reading({}, NOT_READ)
        before, after = baseline.get(source, missing), now.get(source, missing)
        if problem := after.problem or before.problem:
            unknown[source] = problem
            continue
        for key in sorted(before.items.keys() | after.items.keys()):
            found = _compared(before, after, key)
            if found is None:
                incomparable.append((source, key))
            elif found:
                old, new = before.items.get(key), after.items.get(key)
                values = old and old.value, new and new.value
                differences.append(Difference(source, key, found, *values))
    return Drift(tuple(differences), unknown, tuple(incomparable))


def _compared(before, after, key):
    """Return how a setting differs; empty if it is the same, ``None`` if unknown."""
    old, new = before.items.get(key), after.items.get(key)
    if old is None:
        return ADDED
    if new is None:
        return REMOVED
    if old.is_secret and new.is_secret and before.salt != after.salt:
        if old.value and old.value == new.value:
            return None
    return "" if old.digest == new.digest else CHANGED


def _bytes(text):
    return text.encode("utf-8", "surrogatepass")
