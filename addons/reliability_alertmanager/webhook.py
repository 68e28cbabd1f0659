"""The body of Alertmanager's webhook, version 4; plain Python.

Alertmanager sends a whole group again when one of its alerts changes, sends resolved
alerts again, and two of its instances may send the same: an alert is identified by its
fingerprint and its begin, in any order.

Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import NamedTuple

FIRING, RESOLVED = "firing", "resolved"
_MAX_TEXT = 500
_MAX_FINGERPRINT = 64


class InvalidWebhook(ValueError):
    """A body that Alertmanager does not send; its text says what is wrong."""


class Received(NamedTuple):
    """One alert of a body.

    :ivar starts_at, ends_at: in UTC; ``ends_at`` is ``None`` while it fires
    :ivar url: of the rule in Prometheus, http or https; or empty
    """

    fingerprint: str
    starts_at: datetime
    ends_at: datetime | None
    labels: dict[str, str]
    annotations: dict[str, str]
    url: str


def parse(body: dict) -> tuple[list[Received], int]:
    """Return the alerts of a body, and how many Alertmanager has left out.

    Unknown keys are ignored: newer versions have more.

    :raise InvalidWebhook: it is none
    """
    alerts = body.get("alerts")
    if not isinstance(alerts, list):
        raise InvalidWebhook("alerts must be a list, as in Alertmanager's webhook.")
    left_out = body.get("truncatedAlerts", 0)
    is_number = isinstance(left_out, int) and not isinstance(left_out, bool)
    if not is_number or left_out < 0:
        raise InvalidWebhook("truncatedAlerts must be a number.")
    return [_alert(alert) for alert in alerts], left_out


def _alert(alert):
    if not isinstance(alert, dict):
        raise InvalidWebhook("Each of the alerts must be an object.")
    labels = _texts(alert, "labels")
    if not labels:
        raise InvalidWebhook("Each alert needs labels.")
    status = alert.get("status")
    if status not in (FIRING, RESOLVED):
        raise InvalidWebhook("status must be firing or resolved.")
    begin = _moment(alert, "startsAt")
    if begin is None:
        raise InvalidWebhook("startsAt must be a time after the year 1.")
    end = _moment(alert, "endsAt") or begin
    fingerprint = alert.get("fingerprint")
    if not isinstance(fingerprint, str) or not fingerprint:
        fingerprint = hashlib.sha256(
            json.dumps(labels, sort_keys=True).encode("utf-8", "replace")
        ).hexdigest()
    url = alert.get("generatorURL")
    is_link = isinstance(url, str) and url.startswith(("http://", "https://"))
    return Received(
        fingerprint[:_MAX_FINGERPRINT],
        begin,
        max(begin, end) if status == RESOLVED else None,
        labels,
        _texts(alert, "annotations"),
        url if is_link else "",
    )


def _texts(alert, name):
    """Return labels or annotations: names and texts, none of them too long."""
    found = alert.get(name, {})
    if not isinstance(found, dict) or not all(
        isinstance(value, str) for value in found.values()
    ):
        raise InvalidWebhook(f"{name} must be an object of texts.")
    return {key[:_MAX_TEXT]: value[:_MAX_TEXT] for key, value in found.items()}


def _moment(alert, name):
    """Return a time in UTC without fractions; ``None`` for Go's zero time."""
    text = alert.get(name)
    if text is None or text == "":
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.year <= 1:
            return None
        if moment.tzinfo is None:
            raise ValueError("no time zone")
        return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidWebhook(
            f"{name} must be a time as in RFC 3339, such as 2026-11-27T12:00:00Z."
        ) from error
