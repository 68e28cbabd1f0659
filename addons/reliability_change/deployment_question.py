"""What a pipeline asks before it deploys: whether it may; plain Python.

A number in a text is that of an override, too, since variables of pipelines are texts.
It is part of a message of our contract, beside what that reports::

    {"ask": true, "person": "anna", "override": "The carrier's labels are wrong"}
"""

from typing import NamedTuple

from odoo.addons.reliability_inbound.json_reading import (
    InvalidReport,
    is_whole,
    read_text,
    read_yes_no_unknown,
)

from .deployment_message import PLANNED, RUNNING

_STATES = (PLANNED, RUNNING)
_MAX_ID = 2**31 - 1
_MAX_DIGITS = 15
"""What has more is no number of an override, either."""


class Question(NamedTuple):
    """Whether a deployment may begin.

    :ivar override: the id of an override that somebody has made; 0 for none
    :ivar reason: why it must begin all the same; or empty
    :ivar person: who says so
    """

    override: int = 0
    reason: str = ""
    person: str = ""


def parse(body: dict) -> Question | None:
    """Return what a message asks; ``None`` if it only reports.

    :param body: that `deployment_message.parse` takes
    :raise InvalidReport: it breaks the contract
    """
    asks, override = read_yes_no_unknown(body, "ask"), body.get("override")
    if not asks:
        if override is not None:
            raise InvalidReport("override needs ask: true.")
        return None
    if body.get("state") not in _STATES:
        raise InvalidReport(f"ask needs one of these states: {', '.join(_STATES)}.")
    if isinstance(override, str) and override.strip().isdecimal():
        override = int(override.strip()[:_MAX_DIGITS])
    if is_whole(override):
        if not 0 < override <= _MAX_ID:
            raise InvalidReport("override must be the number of an override.")
        return Question(int(override))
    reason, person = read_text(body, "override").strip(), read_text(body, "person")
    if reason and not person.strip():
        raise InvalidReport("person must say who overrides.")
    return Question(reason=reason, person=person)
