"""Outgoing mails: recorded as soon as their outcome is known.

No rollback takes back a mail that was sent.
"""

from odoo.orm.registry import Registry

from odoo.addons.reliability.api import (
    COUNTER,
    FamilySpec,
    MetricSpec,
    Series,
    guarded,
    is_measured,
    kill_switch,
    record,
    register_family,
)

MAIL = register_family(
    FamilySpec(
        "mail",
        "Mail",
        ("reason",),
        (
            MetricSpec(
                COUNTER,
                "odoo_mail_sent",
                "Mails that a mail server has taken.",
                (),
                "count",
                outcomes=("success",),
            ),
            MetricSpec(
                COUNTER,
                "odoo_mail_failed",
                "Mails that could not be sent, by Odoo's reason.",
                ("reason",),
                "count",
                outcomes=("failed",),
            ),
        ),
        service="background_work",
        operation="mail",
        dimension="{reason}",
        is_evaluated=True,
    )
)


@guarded
def ended(registry: Registry, count: int, reason: str) -> None:
    """Record that mails were sent, or the reason why they were not.

    :param reason: Odoo's code of the reason; empty if they were sent
    """
    if count and kill_switch.is_enabled() and is_measured(registry):
        outcome = "failed" if reason else "success"
        record(Series("mail", registry.db_name, (reason,), 0.0), outcome, calls=count)
