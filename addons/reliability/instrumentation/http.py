"""Every HTTP request: what was asked for, how it ended, how long it waited and took.

What is asked for is the pattern of the route, never the path; how it ended is the error
that was answered with, since Odoo answers errors of JSON-RPC and XML-RPC with 200.  A
request is in the in-flight table while it is served, so one whose worker dies is told,
and who is busy is known.
"""

import sys
import threading
import time
from typing import Any

from odoo import http
from odoo.service import server
from odoo.tools import config

from ..telemetry.events import Series
from . import probes
from .guard import guarded
from .instrument import Hook, instrument
from .kill_switch import kill_switch
from .outcome import CONTENTION, outcome_of
from .recording import recorder
from .registry import is_measured
from .span import Span, record

FAST, FAST_WAIT = 2.0, 0.5
"""Seconds up to which a request is fast, and has waited for a worker no longer than it
should."""

_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_OTHER_METHOD = "_OTHER"
_NO_ROUTE, _STATIC, _FALLBACK = "unmatched", "static", "fallback"
_NOT_TIMED = "/websocket"
_LONGEST_WAIT = 3600.0
_SECONDS_BY_UNIT = (1e9, 1e6, 1e3, 1.0)

_SERVICES = (
    ("/my", "customer_portal"),
    ("/xmlrpc", "integration_api"),
    ("/jsonrpc", "integration_api"),
    ("/json/", "integration_api"),
)
"""How routes of a service other than the platform begin."""

_local = threading.local()


def install() -> None:
    """Time the requests of this process, and say how many it serves at a time."""
    environ = ("self", "environ", "start_response")
    instrument(
        "Requests",
        Hook(http.Application, "__call__", _serving, environ),
        Hook(http.Request, "_set_request_dispatcher", _routed, ("self", "rule")),
        Hook(http.Request, "_serve_static", _static, ("self",)),
    )
    instrument(
        "How many requests can be served at a time",
        Hook(server.WorkerHTTP, "start", _starting_worker, ("self",)),
        Hook(server.ThreadedWSGIServerReloadable, "__init__", _making_threaded_server),
        while_paused=True,
    )
    instrument(
        "Answers to /metrics and to probes",
        Hook(http.Application, "__call__", _answering, environ),
        while_paused=True,
    )


class Served:
    """One request, until its answer is handed to the server."""

    def __init__(self, environ: dict):
        method = environ.get("REQUEST_METHOD", "")
        self._method = method if method in _METHODS else _OTHER_METHOD
        self._route = _NO_ROUTE
        self._status = ""
        self._error: BaseException | None = None
        self._waited = _waited(environ, time.time())
        self._span = Span(self._series("", ""))

    def routed(self, request: Any, route: str) -> None:
        """Note what was asked for, in which database."""
        self._route = route
        self._span.relabel(self._series(_database(request), ""))

    def answered(self, status: str) -> None:
        """Note the answer, and the error that it is for, if there is one."""
        self._status = status[:3]
        self._error = sys.exc_info()[1]

    def end(self, error: BaseException | None, request: Any) -> None:
        """Record it; one that nobody answered ended by an error that nobody handled."""
        error = error or self._error
        if _is_switched_off(request):
            self._span.forget()
            return
        if self._route == _NO_ROUTE and self._status[:1] in ("2", "3"):
            self._route = _FALLBACK
        db = _database(request)
        name = type(error).__name__ if error is not None else ""
        self._span.relabel(self._series(db, name))
        self._span.end(_outcome(error, self._status))
        if self._waited is not None:
            record(Series("http_waiting", db, (), FAST_WAIT), seconds=self._waited)

    def _series(self, db: str, error: str) -> Series:
        service = next(
            (service for start, service in _SERVICES if self._route.startswith(start)),
            "platform",
        )
        labels = (self._route, self._method, self._status, error, service)
        return Series("http", db, labels, FAST)


def _serving(call):
    def serving(self, environ, start_response):
        served = _begin(environ)
        if served is None:
            return call(self, environ, start_response)

        def starting(status, *more):
            _answered(served, status)
            return start_response(status, *more)

        try:
            result = call(self, environ, starting)
        except BaseException as error:
            _end(served, error)
            raise
        else:
            _end(served, None)
            return result
        finally:
            _local.served = _local.request = None

    return serving


def _answering(call):
    def answering(self, environ, start_response):
        if answer := probes.answer(environ, start_response):
            return answer
        _check_kill_switch()
        return call(self, environ, start_response)

    return answering


@guarded
def _check_kill_switch() -> None:
    """Switch on again: while it is off, nothing else is there to do it."""
    kill_switch.is_enabled()


def _routed(set_dispatcher):
    def routed(self, rule):
        _note_route(self, rule.rule)
        return set_dispatcher(self, rule)

    return routed


def _static(serve):
    def serving(self):
        _note_route(self, _STATIC)
        return serve(self)

    return serving


@guarded
def _begin(environ: dict) -> Served | None:
    _local.served = _local.request = None
    if not kill_switch.is_enabled() or environ.get("PATH_INFO") == _NOT_TIMED:
        return None
    _local.served = Served(environ)
    return _local.served


@guarded
def _note_route(request: Any, route: str) -> None:
    _local.request = request
    served = getattr(_local, "served", None)
    if served is not None:
        served.routed(request, route)


@guarded
def _answered(served: Served, status: str) -> None:
    # The stack of requests is still this request's.
    _local.request = http.request._get_current_object()
    served.answered(status)


@guarded
def _end(served: Served, error: BaseException | None) -> None:
    served.end(error, _local.request)


def _database(request: Any) -> str:
    """Return the database of a request, where the app is installed there."""
    registry = getattr(request, "registry", None)
    known = registry is not None and request.db and is_measured(registry) is not None
    return registry.db_name if known else ""


def _is_switched_off(request: Any) -> bool:
    registry = getattr(request, "registry", None)
    return registry is not None and is_measured(registry) is False


def _outcome(error: BaseException | None, status: str) -> str:
    if error is not None:
        outcome = outcome_of(error)
        return "failed" if outcome == CONTENTION else outcome
    return {"4": "rejected", "5": "failed"}.get(status[:1], "success")


def _waited(environ: dict, now: float) -> float | None:
    """Return the seconds since a proxy took the request; ``None`` if none says so.

    Proxies say it in seconds, milliseconds, microseconds or nanoseconds, some with
    ``t=`` before it.  Their clock may differ from ours, and anybody may send the header
    where no proxy replaces it: then it is not believed, and it is never believed far.
    """
    header = environ.get("HTTP_X_REQUEST_START", "")
    if not header or not config["proxy_mode"]:
        return None
    try:
        number = float(header.strip().removeprefix("t="))
    except ValueError:
        return None
    for unit in _SECONDS_BY_UNIT:
        seconds = number / unit
        if abs(now - seconds) <= _LONGEST_WAIT:
            return max(0.0, now - seconds)
    return None


def _starting_worker(start):
    def starting(self):
        start(self)
        _serve(1)

    return starting


def _making_threaded_server(init):
    def making(self, *args, **kwargs):
        init(self, *args, **kwargs)
        # Odoo's own limit on threads; without one there is no number to tell.
        _serve(self.max_http_threads or 0)

    return making


@guarded
def _serve(requests_at_a_time: int) -> None:
    recorder().set_capacity(int(requests_at_a_time))
