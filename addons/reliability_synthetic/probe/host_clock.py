"""The clock of a probe's host, and the times of its reports; plain Python."""

from datetime import datetime, timedelta

from ..run_result import Attempt
from .contract import Report, begins

_TOLERATED = timedelta(minutes=1)
"""What a report takes from its sender to Odoo, at most."""
_MAX = timedelta(days=36525)
"""Beyond a century, it is no clock."""


def behind(report: Report, now: datetime) -> timedelta:
    """Return how much the clock of the sender is behind; negative if it is ahead.

    It is zero where the clocks agree, and where ``sent_at`` is unknown or absurd.

    :param now: by the clock that is right, in UTC
    """
    found = now - report.sent_at if report.sent_at else timedelta()
    return found if _TOLERATED < abs(found) < _MAX else timedelta()


def corrected(report: Report, now: datetime) -> Report:
    """Return the report with the times that a right clock would have shown.

    None of them is in the future: the clock may have been set back since the run.
    """
    late = now - max(report.started_at, *begins(report))
    shift = min(behind(report, now), max(late, timedelta()))
    return report._replace(
        started_at=report.started_at + shift,
        attempts=tuple(_shifted(one, shift) for one in report.attempts),
    )


def _shifted(attempt: Attempt, shift: timedelta) -> Attempt:
    return attempt._replace(
        started_at=attempt.started_at + shift,
        steps=tuple(
            step._replace(started_at=step.started_at + shift) for step in attempt.steps
        ),
    )
