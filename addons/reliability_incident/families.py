"""The families of incidents: how long they took, and notifications of them."""

from odoo.addons.reliability.api import (
    COUNTER,
    HISTOGRAM,
    FamilySpec,
    MetricSpec,
    register_family,
)

from .figures import ACKNOWLEDGE, DETECT, RESTORE

_BOUNDS = tuple(2.0**power for power in range(21))
"""From a second to twelve days."""
_LABELS = ("service", "severity")


def _times(name, title, text):
    return register_family(
        FamilySpec(
            f"incident_{name}",
            title,
            _LABELS,
            (
                MetricSpec(
                    HISTOGRAM,
                    f"odoo_incident_{name}_seconds",
                    text,
                    _LABELS,
                    bounds=_BOUNDS,
                ),
            ),
            service="{service}",
            dimension="{severity}",
        )
    )


TIMES = {
    DETECT: _times(
        "detection",
        "Detection of an Incident",
        "How long incidents lasted until they were detected.",
    ),
    ACKNOWLEDGE: _times(
        "acknowledgement",
        "Acknowledgement of an Incident",
        "How long it took from the detection of incidents until somebody took care.",
    ),
    RESTORE: _times(
        "restoration",
        "Restoration after an Incident",
        "How long incidents lasted, from their begin until they were restored.",
    ),
}
"""Figure → its family."""

NOTIFICATION = register_family(
    FamilySpec(
        "incident_notification",
        "Notification of an Incident",
        ("channel",),
        tuple(
            MetricSpec(
                COUNTER,
                f"odoo_incident_notifications_{name}",
                text,
                ("channel",),
                "count",
                outcomes=(outcome,),
            )
            for name, text, outcome in (
                ("sent", "Notifications of incidents that were sent.", "success"),
                (
                    "failed",
                    "Tries to send a notification of an incident that failed.",
                    "failed",
                ),
            )
        ),
        operation="{channel}",
    )
)
