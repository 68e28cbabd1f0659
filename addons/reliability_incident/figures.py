"""The figures of incidents: which two stamps each is between.

They are known as TTD, TTA and TTR.  There is none to mitigate: it would end with the
stamp of the time to restore, and be that time without the one to detect.
"""

from typing import NamedTuple

DETECT, ACKNOWLEDGE, RESTORE = "detect", "acknowledge", "restore"


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
    Figure(RESTORE, "began", "restored"),
)
