"""The figures of incidents: which two stamps each is between.

The times are those of the Site Reliability Workbook's readers: TTD, TTA, TTM and TTR.
"""

from typing import NamedTuple

DETECT, ACKNOWLEDGE, MITIGATE, RESTORE = (
    "detect",
    "acknowledge",
    "mitigate",
    "restore",
)


class Figure(NamedTuple):
    """A time between two stamps of an incident.

    :ivar begin: the kind of the stamp that it begins with
    :ivar end: the kind of the stamp that it ends with, which says to which month it
        belongs
    """

    code: str
    begin: str
    end: str


FIGURES = (
    Figure(DETECT, "began", "detected"),
    Figure(ACKNOWLEDGE, "detected", "acknowledged"),
    Figure(MITIGATE, "detected", "restored"),
    Figure(RESTORE, "began", "restored"),
)
