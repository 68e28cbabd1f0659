"""Events of incidents: recorded when the transaction that they belong to commits.

What is rolled back did not happen, and a counter cannot take it back.
"""

from odoo.addons.reliability.api import (
    FamilySpec,
    Series,
    TransactionListener,
    guarded,
    is_measured,
    is_unmeasured,
    kill_switch,
    listen,
    record,
)


class _AtCommit(TransactionListener):
    """An event that waits for the end of its transaction, or savepoint."""

    def __init__(self, series: Series, outcome: str, seconds: float):
        self._event = series, outcome, seconds

    @guarded
    def on_end(self, outcome: str) -> None:
        """Record the event if it was committed."""
        if outcome == "success":
            record(*self._event)


@guarded
def record_at_commit(
    env,
    family: FamilySpec,
    labels: tuple[str, ...],
    outcome: str,
    seconds: float = 0.0,
) -> None:
    """Record an event of a family, unless the transaction is rolled back.

    :param env: the environment of the transaction
    """
    if is_unmeasured():
        return
    if kill_switch.is_enabled() and is_measured(env.registry):
        series = Series(family.name, env.cr.dbname, labels, 0.0)
        listen(env.cr, _AtCommit(series, outcome, seconds))
