"""The report of a probe, version 1: a JSON object; plain Python.

docs/probe.md documents its keys.  Unknown ones are ignored.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from odoo.addons.reliability_inbound.json_reading import (
    InvalidReport,
    check_unmasked,
    check_version,
    read_bounded_moment,
    read_choice,
    read_moment,
    read_name,
    read_number,
    read_object,
    read_objects,
    read_seconds,
    read_text,
)

from ..run_result import FAILED, INSIDE, PASSED, Attempt, StepResult
from .problems import CAUSES, ERROR
from .steps import PHASES, STEPS

VERSION = 1
_MAX_ATTEMPTS, _MAX_STEPS = 10, 20
_MAX_SECONDS = 24 * 60 * 60
"""Of a step or an attempt, and from the begin of a run to that of its last step."""
_TEXTS = (
    *("host", "location", "names", "issuer"),
    *("message", "model", "document", "state", "expected", "login", "carrier"),
)
_NUMBERS = "port", "status"
_MOMENTS = "not_before", "not_after"
"""What sentences name; other values are ignored."""


class Certificate(NamedTuple):
    """The certificate that ends first, of those which an address was verified with.

    :ivar not_after: in UTC
    :ivar subject, issuer: common names
    :ivar not_before: in UTC; ``None`` if it is unknown
    """

    not_after: datetime
    subject: str
    issuer: str
    not_before: datetime | None


class Report(NamedTuple):
    """What a probe has measured of one run of a journey.

    :ivar journey: its code in Odoo
    :ivar place: where the probe runs
    :ivar host: the host that it runs on; empty if it is unknown
    :ivar started_at: in UTC; with journey and place, it identifies a run
    :ivar attempts: the last one decides; steps have passed or failed, since Odoo knows
        what is slow
    :ivar certificate: ``None`` if none was seen
    :ivar phases: seconds of each phase of the last attempt that was reached
    :ivar sent_at: when the report was sent, by the clock of the sender and in UTC;
        ``None`` if it is unknown
    """

    journey: str
    place: str
    host: str
    started_at: datetime
    attempts: tuple[Attempt, ...]
    certificate: Certificate | None
    phases: dict[str, float]
    sent_at: datetime | None


def parse(body: object) -> Report:
    """Return the report that a JSON value is.

    :raise InvalidReport: it breaks the contract
    """
    if not isinstance(body, dict):
        raise InvalidReport("A report must be an object.")
    check_version(body, VERSION)
    attempts = _some(body, "attempts", _MAX_ATTEMPTS)
    report = Report(
        journey=read_name(body, "journey"),
        place=read_name(body, "place"),
        host=read_text(body, "host"),
        started_at=read_moment(body, "started_at", is_needed=True),
        attempts=tuple(map(_attempt, attempts)),
        certificate=_certificate(read_object(body, "certificate")),
        phases=_phases(read_object(body, "phases")),
        sent_at=read_moment(body, "sent_at"),
    )
    if report.place == INSIDE:
        raise InvalidReport(f"place must not be {INSIDE}: that is Odoo itself.")
    _check_times(report)
    return report


def check_names(report: Report, masked: Callable[[str], str]) -> None:
    """Check that masking does not change what identifies a run.

    :param masked: returns a name without secrets
    :raise InvalidReport: it does
    """
    names = [("journey", report.journey), ("place", report.place)]
    check_unmasked(names, masked)


def begins(report: Report) -> list[datetime]:
    """Return when each attempt and each step began."""
    return [
        one.started_at
        for attempt in report.attempts
        for one in (attempt, *attempt.steps)
    ]


def _check_times(report):
    """Check that the parts of a run are in its time."""
    first = report.started_at - timedelta(seconds=1)  # clocks are corrected
    last = report.started_at + timedelta(seconds=_MAX_SECONDS)
    if not all(first <= one <= last for one in begins(report)):
        raise InvalidReport(
            "started_at of attempts and steps must be within a day after that of the"
            " run: check the clock of the sender."
        )


def _some(value, key, limit):
    """Return a list of objects, at least one and not more than the limit."""
    found = read_objects(value, key)
    if not 1 <= len(found) <= limit:
        raise InvalidReport(f"{key} must have from 1 to {limit} entries.")
    return found


def _attempt(value):
    return Attempt(
        read_moment(value, "started_at", is_needed=True),
        _seconds(value, "seconds"),
        tuple(map(_step, _some(value, "steps", _MAX_STEPS))),
    )


def _step(value):
    result = read_choice(value, "result", (PASSED, FAILED))
    return StepResult(
        step=read_choice(value, "step", STEPS),
        started_at=read_moment(value, "started_at", is_needed=True),
        seconds=_seconds(value, "seconds"),
        result=result,
        cause=_cause(value) if result == FAILED else "",
        error=read_text(value, "error"),
        values=_values(read_object(value, "values")),
    )


def _cause(value):
    """Return the cause of a failure; one that a newer probe may know is an error."""
    found = read_name(value, "cause")
    return found if found in CAUSES else ERROR


def _seconds(value, key):
    found = read_seconds(value, key)
    if found > _MAX_SECONDS:
        raise InvalidReport(f"{key} must not be more than a day.")
    return found


def _values(found):
    """Return what a sentence names, with times that can be shown."""
    texts = {name: read_text(found, name) for name in _TEXTS}
    numbers = {name: read_number(found, name) for name in _NUMBERS}
    moments = {name: read_bounded_moment(found, name) for name in _MOMENTS}
    times = {name: f"{one.isoformat()}Z" for name, one in moments.items() if one}
    return {k: v for k, v in (texts | numbers).items() if v not in ("", None)} | times


def _phases(found):
    return {name: _seconds(found, name) for name in PHASES if name in found}


def _certificate(found):
    if not found:
        return None
    return Certificate(
        read_bounded_moment(found, "not_after", is_needed=True),
        read_text(found, "subject"),
        read_text(found, "issuer"),
        read_bounded_moment(found, "not_before"),
    )
