"""Messages on ``/metrics``, by kind and by the status of the answer."""

from odoo.orm.registry import Registry

from odoo.addons.reliability.api import (
    COUNTER,
    FamilySpec,
    MetricSpec,
    Series,
    guarded,
    is_measured,
    record,
    register_family,
)

INBOUND = register_family(
    FamilySpec(
        "inbound",
        "Inbound Message",
        ("kind", "status"),
        (
            MetricSpec(
                COUNTER,
                "odoo_inbound_messages",
                "Messages that other systems have sent, by kind and HTTP status.",
                ("kind", "status"),
                "count",
            ),
        ),
        service="platform",
        operation="{kind}",
        dimension="{status}",
    )
)
_OUTCOMES = {"2": "success", "5": "failed"}


@guarded
def record_message(registry: Registry, kind: str, status: int) -> None:
    """Record that a message was answered.

    :param kind: one that is registered, since anybody can send others
    """
    if is_measured(registry):
        labels = kind, str(status)
        outcome = _OUTCOMES.get(labels[1][0], "rejected")
        record(Series(INBOUND.name, registry.db_name, labels, 0.0), outcome)
