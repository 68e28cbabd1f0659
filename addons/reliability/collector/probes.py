"""Probes of Odoo's workers, and their ``/metrics``.

The probes are ``/reliability/live`` and ``/reliability/ready``.  They are answered
before Odoo determines a session or a database: an unauthenticated client must not make
it load a registry, and a load balancer needs an answer also while PostgreSQL is down.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import psycopg2

from odoo import http, sql_db
from odoo.orm.registry import Registry
from odoo.service.server import thread_local
from odoo.tools import config

from ..instrumentation.guard import guarded
from ..instrumentation.instrument import Hook, instrument
from ..instrumentation.kill_switch import kill_switch
from ..instrumentation.span import record
from ..odoo_conf import settings
from ..telemetry.access import Access
from ..telemetry.core_families import PROBE_ANSWER
from ..telemetry.events import Series
from ..telemetry.metrics_app import (
    READ,
    Page,
    refuse_method,
    respond,
    respond_with_page,
)
from ..telemetry.negotiation import PLAIN, Wanted
from . import scrapes, snapshot

_MAX_AGE = 2.0

_lock, _check_lock = threading.Lock(), threading.Lock()
_known: dict[str, Any] = {"until": 0.0, "ready": False}
_access: Access | None = None


def install() -> None:
    """Answer requests before Odoo does; installed after those that time requests."""
    instrument(
        "Answers to /metrics and to probes",
        Hook(
            http.Application,
            "__call__",
            _wrap_application,
            ("self", "environ", "start_response"),
        ),
        while_paused=True,
    )


def _wrap_application(call):
    def wrapper(self, environ, start_response):
        body = answer(environ, start_response)
        if body is not None:  # it is empty in a response to HEAD
            return body
        _check_kill_switch()
        return call(self, environ, start_response)

    return wrapper


@guarded
def _check_kill_switch() -> None:
    """Check the kill switch; while it is off, no other hook of requests does."""
    kill_switch.is_enabled()


@guarded
def answer(environ: dict, start_response: Callable) -> Iterable[bytes] | None:
    """Return the body of the answer to a probe; ``None`` for all other requests."""
    path = environ.get("PATH_INFO", "")
    action = _metrics if path == settings().metrics_route else _PROBES.get(path)
    if action is None:
        return None
    # Odoo's access log would show the method of the thread's previous request.
    thread_local.rpc_model_method = ""
    return action(environ, start_response)


def _live(environ: dict, start_response: Callable) -> Iterable[bytes]:
    """Answer that this worker is alive."""
    return _respond(environ, start_response, "live", lambda: True)


def _ready(environ: dict, start_response: Callable) -> Iterable[bytes]:
    """Answer whether this worker can work: PostgreSQL answers, databases are loaded."""
    return _respond(environ, start_response, "ready", _is_ready)


def _respond(
    environ: dict, start_response: Callable, probe: str, check: Callable[[], bool]
) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] not in READ:
        return refuse_method(environ, start_response)
    status = "200 OK" if check() else "503 Service Unavailable"
    _record_answer(probe, status[:3])
    return respond(environ, start_response, status)


@guarded
def _record_answer(probe: str, status: str) -> None:
    if kill_switch.is_enabled():
        record(Series(PROBE_ANSWER.name, "", (probe, status), 0.0))


def _metrics(environ: dict, start_response: Callable) -> Iterable[bytes]:
    """Answer with the last snapshot of the collector, and its age."""
    folder = settings().telemetry_dir
    last = snapshot.last(folder)
    scope = _scope(environ, last.databases if last else {})

    def page(scope: str, wanted: Wanted) -> Page | None:
        return _page(last, scope, wanted) if last else None

    def knows(db: str) -> bool:
        return last is None or db in last.known

    on_read = partial(scrapes.record, folder)
    return respond_with_page(environ, start_response, scope, knows, page, on_read)


def _page(last: snapshot.Snapshot, scope: str, wanted: Wanted) -> Page:
    text = last.part(scope, wanted.names)
    if not wanted.names or _NAME_OF_AGE in wanted.names:
        text += AGE + f"{_NAME_OF_AGE} {last.age:.1f}\n"
    body, headers = Page.encoded(text.encode(), PLAIN.content_type, wanted)
    return Page(body, (*headers, ("Age", str(int(last.age)))))


_NAME_OF_AGE = "odoo_reliability_snapshot_age_seconds"
AGE = (
    f"# HELP {_NAME_OF_AGE} How old the numbers are that Odoo's own /metrics shows.\n"
    f"# TYPE {_NAME_OF_AGE} gauge\n"
)

_PROBES = {"/reliability/live": _live, "/reliability/ready": _ready}


def _scope(environ: dict, databases: dict[str, str]) -> str | None:
    global _access
    with _lock:
        if _access is None:
            _access = Access(settings().metrics_token_file)
        _access.databases = databases
        return _access.scope(environ.get("HTTP_AUTHORIZATION", ""))


def _is_ready() -> bool:
    """Return whether this worker is ready; checked at most every two seconds.

    No request waits for the check of another.
    """
    if time.monotonic() >= _known["until"] and _check_lock.acquire(blocking=False):
        try:
            _known["ready"] = _is_loaded() and _database_answers()
            _known["until"] = time.monotonic() + _MAX_AGE
        finally:
            _check_lock.release()
    return _known["ready"]


def _is_loaded() -> bool:
    """Return whether the only database of ``db_name`` is loaded; true without one.

    Odoo loads it before it serves requests, and others at their first request.
    """
    names = config["db_name"]
    return len(names) != 1 or names[0] in Registry.registries


def _database_answers() -> bool:
    """Return whether PostgreSQL answers, on a connection outside of Odoo's pool."""
    names = config["db_name"] or ["postgres"]
    _name, info = sql_db.connection_info_for(names[0])
    try:
        with contextlib.closing(
            psycopg2.connect(**{**info, "connect_timeout": 2})
        ) as connection:
            # Committed: a pooler closes its own connection else, and would keep a SET.
            with connection, connection.cursor() as cr:
                cr.execute("SET LOCAL statement_timeout = '1s'; SELECT 1")
                return True
    except psycopg2.Error:
        return False
