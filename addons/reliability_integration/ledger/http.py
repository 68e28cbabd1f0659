"""Outgoing HTTP: each logical call of ``requests``, redirects and body included.

zeep and most connectors use it.  Inside an exchange a call is told to the attempt;
outside of one it is an exchange of the counterpart that the host belongs to, if that
one wants it.  The time is external time of whatever is measured around it.
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
    without_query,
)

from .attempt import Attempt
from .classification import Call, of_answer, of_broken_call
from .constants import SAFE, UNSAFE
from .exchange import current, start
from .lazy_attempt import LazyAttempt
from .partner_systems import partner_systems

_RUN_JOB = "/queue_job/runjob"
_QUESTIONS = ("GET", "HEAD", "OPTIONS")
_SIGNING_IN = re.compile(r"auth|token|log[-_]?in|sign[-_]?in|session", re.IGNORECASE)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")

_local = threading.local()


def install() -> None:
    """Watch what this process asks over HTTP."""
    instrument(
        "Requests to partner systems",
        Hook(requests.Session, "send", _sending, ("self", "request")),
    )


def _sending(send):
    def sending(self, request, **kwargs):
        # A redirect is sent from inside, and is a part of it.
        if getattr(_local, "inside", False) or _is_ours(request):
            return send(self, request, **kwargs)
        _local.inside = True
        seen = _begin(request)
        try:
            answer = send(self, request, **kwargs)
        except BaseException as error:
            _broken(seen, error)
            raise
        else:
            _answered(seen, answer, bool(kwargs.get("stream")))
            return answer
        finally:
            _local.inside = False

    return sending


class _Seen:
    """One call, while it is under way."""

    def __init__(self, request: requests.PreparedRequest):
        self.request = request
        self.attempt = current()
        if isinstance(self.attempt, LazyAttempt):
            self.attempt = self.attempt.leaves()
        self.its_own: Attempt | None = None
        if self.attempt is None:
            self.attempt = self.its_own = _exchange_of(request)
        self.started = time.perf_counter()

    def end(self, outcome: str, status: int, error: BaseException | None) -> None:
        """Tell of the call."""
        seconds = time.perf_counter() - self.started
        add_external_seconds(seconds)
        if isinstance(self.attempt, Attempt):
            makes = _makes_something(self.request)
            self.attempt.called(Call(outcome, status, seconds, makes))
        if self.its_own is not None:
            self.its_own.end_as(outcome, error)


@guarded
def _begin(request: requests.PreparedRequest) -> _Seen:
    return _Seen(request)


@guarded
def _broken(seen: _Seen | None, error: BaseException) -> None:
    if seen is not None:
        seen.end(of_broken_call(error), 0, error)


@guarded
def _answered(seen: _Seen | None, answer: requests.Response, is_stream: bool) -> None:
    if seen is None:
        return
    attempt = seen.attempt
    if isinstance(attempt, Attempt) and attempt.keeps_excerpts and not is_stream:
        attempt.excerpt(_text(seen.request.body), _text(answer.content[:8000]))
    seen.end(of_answer(answer.status_code), answer.status_code, None)


def _exchange_of(request: requests.PreparedRequest) -> Attempt | None:
    """Begin an exchange for a call outside of one, where its counterpart wants it."""
    db = getattr(threading.current_thread(), "dbname", None)
    host = (urlsplit(request.url).hostname or "").lower()
    if not db or not host:
        return None
    counterpart = partner_systems.at(db, host)
    if counterpart is None:
        partner_systems.discover(db, host)
        return None
    if not counterpart.records_calls:
        return None
    note = {
        "integration": counterpart.code,
        "operation": f"http_{(request.method or 'GET').lower()}",
        "repeatable": SAFE if request.method in _QUESTIONS else UNSAFE,
        "direction": "out",
        "about": without_query(request.url or ""),
        "user": getattr(threading.current_thread(), "uid", None),
    }
    return start(db, None, counterpart, note)


def _makes_something(request: requests.PreparedRequest) -> bool:
    """Say whether a call may have made something there: no question, no sign-in."""
    if request.method in _QUESTIONS:
        return False
    return not _SIGNING_IN.search(urlsplit(request.url or "").path)


@guarded
def _is_ours(request: requests.PreparedRequest) -> bool:
    """Say whether a call goes to Odoo itself, as the queue's runner does."""
    parts = urlsplit(request.url or "")
    ours = (config["http_port"], config["gevent_port"])
    return parts.path.endswith(_RUN_JOB) or (
        parts.hostname in _LOOPBACK and parts.port in ours
    )


def _text(body: object) -> str:
    if isinstance(body, bytes):
        return body.decode("utf-8", "replace")
    return body if isinstance(body, str) else ""
