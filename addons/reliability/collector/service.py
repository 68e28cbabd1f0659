"""Running the collector: as a worker of the prefork server, as a thread of the threaded
server, or as a program of its own (``odoo reliability_collector``)."""

import contextlib
import select
import threading
import time
from collections.abc import Callable
from functools import partial

from odoo.service import server
from odoo.tools import config

from ..instrumentation.instrument import Hook, instrument
from ..instrumentation.kill_switch import kill_switch
from ..odoo_conf import settings
from ..telemetry.access import Access
from ..telemetry.endpoint import Endpoint
from ..telemetry.masked_log import masked_logger
from ..telemetry.metrics_app import make_app
from . import scrapes
from .collector import Collector
from .poller import SECONDS_TO_END, DatabasePoller
from .tasks import CollectorTask, make_tasks

_logger = masked_logger(__name__)

SECONDS_BETWEEN_CYCLES = 1.0
_SECONDS_BETWEEN_SPAWNS = 1.0


def install() -> None:
    """Let Odoo's server of this process start the collector."""
    if not settings().run_collector:
        return
    instrument(
        "The collector of this server",
        Hook(server.PreforkServer, "process_spawn", _with_worker, ("self",)),
        Hook(server.ThreadedServer, "start", _with_thread, ("self", "stop")),
        Hook(server.ThreadedServer, "stop", _without_thread, ("self",)),
        while_paused=True,
    )


class CollectorService:
    """The collector with its poller, its tasks and, while it leads, its endpoint."""

    def __init__(self) -> None:
        ours = settings()
        self._collector = Collector(ours.telemetry_dir)
        self._address = ours.metrics_interface, ours.metrics_port
        self._access = Access(ours.metrics_token_file)
        self._endpoint: Endpoint | None = None
        self._tasks = make_tasks(self._collector, ours)
        self._collector.host_metrics += [task.metrics for task in self._tasks]
        self._problems: dict[str, str] = {}
        self._stop = threading.Event()
        # On threads of their own: a database that hangs must not stop the cycles.
        self._poller = DatabasePoller(
            self._collector, self._access, ours.host, self._tasks
        )
        self._polling = self._start("reliability.poller", self._poller.run_until)
        self._working = [
            self._start(
                f"reliability.{type(task).__name__}", partial(self._repeat, task)
            )
            for task in self._tasks
            if task.interval
        ]
        self._problem = ""

    def _start(
        self, name: str, run_until: Callable[[threading.Event], None]
    ) -> threading.Thread:
        thread = threading.Thread(
            target=run_until, args=(self._stop,), name=name, daemon=True
        )
        thread.start()
        return thread

    def _repeat(self, task: CollectorTask, stop: threading.Event) -> None:
        """Run a task at its interval, while this collector leads; close it then."""
        is_open = False
        while not stop.is_set():
            if self._collector.leads:
                is_open = True
                self._attempt(task.run)
            elif is_open:
                is_open = False
                self._attempt(task.close)
            stop.wait(task.interval)
        if is_open:
            self._attempt(task.close)

    def _attempt(self, action: Callable[[], None]) -> None:
        """Do something; log an error once."""
        try:
            action()
        except Exception as error:
            if self._problems.get(action.__qualname__) != str(error):
                self._problems[action.__qualname__] = str(error)
                _logger.exception("Reliability: %s", action.__qualname__)
        else:
            self._problems.pop(action.__qualname__, None)

    def cycle(self) -> None:
        """Run one cycle of the collector; an error is logged once."""
        self._collector.enabled = kill_switch.is_enabled()
        try:
            if not self._collector.cycle():
                self._close_endpoint()
            else:
                for task in self._tasks:
                    self._attempt(task.cycle)
                self._open_endpoint()
            self._problem = ""
        except Exception as error:
            if str(error) != self._problem:
                self._problem = str(error)
                _logger.exception("Reliability's collector, on %s:%s", *self._address)

    def close(self) -> None:
        """Deliver the last numbers, free the port and step down."""
        if self._collector.leads:
            self.cycle()
        self._stop.set()
        self._close_endpoint()
        until = time.monotonic() + SECONDS_TO_END + 1
        for thread in (self._polling, *self._working):
            thread.join(max(0.0, until - time.monotonic()))
        self._collector.close()

    def _open_endpoint(self) -> None:
        if self._endpoint is None:
            on_read = partial(scrapes.record, self._collector.folder)
            app = make_app(self._collector, self._access, on_read)
            self._endpoint = Endpoint(*self._address, app)
            _logger.info("/metrics listens on %s:%s", *self._address)

    def _close_endpoint(self) -> None:
        if self._endpoint is not None:
            self._endpoint.stop()
            self._endpoint = None


def run_until(stop: threading.Event) -> None:
    """Run the collector until ``stop`` is set."""
    with contextlib.closing(CollectorService()) as service:
        while not stop.wait(SECONDS_BETWEEN_CYCLES):
            service.cycle()


class CollectorWorker(server.Worker):
    """The collector as a worker of the prefork server."""

    def start(self) -> None:
        server.Worker.start(self)
        if self.multi.socket:
            self.multi.socket.close()  # this worker serves no requests
        self.service = CollectorService()

    def sleep(self) -> None:
        select.select([self.wakeup_fd_r], [], [], SECONDS_BETWEEN_CYCLES)
        server.empty_pipe(self.wakeup_fd_r)

    def process_work(self) -> None:
        self.service.cycle()

    def stop(self) -> None:
        self.service.close()
        return super().stop()


def _with_worker(process_spawn):
    def spawning(self):
        process_spawn(self)
        now = time.monotonic()
        # A worker that dies at once must not make the server fork all the time.
        due = now - getattr(self, "_reliability_spawned", 0.0) > _SECONDS_BETWEEN_SPAWNS
        if due and getattr(self, "_reliability_pid", None) not in self.workers:
            self._reliability_spawned = now
            try:
                self._reliability_pid = self.worker_spawn(CollectorWorker, {}).pid
            except OSError as error:  # raised, it would end the whole server
                _logger.error("Reliability's collector could not start: %s", error)

    return spawning


def _with_thread(start):
    def starting(self, stop=False):
        start(self, stop=stop)
        if not stop and not config["stop_after_init"]:
            self._reliability_stop = threading.Event()
            self._reliability_collector = threading.Thread(
                target=run_until,
                args=(self._reliability_stop,),
                name="reliability.collector",
                daemon=True,
            )
            self._reliability_collector.start()

    return starting


def _without_thread(stop):
    def stopping(self):
        if hasattr(self, "_reliability_stop"):
            self._reliability_stop.set()
        stop(self)
        if hasattr(self, "_reliability_collector"):
            self._reliability_collector.join(SECONDS_TO_END + 2)

    return stopping
