"""Wraparound: how many transactions are left until PostgreSQL refuses writes.

Numbers of transactions are used again after two billion.  Before that, vacuum must
have frozen the rows of all older transactions, in each database; the same holds for the
numbers of multixacts, which are rows locked by several transactions.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..problem import Check, Problem
from .part import Part

_NUMBERS = 2**31 - 1
_RESERVE = 3_000_000
"""The last numbers, which only a single user may use; a million before version 14."""
_STOPS = 3_000_000
"""Transactions left; a busy shop uses that many within hours."""

_AGES = """
    SELECT datname, age(datfrozenxid), mxid_age(datminmxid),
           current_setting('autovacuum_freeze_max_age')::int,
           current_setting('autovacuum_multixact_freeze_max_age')::int
      FROM pg_database
"""


class Age(NamedTuple):
    """The age of the oldest number that a database still uses.

    :ivar multixacts: whether it is one of multixacts, else of transactions
    :ivar age: in transactions
    :ivar freeze_age: at which autovacuum freezes old rows
    """

    database: str
    multixacts: bool
    age: int
    freeze_age: int

    @property
    def left(self) -> int:
        """How many transactions are left until writes are refused."""
        return max(0, _NUMBERS - _RESERVE - self.age)


class Wraparound(Part):
    """Finds the database that is nearest to wraparound."""

    def check(self, cr: Any, thresholds: Mapping[str, float]) -> Check:
        """Read the ages of all databases."""
        cr.execute(_AGES)
        ages = [
            age
            for name, xid_age, multixact_age, xid_freeze, multixact_freeze in cr
            for age in (
                Age(name, False, xid_age, xid_freeze),
                Age(name, True, multixact_age, multixact_freeze),
            )
        ]
        nearest = min(ages, key=lambda age: age.left)
        return Check(
            find(ages, thresholds["transactions_left"]),
            {"transactions_left": nearest.left},
            {"wraparound": {**nearest._asdict(), "left": nearest.left}},
        )


def find(ages: list[Age], threshold: float) -> list[Problem]:
    """Return the problem of the database that is nearest to wraparound, or none.

    Autovacuum freezes at its limit; at twice that, it did not.

    :param threshold: number of transactions that must be left, in millions
    """
    near = [
        age
        for age in ages
        if age.left < threshold * 1e6 or age.age >= 2 * age.freeze_age
    ]
    if not near:
        return []
    worst = min(near, key=lambda age: age.left)
    code = "wraparound_stops" if worst.left < _STOPS else "wraparound_near"
    numbers = {
        "left": worst.left,
        "age": worst.age,
        "freeze_age": worst.freeze_age,
        "multixacts": int(worst.multixacts),
    }
    return [Problem(code, numbers=numbers, names={"database": worst.database})]
