"""Tiers of alerts and severities of incidents: how soon somebody has to act."""

INFORMATION, TICKET, PAGE = TIERS = ("information", "ticket", "page")
"""Work to do; to be looked at on the next working day; at once.  The worst last."""
MINOR, MAJOR, CRITICAL = SEVERITIES = ("minor", "major", "critical")
"""Of incidents, the worst last."""

_TIERS = {"interrupted": PAGE, "degraded": TICKET}
_GOODS_STOP = ("critical", "high")
"""Criticalities of services without which goods stop moving."""


def tier_of(severity: str, values: dict | None) -> str:
    """Return the tier of an alert.

    :param severity: of the alert: ``information``, ``degraded`` or ``interrupted``
    :param values: of the alert; its ``tier``, where the severity does not tell it
    """
    named = (values or {}).get("tier")
    return named if named in TIERS else _TIERS.get(severity, INFORMATION)


def severity_of(tier: str, criticality: str, sites: int) -> str:
    """Return the severity of an incident.

    :param tier: of its worst alert
    :param criticality: of its most critical service, as `reliability.service` has it
    :param sites: how many warehouses and companies are affected
    """
    points = sum((tier == PAGE, criticality in _GOODS_STOP, sites > 1))
    return SEVERITIES[max(0, points - 1)]


def worst_tier(tiers) -> str:
    """Return the worst of some tiers; ``information`` if there are none."""
    return max(tiers, key=TIERS.index, default=INFORMATION)


def worst_severity(severities) -> str:
    """Return the worst of some severities; ``minor`` if there are none."""
    return max(severities, key=SEVERITIES.index, default=MINOR)
