"""What became of mails, as soon as it is known: no rollback brings a mail back."""

import time

from odoo.orm.registry import Registry

from ..telemetry.events import Event, Series
from .guard import guarded
from .kill_switch import kill_switch
from .recording import recorder
from .registry import is_measured

_MOST = 10_000


@guarded
def ended(registry: Registry, count: int, reason: str) -> None:
    """Record that mails were sent, or why they were not.

    :param reason: Odoo's word for it; empty where they were sent
    """
    if not count or not kill_switch.is_enabled() or not is_measured(registry):
        return
    ticket = recorder().begin(Series("mail", registry.db_name, (reason,), 0.0))
    if ticket is not None:
        outcome = "failed" if reason else "success"
        known = {"call": ticket.call, "calls": min(count, _MOST)}
        event = Event(ticket.series, outcome, time.time(), 0.0, **known)
        recorder().finish(ticket, event)
