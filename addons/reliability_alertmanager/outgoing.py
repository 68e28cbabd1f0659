"""Incidents of Odoo as alerts of Alertmanager; plain Python.

Alertmanager takes an alert as resolved at its ``endsAt``, so a firing one is sent again
each minute, with an end in the future.  As Prometheus does.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

ALERTNAME = "OdooIncident"
_FIRES_FOR = timedelta(minutes=5)


def labels_of(db: str, number: str) -> dict[str, str]:
    """Return the labels that identify the alert of an incident."""
    return {"alertname": ALERTNAME, "db": db, "incident": number}


def is_own(labels: Mapping[str, str]) -> bool:
    """Return whether an alert is an incident that Odoo has sent, and comes back."""
    return labels.get("alertname") == ALERTNAME and "incident" in labels


def ends(restored: datetime | None, now: datetime) -> datetime:
    """Return the ``endsAt`` of an alert.

    :param restored: when the impact was over; ``None`` while it is not
    """
    return restored or now + _FIRES_FOR


def as_text(moment: datetime) -> str:
    """Return a moment in UTC as the API takes it."""
    return moment.replace(tzinfo=UTC).isoformat()
