"""Outgoing HTTP: each call of ``requests``, with redirects and body as one call.

zeep and most connectors use ``requests``.  Inside an exchange, a call is added to the
attempt.  Outside of one, it is recorded as an exchange with the partner system that the
host belongs to, if that integration records requests.  Its duration is external time of
the measured call around it.
"""

import re
import threading
import time
from urllib.parse import urlsplit

import requests

from odoo.tools import config

from odoo.addons.reliability.api import (
    Hook,
    add_external_seconds,
    guarded,
    instrument,
    is_unmeasured,
    without_query,
)

from .attempt import Attempt
from .classification import Call, classify_answer, classify_call_error
from .constants import SAFE, UNSAFE
from .exchange import current_attempt, start_attempt
from .lazy_attempt import LazyAttempt
from .partner_systems import partner_systems

_RUN_JOB = "/queue_job/runjob"
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_SIGN_IN = re.compile(r"auth|token|log[-_]?in|sign[-_]?in|session", re.IGNORECASE)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")

_local = threading.local()


def install() -> None:
    """Observe the outgoing HTTP calls of this process."""
    instrument(
        "Requests to partner systems",
        Hook(requests.Session, "send", _observed, ("self", "request")),
    )


def _observed(send):
    def observed_send(self, request, **kwargs):
        # ``send`` calls itself for a redirect, which is part of the outer call.
        is_part = getattr(_local, "inside", False)
        if is_part or is_unmeasured() or _is_internal(request):
            return send(self, request, **kwargs)
        _local.inside = True
        observed = _begin(request)
        try:
            answer = send(self, request, **kwargs)
        except BaseException as error:
            _on_error(observed, error)
            raise
        else:
            _on_answer(observed, answer, bool(kwargs.get("stream")))
            return answer
        finally:
            _local.inside = False

    return observed_send


class _ObservedCall:
    """A call in progress.

    :ivar attempt: the attempt that the call belongs to, if any
    :ivar own_attempt: the same, where it was created for this call
    """

    def __init__(self, request: requests.PreparedRequest):
        self.request = request
        self.attempt = current_attempt()
        if isinstance(self.attempt, LazyAttempt):
            self.attempt = self.attempt.materialize()
        self.own_attempt: Attempt | None = None
        if self.attempt is None:
            self.attempt = self.own_attempt = _begin_own_attempt(request)
        self.started = time.perf_counter()

    def end(self, outcome: str, status: int, error: BaseException | None) -> None:
        """Add the call to its attempt, and its duration to the external time."""
        seconds = time.perf_counter() - self.started
        add_external_seconds(seconds)
        if isinstance(self.attempt, Attempt):
            has_effect = _may_have_effect(self.request)
            self.attempt.add_call(Call(outcome, status, seconds, has_effect))
        if self.own_attempt is not None:
            self.own_attempt.end_as(outcome, error)


@guarded
def _begin(request: requests.PreparedRequest) -> _ObservedCall:
    return _ObservedCall(request)


@guarded
def _on_error(observed: _ObservedCall | None, error: BaseException) -> None:
    if observed is not None:
        observed.end(classify_call_error(error), 0, error)


@guarded
def _on_answer(
    observed: _ObservedCall | None, answer: requests.Response, is_stream: bool
) -> None:
    if observed is None:
        return
    attempt = observed.attempt
    if isinstance(attempt, Attempt) and attempt.stores_excerpts and not is_stream:
        attempt.add_excerpt(_text(observed.request.body), _text(answer.content[:8000]))
    observed.end(classify_answer(answer.status_code), answer.status_code, None)


def _begin_own_attempt(request: requests.PreparedRequest) -> Attempt | None:
    """Begin an exchange for a call outside of one, if its requests are recorded."""
    db = getattr(threading.current_thread(), "dbname", None)
    host = (urlsplit(request.url).hostname or "").lower()
    if not db or not host:
        return None
    system = partner_systems.by_host(db, host)
    if system is None:
        partner_systems.discover(db, host)
        return None
    if not system.records_requests:
        return None
    message = {
        "integration": system.code,
        "operation": f"http_{(request.method or 'GET').lower()}",
        "repeatable": SAFE if request.method in _SAFE_METHODS else UNSAFE,
        "direction": "out",
        "description": without_query(request.url or ""),
        "user": getattr(threading.current_thread(), "uid", None),
    }
    return start_attempt(db, None, system, message)


def _may_have_effect(request: requests.PreparedRequest) -> bool:
    """Return whether a call may have created or changed something.

    Calls that only read and sign-ins have not.
    """
    if request.method in _SAFE_METHODS:
        return False
    return not _SIGN_IN.search(urlsplit(request.url or "").path)


@guarded
def _is_internal(request: requests.PreparedRequest) -> bool:
    """Return whether a call goes to Odoo itself, such as those of the job runner."""
    parts = urlsplit(request.url or "")
    own_ports = (config["http_port"], config["gevent_port"])
    return parts.path.endswith(_RUN_JOB) or (
        parts.hostname in _LOOPBACK and parts.port in own_ports
    )


def _text(body: object) -> str:
    if isinstance(body, bytes):
        return body.decode("utf-8", "replace")
    return body if isinstance(body, str) else ""
