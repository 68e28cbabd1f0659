"""HTTP requests: route, outcome, duration, and the time before a worker was free.

The label is the pattern of the route, never the path.  The outcome follows from the
error behind the response, since Odoo responds to errors of JSON-RPC and XML-RPC with
200.  A request is in the in-flight table while it is served, so that it is recorded if
its worker dies, and the activity of each worker is known.
"""

import sys
import threading
import time
from typing import Any

from odoo import http
from odoo.service import server
from odoo.tools import config

from ..telemetry.events import Series
from .guard import guarded
from .instrument import Hook, instrument
from .kill_switch import kill_switch
from .outcome import CONTENTION, outcome_of
from .recording import recorder
from .registry import is_measured
from .span import Span, record
from .unmeasured import is_unmeasured, thread

FAST, FAST_WAIT = 2.0, 0.5
"""Thresholds in seconds, of the duration of a request and of its wait for a worker."""

_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_OTHER_METHOD = "_OTHER"
_NO_ROUTE, _STATIC, _FALLBACK = "unmatched", "static", "fallback"
_NOT_TIMED = "/websocket"
_MAX_WAIT = 3600.0
_SECONDS_BY_UNIT = (1e9, 1e6, 1e3, 1.0)

_SERVICES = (
    ("/my", "customer_portal"),
    ("/xmlrpc", "integration_api"),
    ("/jsonrpc", "integration_api"),
    ("/json/", "integration_api"),
    ("/queue_job/", ""),
)
"""Beginnings of routes of other services than ``platform``.

The runner's requests are of none: how a job ended, and how long it took, is counted as
the attempt of the job, and tells nothing about the requests of people.
"""

_local = threading.local()


def install() -> None:
    """Install hooks on requests and on the number of parallel requests."""
    environ = ("self", "environ", "start_response")
    instrument(
        "Requests",
        Hook(http.Application, "__call__", _wrap_application, environ),
        Hook(http.Request, "_set_request_dispatcher", _wrap_routing, ("self", "rule")),
        Hook(http.Request, "_serve_static", _wrap_static, ("self",)),
    )
    instrument(
        "How many requests can be served at a time",
        Hook(server.WorkerHTTP, "start", _wrap_worker_start, ("self",)),
        Hook(server.ThreadedWSGIServerReloadable, "__init__", _wrap_server_init),
        while_paused=True,
    )


class ObservedRequest:
    """One request, until its response is handed to the server."""

    def __init__(self, environ: dict):
        method = environ.get("REQUEST_METHOD", "")
        self._method = method if method in _METHODS else _OTHER_METHOD
        self._route = _NO_ROUTE
        self._status = ""
        self._error: BaseException | None = None
        self._wait = _wait_before(environ, time.time())
        self._span = Span(self._series("", ""))

    def set_route(self, request: Any, route: str) -> None:
        """Count the request by the pattern of its route, and its database."""
        self._route = route
        self._span.relabel(self._series(_database(request), ""))

    def set_response(self, status: str) -> None:
        """Keep the status of the response, and the error that it was made of."""
        self._status = status[:3]
        self._error = sys.exc_info()[1]

    @guarded
    def leave_out(self) -> None:
        """Record nothing of the request if its worker dies."""
        self._span.leave_out()

    def end(self, error: BaseException | None, request: Any) -> None:
        """Record the request.

        :param error: the error that was raised instead of a response
        """
        error = error or self._error
        if is_unmeasured() or _is_switched_off(request):
            self._span.forget()
            return
        if self._route == _NO_ROUTE and self._status[:1] in ("2", "3"):
            self._route = _FALLBACK
        db = _database(request)
        name = type(error).__name__ if error is not None else ""
        self._span.relabel(self._series(db, name))
        self._span.end(_outcome(error, self._status), error)
        if self._wait is not None:
            record(Series("http_waiting", db, (), FAST_WAIT), seconds=self._wait)

    def _series(self, db: str, error: str) -> Series:
        service = next(
            (service for start, service in _SERVICES if self._route.startswith(start)),
            "platform",
        )
        labels = (self._route, self._method, self._status, error, service)
        return Series("http", db, labels, FAST)


def _wrap_application(call):
    def wrapper(self, environ, start_response):
        observed = _begin(environ)
        if observed is None:
            return call(self, environ, start_response)

        def start_response_wrapper(status, *more):
            _set_response(observed, status)
            return start_response(status, *more)

        before = thread.depth, thread.leave_out_span
        thread.leave_out_span = observed.leave_out
        try:
            result = call(self, environ, start_response_wrapper)
        except BaseException as error:
            _end(observed, error)
            raise
        else:
            _end(observed, None)
            return result
        finally:
            _local.observed = _local.request = None
            thread.depth, thread.leave_out_span = before

    return wrapper


def _wrap_routing(set_dispatcher):
    def wrapper(self, rule):
        _set_route(self, rule.rule)
        return set_dispatcher(self, rule)

    return wrapper


def _wrap_static(serve):
    def wrapper(self):
        _set_route(self, _STATIC)
        return serve(self)

    return wrapper


@guarded
def _begin(environ: dict) -> ObservedRequest | None:
    _local.observed = _local.request = None
    if not kill_switch.is_enabled() or environ.get("PATH_INFO") == _NOT_TIMED:
        return None
    _local.observed = ObservedRequest(environ)
    return _local.observed


@guarded
def _set_route(request: Any, route: str) -> None:
    _local.request = request
    observed = getattr(_local, "observed", None)
    if observed is not None:
        observed.set_route(request, route)


@guarded
def _set_response(observed: ObservedRequest, status: str) -> None:
    # Later, the stack of requests does not contain this one any more.
    _local.request = http.request._get_current_object()
    observed.set_response(status)


@guarded
def _end(observed: ObservedRequest, error: BaseException | None) -> None:
    observed.end(error, _local.request)


def _database(request: Any) -> str:
    """Return the database of a request; empty if the app is not installed in it."""
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


def _wait_before(environ: dict, now: float) -> float | None:
    """Return the seconds since a proxy received the request; ``None`` if unknown.

    The proxy sends the time in the header ``X-Request-Start``, in seconds,
    milliseconds, microseconds or nanoseconds, some proxies with ``t=`` before it.  The
    header is ignored without ``proxy_mode``, since any client could send it.  Times
    more than an hour away are ignored.  A time in the future is no wait, since clocks
    differ.
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
        if abs(now - seconds) <= _MAX_WAIT:
            return max(0.0, now - seconds)
    return None


def _wrap_worker_start(start):
    def wrapper(self):
        start(self)
        _record_capacity(1)

    return wrapper


def _wrap_server_init(init):
    def wrapper(self, *args, **kwargs):
        init(self, *args, **kwargs)
        # Odoo's own limit on threads; 0 if there is none.
        _record_capacity(self.max_http_threads or 0)

    return wrapper


@guarded
def _record_capacity(parallel_requests: int) -> None:
    recorder().set_capacity(int(parallel_requests))
