"""Reports of one deployment, put together; the order in which they arrive is nothing.

Of each value, the newest report that has it counts.  Plain Python.
"""

import json
from datetime import datetime

from .deployment_message import (
    FAILED,
    FULL,
    REPLACED,
    RUNNING,
    STATES,
    SUCCEEDED,
    DeploymentReport,
    Requests,
)

Known = dict[str, list]
"""Name of a value → the report's time and its state's rank, and the value; for JSON."""

_TIMES = ("begin", "end", "planned_begin", "planned_end")
_OTHERS = (
    "environment",
    "release",
    "revision",
    "artifact",
    "pipeline",
    "person",
    "approver",
    "scope",
    "rolls_back",
    "fixes",
    "is_unplanned",
    "description",
)


def merge(known: Known, report: DeploymentReport) -> Known:
    """Return what is known with one report more."""
    rank = [str(report.at), STATES.index(report.state)]
    new = {name: [*rank, value] for name, value in _values_in(report).items()}
    return known | {
        name: max(known.get(name, entry), entry, key=_order)
        for name, entry in new.items()
    }


def _values_in(report):
    """Return the values that a report has; what it does not say is left out."""
    begin = report.begin or (report.at if report.state == RUNNING else None)
    values = {name: getattr(report, name) for name in _OTHERS}
    values |= {name: getattr(report, name) for name in _TIMES} | {"begin": begin}
    if report.scope == FULL:
        del values["scope"]
    if report.state != REPLACED:
        values["outcome"] = report.state
    if report.requests:
        values["requests"] = list(report.requests)
    given = {name: value for name, value in values.items() if value}
    texts = {name: str(given[name]) for name in _TIMES if name in given}
    return {"state": report.state, **given, **texts}


def _order(entry):
    at, rank, value = entry
    return at, rank, json.dumps(value)


def outcome_of(known: Known) -> str:
    """Return how a deployment ended; it is not undone where a later one replaces it."""
    return known["outcome"][2] if "outcome" in known else REPLACED


def values_of(known: Known) -> dict:
    """Return all values: ``None``, or what a report says by default, if none has it.

    :return: names of `DeploymentReport`, except its source, key, commits and whether it
        is production
    """
    found = {name: value for name, (_at, _rank, value) in known.items()}
    values = {name: found.get(name) for name in _OTHERS}
    for name in _TIMES:
        values[name] = datetime.fromisoformat(found[name]) if name in found else None
    if outcome_of(known) not in (SUCCEEDED, FAILED):
        values["end"] = None  # it runs again
    at, _rank, state = known["state"]
    return values | {
        "state": state,
        "at": datetime.fromisoformat(at),
        "scope": found.get("scope", FULL),
        "is_unplanned": bool(found.get("is_unplanned")),
        "requests": Requests(*found["requests"]) if "requests" in found else None,
    }
