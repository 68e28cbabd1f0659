"""What became of mails that were to be sent."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, Metric

from ..events import LABELS
from ..totals import Totals
from .shared import NOTHING, by_series


def mail_families(totals: Totals) -> Iterator[Metric]:
    """Yield the families of outgoing mail."""
    sent = CounterMetricFamily(
        "odoo_mail_sent", "Mails that a mail server has taken.", labels=("db",)
    )
    failed = CounterMetricFamily(
        "odoo_mail_failed",
        "Mails that could not be sent, by Odoo's reason.",
        labels=("db", *LABELS["mail"]),
    )
    for (db, reason), by_outcome in by_series(totals, "mail"):
        if reason:
            failed.add_metric((db, reason), by_outcome.get("failed", NOTHING).count)
        else:
            sent.add_metric((db,), by_outcome.get("success", NOTHING).count)
    yield sent
    yield failed
