"""The independent query of error budgets, see ``error_budgets.sql``."""

from pathlib import Path
from typing import NamedTuple

QUERY = Path(__file__).with_suffix(".sql").read_text()


class Key(NamedTuple):
    """What a budget is of.

    :ivar company_id: ``None`` of no company
    """

    company_id: int | None
    warehouse: str
    system: str


class Budget(NamedTuple):
    """What is left of a budget.

    :ivar good, total: events, slices, or millionths of slices
    :ivar remaining_ppm: the part that is left, in millionths
    """

    good: int
    total: int
    remaining_ppm: int


def error_budgets(cursor, objective, begin, end, exclusions=(), minutes_since=None):
    """Return the budgets of an objective that have events.

    :param cursor: of psycopg2 or Odoo
    :param objective: name of a parameter of the query → value
    :param begin, end: the window, in UTC
    :param exclusions: pairs of begin and end
    :param minutes_since: a whole hour, before which rollups by hour are read; ``None``
        reads those by minute only
    :rtype: dict[Key, Budget]
    """
    begins, ends = zip(*exclusions, strict=True) if exclusions else ((), ())
    times = {
        "window_begin": begin,
        "window_end": end,
        "exclusion_begins": list(begins),
        "exclusion_ends": list(ends),
        "minutes_since": minutes_since or "-infinity",
    }
    cursor.execute(QUERY, objective | times)
    return {Key(*row[:3]): Budget(*row[3:]) for row in cursor.fetchall()}
