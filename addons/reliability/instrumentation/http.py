"""HTTP requests: route, outcome, duration, and time in the queue of a proxy.

The label is the pattern of the route, never the path.  The outcome follows from the
error of the response, since errors of JSON-RPC and XML-RPC have the status 200.  A
request is in the in-flight table while it is served: so the collector knows the busy
workers, and records the request of a worker that dies.
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
"""Latency thresholds, in seconds: of a request, and of its wait for a worker."""

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
"""Prefix of a route → service; other routes belong to the platform."""

_local = threading.local()


def install() -> None:
    """Measure the requests of this process, and record how many it serves at a time."""
    environ = ("self", "environ", "start_response")
    instrument(
        "Requests",
        Hook(http.Application, "__call__", _wrap_call, environ),
        Hook(
            http.Request,
            "_set_request_dispatcher",
            _wrap_set_dispatcher,
            ("self", "rule"),
        ),
        Hook(http.Request, "_serve_static", _wrap_serve_static, ("self",)),
    )
    instrument(
        "How many requests can be served at a time",
        Hook(server.WorkerHTTP, "start", _wrap_worker_start, ("self",)),
        Hook(server.ThreadedWSGIServerReloadable, "__init__", _wrap_server_init),
        while_paused=True,
    )
    instrument(
        "Responses to /metrics and to probes",
        Hook(http.Application, "__call__", _wrap_call_with_probes, environ),
        while_paused=True,
    )


class _Request:
    """A request, until its response is handed to the server."""

    def __init__(self, environ: dict):
        method = environ.get("REQUEST_METHOD", "")
        self._method = method if method in _METHODS else _OTHER_METHOD
        self._route = _NO_ROUTE
        self._status = ""
        self._error: BaseException | None = None
        self._queued = _seconds_queued(environ, time.time())
        self._span = Span(self._series("", ""))

    def routed(self, request: Any, route: str) -> None:
        """Set the route and the database."""
        self._route = route
        self._span.relabel(self._series(_database(request), ""))

    def answered(self, status: str) -> None:
        """Set the status, and the error that is being handled, if any."""
        self._status = status[:3]
        self._error = sys.exc_info()[1]

    def end(self, error: BaseException | None, request: Any) -> None:
        """Record the request.

        :param error: that propagated out of the application, without a response
        """
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
        if self._queued is not None:
            record(Series("http_waiting", db, (), FAST_WAIT), seconds=self._queued)

    def _series(self, db: str, error: str) -> Series:
        service = next(
            (service for start, service in _SERVICES if self._route.startswith(start)),
            "platform",
        )
        labels = (self._route, self._method, self._status, error, service)
        return Series("http", db, labels, FAST)


def _wrap_call(call):
    def wrapper(self, environ, start_response):
        served = _begin(environ)
        if served is None:
            return call(self, environ, start_response)

        def start_measured(status, *more):
            _answered(served, status)
            return start_response(status, *more)

        try:
            result = call(self, environ, start_measured)
        except BaseException as error:
            _end(served, error)
            raise
        else:
            _end(served, None)
            return result
        finally:
            _local.served = _local.request = None

    return wrapper


def _wrap_call_with_probes(call):
    def wrapper(self, environ, start_response):
        if body := probes.answer(environ, start_response):
            return body
        _check_kill_switch()
        return call(self, environ, start_response)

    return wrapper


@guarded
def _check_kill_switch() -> None:
    """Read the kill switch: while it is off, only this hook can set it to on again."""
    kill_switch.is_enabled()


def _wrap_set_dispatcher(set_dispatcher):
    def wrapper(self, rule):
        _set_route(self, rule.rule)
        return set_dispatcher(self, rule)

    return wrapper


def _wrap_serve_static(serve):
    def wrapper(self):
        _set_route(self, _STATIC)
        return serve(self)

    return wrapper


@guarded
def _begin(environ: dict) -> _Request | None:
    _local.served = _local.request = None
    if not kill_switch.is_enabled() or environ.get("PATH_INFO") == _NOT_TIMED:
        return None
    _local.served = _Request(environ)
    return _local.served


@guarded
def _set_route(request: Any, route: str) -> None:
    _local.request = request
    served = getattr(_local, "served", None)
    if served is not None:
        served.routed(request, route)


@guarded
def _answered(served: _Request, status: str) -> None:
    # The request is still on Odoo's stack of requests.
    _local.request = http.request._get_current_object()
    served.answered(status)


@guarded
def _end(served: _Request, error: BaseException | None) -> None:
    served.end(error, _local.request)


def _database(request: Any) -> str:
    """Return the database of a request, if the app is installed there, or ``""``."""
    registry = getattr(request, "registry", None)
    is_installed = (
        registry is not None and request.db and is_measured(registry) is not None
    )
    return registry.db_name if is_installed else ""


def _is_switched_off(request: Any) -> bool:
    registry = getattr(request, "registry", None)
    return registry is not None and is_measured(registry) is False


def _outcome(error: BaseException | None, status: str) -> str:
    if error is not None:
        outcome = outcome_of(error)
        return "failed" if outcome == CONTENTION else outcome
    return {"4": "rejected", "5": "failed"}.get(status[:1], "success")


def _seconds_queued(environ: dict, now: float) -> float | None:
    """Return the seconds since a proxy received the request; ``None`` if not known.

    The header X-Request-Start has seconds, milliseconds, microseconds or nanoseconds
    since 1970, some proxies write ``t=`` before the number.  It is ignored without
    ``proxy_mode``, since any client can send it, and if it differs from our clock by
    more than an hour.
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


def _wrap_worker_start(start):
    def wrapper(self):
        start(self)
        _set_capacity(1)

    return wrapper


def _wrap_server_init(init):
    def wrapper(self, *args, **kwargs):
        init(self, *args, **kwargs)
        # Odoo's own limit on threads; 0 is unknown.
        _set_capacity(self.max_http_threads or 0)

    return wrapper


@guarded
def _set_capacity(requests_at_a_time: int) -> None:
    recorder().set_capacity(int(requests_at_a_time))
