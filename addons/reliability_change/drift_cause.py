"""What a difference from the baseline means in production; plain Python."""

from .drift_key import split

TEST_MODE, SWITCHED_OFF, GONE, PENDING_RESTART, OTHER = (
    "test_mode",
    "switched_off",
    "gone",
    "pending_restart",
    "other",
)
"""A carrier or payment provider only tests; a scheduled action does not run; a mail
server was deleted or archived; settings wait for a restart of PostgreSQL."""
PENDING_KEY = "pending restart"
"""The key of the setting with the names of those that wait for a restart."""

LASTING = {TEST_MODE, GONE}
"""Somebody must know of these, also when a deployment has brought them."""

_ON, _OFF = "true", "false"
_CAUSES = {
    ("carriers", "production"): (_ON, (_OFF,), TEST_MODE),
    ("payment_providers", "state"): ("enabled", ("test",), TEST_MODE),
    ("scheduled_actions", "active"): (_ON, (_OFF,), SWITCHED_OFF),
    ("mail_servers", "active"): (_ON, (_OFF, None), GONE),
}
"""Source and attribute → value before, values after, and what that means."""


def cause_of(source: str, key: str, before: str | None, after: str | None) -> str:
    """Return what it means that a setting has another value.

    :param before, after: normal forms; ``None`` where there is none
    """
    if is_pending(source, key) and after:
        return PENDING_RESTART
    value, others, cause = _CAUSES.get((source, split(key)[1]), (None, (), OTHER))
    return cause if before == value and after in others else OTHER


def is_pending(source: str, key: str) -> bool:
    """Return whether a setting is what waits for a restart: never a baseline."""
    return (source, key) == ("postgresql", PENDING_KEY)
