"""Names of tiers, severities, states and kinds, as screens show them."""

from ..lifecycle import ACKNOWLEDGED, CLOSED, OPEN, RESTORED
from ..tiers import CRITICAL, INFORMATION, MAJOR, MINOR, PAGE, TICKET

TIER_NAMES = [
    (INFORMATION, "Information"),
    (TICKET, "Ticket"),
    (PAGE, "Page"),
]
SEVERITY_NAMES = [(CRITICAL, "Critical"), (MAJOR, "Major"), (MINOR, "Minor")]
STATE_NAMES = [
    (OPEN, "Open"),
    (ACKNOWLEDGED, "Acknowledged"),
    (RESTORED, "Restored"),
    (CLOSED, "Closed"),
]
INCIDENT, DRILL, FALSE_ALARM, DUPLICATE = (
    "incident",
    "drill",
    "false_alarm",
    "duplicate",
)
KIND_NAMES = [
    (INCIDENT, "Incident"),
    (DRILL, "Drill"),
    (FALSE_ALARM, "False alarm"),
    (DUPLICATE, "Duplicate"),
]
FOLLOW_UP = "reliability_incident.activity_follow_up"
"""Type of the activities that are done after an incident."""
