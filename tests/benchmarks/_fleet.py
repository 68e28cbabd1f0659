"""A collector of many databases, few of them busy.

A busy one has calls of 12 operations in 4 warehouses, half of them also a failed one,
and requests to 40 routes.  In all of them, Odoo runs the scheduled actions: those that
run several times an hour are active, of those of each hour a quarter.
"""

import os
import time
from collections.abc import Iterator

from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

from odoo.addons.reliability.collector import gauges  # noqa: E402
from odoo.addons.reliability.collector.connection import connected, transaction  # noqa: E402
from odoo.addons.reliability.telemetry.events import Event, Series  # noqa: E402
from odoo.addons.reliability.telemetry.exposition import Gauge, GaugeSheet  # noqa: E402
from odoo.addons.reliability.telemetry.slots.lease import boot_time  # noqa: E402
from odoo.addons.reliability.telemetry.totals import Key, Total  # noqa: E402

BUSY = 20
OPERATIONS, WAREHOUSES, ROUTES = 12, 4, 40
A_DAY = 86_400.0
_CRONS = """
    SELECT data.module || '.' || data.name,
           CASE WHEN interval_type = 'minutes' THEN 1.0
                WHEN interval_type = 'hours' AND interval_number = 1 THEN 0.25
                ELSE 0 END::float
      FROM public.ir_cron AS cron
      JOIN public.ir_model_data AS data
        ON data.model = 'ir.cron' AND data.res_id = cron.id
     WHERE cron.active
"""


def name(number: int) -> str:
    """Return the name of a database; the busy ones come first."""
    return f"tenant_{number:04}"


class Tenant:
    """What a database has, by the benchmark's own: all addons, with demo data.

    :ivar gauges: its gauges
    :ivar crons: pairs of a scheduled action, and the share of time that it is active
    """

    def __init__(self) -> None:
        with connected(config["db_name"][0]) as connection:
            self.gauges: list[Gauge] = gauges.read(connection)
            with transaction(connection) as cr:
                cr.execute(_CRONS)
                self.crons: list[tuple[str, float]] = cr.fetchall()


def add(
    collector, tenant: Tenant, count: int, busy: int = BUSY, every: bool = False
) -> None:
    """Add databases to a collector.

    :param busy: how many of them are busy
    :param every: whether all scheduled actions are active
    """
    totals = collector._totals
    sheet = GaugeSheet(boot_time() + A_DAY, tenant.gauges)
    for number in range(count):
        db = name(number)
        collector.set_gauges(db, sheet)
        for nth, (cron, share) in enumerate(tenant.crons):
            is_active = (nth + number) % 4 < 4 * share
            for family in ("cron", "cron_delay"):
                if is_active or every:
                    totals.add([_event(family, db, (cron,))])
                else:
                    key = Key(family, db, (cron,), "success")
                    totals.restore(key, Total(count=1, seconds=0.2, buckets={-75: 1}))
        if number < busy:
            totals.add(busy_events(db))


def busy_events(db: str) -> Iterator[tuple[Series, Event]]:
    """Yield an event of each series of a busy database."""
    for operation in range(OPERATIONS):
        for warehouse in range(WAREHOUSES):
            labels = "bench", f"op {operation}", "1", f"W{warehouse}", ""
            yield _event("operation", db, labels)
            if warehouse % 2:
                yield _event("operation", db, labels, "failed")
    for route in range(ROUTES):
        yield _event("http", db, (f"/route/{route}", "POST", "200", "", "platform"))
    yield _event("http_waiting", db, ())


def _event(family, db, labels, outcome="success"):
    return Series(family, db, labels, 3.0), Event(0, outcome, time.time(), 0.2)
