"""A spare scheduler, which evaluates while another scheduled action takes long.

A worker runs one scheduled action at a time.  Where that hangs, such as in a commit
that no standby confirms, the evaluation would wait for its end, and nobody would read
why.
"""

import contextlib
import logging
import threading
from collections.abc import Iterator

from odoo.sql_db import db_connect

from odoo.addons.base.models.ir_cron import IrCron

_logger = logging.getLogger(__name__)

SECONDS_BETWEEN_CHECKS = 10.0


@contextlib.contextmanager
def spare_scheduler(db: str, job_id: int) -> Iterator[None]:
    """Run a scheduled action when it is due, on a thread, until the block ends.

    A run that has begun by then goes on.  PostgreSQL's locks keep two schedulers from
    running the same action at once.

    :param job_id: of the scheduled action
    """
    ended = threading.Event()
    thread = threading.Thread(
        target=_run_until,
        args=(ended, db, job_id),
        name="reliability.spare_scheduler",
        daemon=True,
    )
    with contextlib.suppress(RuntimeError):  # the process has too many threads
        thread.start()
    try:
        yield
    finally:
        ended.set()


def _run_until(ended: threading.Event, db: str, job_id: int) -> None:
    threading.current_thread().dbname = db  # for Odoo's log
    while not ended.wait(SECONDS_BETWEEN_CHECKS):
        try:
            with db_connect(db).cursor() as cr:
                IrCron._process_jobs_loop(cr, job_ids=[job_id])
        except Exception:
            _logger.warning("The spare scheduler could not evaluate", exc_info=True)
