"""What is asked of Odoo by machines: ``/reliability/live``, ``/reliability/ready`` and
``/metrics``.

They are answered before Odoo looks for a session or a database: a stranger must not
make it load a registry, and a load balancer must be answered also while PostgreSQL is
down.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import psycopg2

from odoo import sql_db
from odoo.orm.registry import Registry
from odoo.service.server import thread_local
from odoo.tools import config

from ..collector import snapshot
from ..odoo_conf import settings
from ..telemetry.access import Access
from ..telemetry.endpoint import CHALLENGE, respond
from .guard import guarded

_SECONDS_AN_ANSWER_HOLDS = 2.0
_READ = ("GET", "HEAD")

_lock, _looking = threading.Lock(), threading.Lock()
_known: dict[str, Any] = {"until": 0.0, "ready": False}
_access: Access | None = None


@guarded
def answer(environ: dict, start_response: Callable) -> Iterable[bytes] | None:
    """Answer a request that is for us; ``None`` where it is for Odoo."""
    action = _ANSWERS.get(environ.get("PATH_INFO", ""))
    if action is None:
        return None
    # Odoo's access log names the method that the request before has called.
    thread_local.rpc_model_method = ""
    if environ.get("REQUEST_METHOD") not in _READ:
        return respond(start_response, "405 Method Not Allowed", ("Allow", "GET"))
    return action(environ, start_response)


def _live(environ: dict, start_response: Callable) -> Iterable[bytes]:
    """This worker answers."""
    return respond(start_response, "200 OK")


def _ready(environ: dict, start_response: Callable) -> Iterable[bytes]:
    """This worker can work: PostgreSQL answers, and its databases are loaded."""
    return respond(
        start_response, "200 OK" if _is_ready() else "503 Service Unavailable"
    )


def _metrics(environ: dict, start_response: Callable) -> Iterable[bytes]:
    """What the collector showed last, with its age."""
    last = snapshot.last(settings().telemetry_dir)
    scope = _scope(environ, last.databases if last else {})
    if scope is None:
        return respond(start_response, "401 Unauthorized", CHALLENGE)
    if last is None:
        return respond(start_response, "503 Service Unavailable")
    body = (last.part(scope) + AGE + f"{_NAME_OF_AGE} {last.age:.1f}\n").encode()
    headers = [
        ("Content-Type", "text/plain; version=0.0.4; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Age", str(int(last.age))),
        ("Cache-Control", "no-store"),
    ]
    start_response("200 OK", headers)
    return [body]


_NAME_OF_AGE = "odoo_reliability_snapshot_age_seconds"
AGE = (
    f"# HELP {_NAME_OF_AGE} How old the numbers are that Odoo's own /metrics shows.\n"
    f"# TYPE {_NAME_OF_AGE} gauge\n"
)

_ANSWERS = {
    "/reliability/live": _live,
    "/reliability/ready": _ready,
    "/metrics": _metrics,
}


def _scope(environ: dict, databases: dict[str, str]) -> str | None:
    global _access
    with _lock:
        if _access is None:
            _access = Access(settings().metrics_token_file)
        _access.databases = databases
        return _access.scope(environ.get("HTTP_AUTHORIZATION", ""))


def _is_ready() -> bool:
    """Look, at most every other second, however many ask; nobody waits for another."""
    if time.monotonic() >= _known["until"] and _looking.acquire(blocking=False):
        try:
            _known["ready"] = _are_loaded() and _database_answers()
            _known["until"] = time.monotonic() + _SECONDS_AN_ANSWER_HOLDS
        finally:
            _looking.release()
    return _known["ready"]


def _are_loaded() -> bool:
    """Say whether the databases of ``db_name`` are loaded, unless there are many.

    Odoo loads them before it serves; what is not named is loaded when it is asked for.
    """
    names = config["db_name"]
    return len(names) != 1 or names[0] in Registry.registries


def _database_answers() -> bool:
    """Ask PostgreSQL, on a connection that is not one of the pool's."""
    names = config["db_name"] or ["postgres"]
    _name, info = sql_db.connection_info_for(names[0])
    try:
        with contextlib.closing(
            psycopg2.connect(**{**info, "connect_timeout": 2})
        ) as connection:
            with connection.cursor() as cr:
                cr.execute("SET statement_timeout = '1s'; SELECT 1")
                return True
    except psycopg2.Error:
        return False
