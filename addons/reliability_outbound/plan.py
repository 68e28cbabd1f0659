"""What a system outside Odoo is to be notified of; plain Python.

People are notified of what needs them (:mod:`odoo.addons.reliability_incident.plan`); a
system keeps its own picture of each incident, and is notified of each of its states.
"""

from collections.abc import Collection

OPENED, WORSE, ACKNOWLEDGED, RESTORED, CLOSED = EVENTS = (
    "opened",
    "worse",
    "acknowledged",
    "restored",
    "closed",
)
"""``worse``: a ticket has become a page.  The others are states of incidents, and
``opened`` the first one, or open again."""
_PAGE, _TICKET = "page", "ticket"


def due_outside(
    state: str, tier: str, known: Collection[tuple[str, str]], events: Collection[str]
) -> list[str]:
    """Return the events of an incident that are due, in their order, each once.

    :param state: of :data:`odoo.addons.reliability_incident.lifecycle.STATES`
    :param tier: ``page`` or ``ticket``
    :param known: event and tier of each notification of this episode that exists
    :param events: what the system wants to be notified of; ``opened`` is one of them
    """
    before = {event for event, _tier in known}
    due = [
        event
        for event in _reached(state, tier, known)
        if event in events and event not in before
    ]
    is_known = OPENED in before or OPENED in due
    return due if is_known else []  # what was over before is no news


def _reached(state, tier, known):
    """Yield what has happened to an incident, as far as its state says."""
    if state in (RESTORED, CLOSED):
        yield state
        return
    yield OPENED
    if tier == _PAGE and {known_tier for _event, known_tier in known} == {_TICKET}:
        yield WORSE
    if state == ACKNOWLEDGED:
        yield ACKNOWLEDGED
