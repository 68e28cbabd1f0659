"""The states of services, and findings about them: what evaluation and addons share."""

from datetime import datetime, timedelta
from typing import NamedTuple

STATES = ("no_data", "fine", "degraded", "interrupted")
"""From the least urgent to the most urgent."""
NO_DATA, FINE, DEGRADED, INTERRUPTED = STATES
TROUBLED = (DEGRADED, INTERRUPTED)

WINDOW = timedelta(minutes=15)
"""The period before now that an evaluation looks at."""


class StatusKey(NamedTuple):
    """What there is one status of.

    :ivar company_id: ``None`` for work of no company
    :ivar warehouse: a code, empty for work of no warehouse
    """

    service_id: int
    company_id: int | None
    warehouse: str


class Finding(NamedTuple):
    """Why something is not fine.

    :ivar kind: ``failing``, ``refused``, ``slow``, ``silent``, ``late``, or a
        kind that an addon describes in ``reliability.evaluator``
    :ivar part: the number of affected calls since ``since``
    :ivar whole: the number of all calls since then
    :ivar since: when the finding began, within the window
    :ivar family: of the affected calls; empty where no calls are affected
    :ivar has_own_time: whether ``since`` belongs to these numbers alone, such as
        when the first of the late transfers was due.  Else a later evaluation with the
        same finding goes on from where this one began.
    :ivar values: whatever else its sentence needs, as JSON; everybody may read it
    """

    state: str
    kind: str
    part: int
    whole: int
    since: datetime
    family: str = ""
    has_own_time: bool = False
    values: dict | None = None

    @property
    def severity(self) -> tuple[int, float]:
        """The order of findings: the worst is the greatest."""
        return STATES.index(self.state), self.part / max(1, self.whole)
