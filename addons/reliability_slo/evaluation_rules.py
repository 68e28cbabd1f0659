"""Alerting rules of databases that evaluate nothing: the dead man's switch.

Who is notified by Odoo relies on its evaluation; that it stands still must be noticed
outside.  docs/running.md has the rules of the health evaluation for databases without
objectives.
"""

from collections.abc import Sequence

from .burn_rate import PAGE, TICKET
from .rule_file import OF_THE_TARGET, Group, Rule, selector

OBJECTIVES_EVALUATED = "odoo_slo_evaluated_timestamp_seconds"
HEALTH_EVALUATED = "odoo_reliability_evaluated_timestamp_seconds"
KNOWN = "odoo_reliability_waiting_batches"
"""The collector exports it for each database with the app, also while it is down."""
_SECONDS = 300
_OBJECTIVES_SECONDS = 600
_RESTORED = "2m"
"""A restored database has an old evaluation until the first one there."""
_RESTARTED = "5m"
"""Gauges are not exported while PostgreSQL or the collector is restarted."""


def groups(databases: Sequence[str]) -> list[Group]:
    """Return the groups of rules of these databases, at least one."""
    health = _health_stands_still(databases), _health_is_missing(databases)
    return [
        Group("odoo health evaluation", health),
        Group("odoo objectives", (_objectives_stand_still(databases),)),
    ]


def _health_stands_still(databases):
    return Rule(
        "alert",
        "OdooHealthNotEvaluated",
        f"time() - {_newest(HEALTH_EVALUATED, databases)} > {_SECONDS}",
        {"severity": PAGE},
        {
            "summary": "Odoo does not evaluate the health of {{ $labels.db }}",
            "description": "The last evaluation was {{ $value | humanizeDuration }}"
            " ago: Odoo notifies nobody of trouble in this database. Check its"
            " scheduled actions, and the log of Odoo.",
        },
        pending=_RESTORED,
    )


def _health_is_missing(databases):
    known, evaluated = (_newest(name, databases) for name in (KNOWN, HEALTH_EVALUATED))
    return Rule(
        "alert",
        "OdooHealthEvaluationMissing",
        f"{known}\nunless\n{evaluated}",
        {"severity": PAGE},
        {
            "summary": "The health evaluation of {{ $labels.db }} is unknown",
            "description": "Odoo exports other metrics of this database, and not the"
            " time of its last health evaluation: the database is down, or its gauges"
            " cannot be read, or its health was never evaluated.",
        },
        pending=_RESTARTED,
    )


def _objectives_stand_still(databases):
    newest = _newest(OBJECTIVES_EVALUATED, databases)
    return Rule(
        "alert",
        "OdooObjectivesNotEvaluated",
        f"time() - {newest} > {_OBJECTIVES_SECONDS}",
        {"severity": TICKET},
        {
            "summary": "Odoo does not evaluate the objectives of {{ $labels.db }}",
            "description": "The last evaluation was {{ $value | humanizeDuration }}"
            " ago; alerts of error budgets have seen no events since. Check the"
            " scheduled actions of the database.",
        },
    )


def _newest(name, databases):
    return f"max without ({OF_THE_TARGET}) ({selector(name, databases)})"
