"""Starts of the processes that serve: what restarts is counted again.

Not the first process of a prefork server, which serves nothing: whenever that starts,
the evented server does, too.
"""

from collections.abc import Callable
from functools import partial

from odoo.service import server
from odoo.tools import config

from ..telemetry.core_families import PROCESS_START
from ..telemetry.events import Series
from .guard import guarded
from .instrument import Hook, instrument
from .kill_switch import kill_switch
from .span import record


def install() -> None:
    """Install hooks on the starts of workers and servers."""
    instrument(
        "Starts of processes",
        *(
            Hook(owner, "start", partial(_wrap_start, process), ("self",))
            for owner, process in (
                (server.WorkerHTTP, "http"),
                (server.WorkerCron, "cron"),
                (server.GeventServer, "evented"),
                (server.ThreadedServer, "threaded"),
            )
        ),
    )


def _wrap_start(process: str, start: Callable) -> Callable:
    def wrapper(self, *args, **kwargs):
        _record_start(process)
        return start(self, *args, **kwargs)

    return wrapper


@guarded
def _record_start(process: str) -> None:
    if kill_switch.is_enabled() and not config["stop_after_init"]:
        record(Series(PROCESS_START.name, "", (process,), 0.0))
