"""One run: attempts until one does not fail, and the report about them."""

import socket
import ssl
import time
from typing import NamedTuple

from ..run_result import FAILED, RunResult
from .account import Account
from .address import Address
from .attempt import measure
from .clock import Clock
from .contract import VERSION
from .journey import Journey

_PAUSE = 1.0
"""Seconds between two attempts."""


class Check(NamedTuple):
    """What is checked, from where, and how patiently.

    :ivar journey: its code in Odoo
    :ivar trusted: verifies certificates
    :ivar limit: seconds of each attempt
    :ivar account: of the synthetic company; without it, the address is all
    :ivar database: of the account
    """

    journey: str
    place: str
    address: Address
    trusted: ssl.SSLContext
    attempts: int
    limit: float
    account: Account | None = None
    database: str | None = None


def run(check: Check) -> tuple[RunResult, dict]:
    """Run a check; return its result, and the report for Odoo."""
    measured, clock = [], Clock()
    while True:
        measured.append(_measured(check, clock))
        is_over = measured[-1].attempt.result != FAILED
        if is_over or len(measured) == check.attempts:
            break
        time.sleep(_PAUSE)
    result = RunResult(tuple(one.attempt for one in measured))
    report = {
        "version": VERSION,
        "journey": check.journey,
        "place": check.place,
        "host": socket.gethostname(),
        "started_at": _as_text(result.attempts[0].started_at),
        "attempts": [_as_json(one) for one in result.attempts],
        "certificate": measured[-1].certificate,
        "phases": {name: round(s, 6) for name, s in measured[-1].phases.items()},
    }
    return result, report


def _measured(check, clock):
    """Return an attempt: the address, and the steps that Odoo plans."""
    go_on = None
    if check.account:
        where = check.address, check.trusted
        go_on = Journey(check.journey, *where, check.account, check.database).execute
    return measure(check.address, check.trusted, check.limit, clock, go_on)


def _as_json(attempt):
    return {
        "started_at": _as_text(attempt.started_at),
        "seconds": round(attempt.seconds, 6),
        "steps": list(map(_step_as_json, attempt.steps)),
    }


def _step_as_json(step):
    known = {name: value for name, value in step._asdict().items() if value != ""}
    times = {
        "started_at": _as_text(step.started_at),
        "seconds": round(step.seconds, 6),
    }
    return {**known, **times}


def _as_text(moment):
    return moment.isoformat(timespec="milliseconds")
