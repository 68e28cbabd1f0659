"""The application behind ``/metrics``: who gets what, by the letter of HTTP.

Odoo's own ``/metrics`` (:mod:`..collector.probes`) answers with the same
functions from another source, so both endpoints answer alike.
"""

import gzip
import logging
import threading
import time
from collections.abc import Callable, Iterable, Set
from typing import NamedTuple, Protocol

from prometheus_client.core import Metric

from .access import EVERYTHING, Access
from .exposition import Histograms
from .exposition.rendering import named, render
from .negotiation import Wanted

_logger = logging.getLogger(__name__)

PATH = "/metrics"
READ = ("GET", "HEAD")
SECONDS_TO_RENDER = 10.0
"""A request whose page is not ready by then is refused."""
_MAX_PAGE_AGE = 1.0
"""Seconds for which a rendered page is reused."""
_PLAIN_TEXT = ("Content-Type", "text/plain; charset=utf-8")
_GZIP_LEVEL = 1
"""The fastest level: the lines of a scrape are alike, so they compress well anyway."""


class MetricsSource(Protocol):
    """What the endpoint serves: a collector.

    :ivar leads: whether it has metrics to show
    """

    @property
    def leads(self) -> bool: ...

    def knows(self, db: str) -> bool:
        """Return whether a database exists, with or without metrics."""

    def page(self, db: str) -> Iterable[Metric | Histograms]:
        """Return the metric families of a database, or of everything if it is empty."""


class Page(NamedTuple):
    """A rendered page.

    :ivar headers: besides those of every response
    """

    body: bytes
    headers: tuple[tuple[str, str], ...]

    @classmethod
    def encoded(cls, body: bytes, content_type: str, wanted: Wanted) -> "Page":
        """Return a page, compressed where the client prefers that."""
        headers = (
            ("Content-Type", content_type),
            ("Vary", "Accept, Accept-Encoding, Authorization"),
            ("Cache-Control", "no-store"),
        )
        if not wanted.gzip:
            return cls(body, headers)
        return cls(
            gzip.compress(body, _GZIP_LEVEL), (*headers, ("Content-Encoding", "gzip"))
        )


def make_app(
    source: MetricsSource,
    access: Access,
    on_read: Callable[[str], None] = lambda scope: None,
) -> Callable:
    """Return the WSGI application, which checks the token and serves ``/metrics``.

    An error is logged once, and answered with a status alone.

    :param on_read: called with the scope of each page that is served
    """
    pages = _Pages(source)
    problem = ""

    def app(environ: dict, start_response: Callable) -> Iterable[bytes]:
        nonlocal problem
        scope = access.scope(environ.get("HTTP_AUTHORIZATION", ""))
        if scope is not None and environ["PATH_INFO"] != PATH:
            return respond(environ, start_response, "404 Not Found")
        try:
            answer = respond_with_page(
                environ, start_response, scope, source.knows, pages.page, on_read
            )
            problem = ""
        except Exception as error:
            if str(error) != problem:
                problem = str(error)
                _logger.exception("Reliability cannot render /metrics")
            return respond(environ, start_response, "500 Internal Server Error")
        return answer

    return app


def respond_with_page(
    environ: dict,
    start_response: Callable,
    scope: str | None,
    knows: Callable[[str], bool],
    page: Callable[[str, Wanted], Page | None],
    on_read: Callable[[str], None],
) -> list[bytes]:
    """Answer a request to ``/metrics`` on any port.

    :param scope: what the token opens; ``None`` refuses whatever is asked for
    :param knows: returns whether a database exists
    :param page: returns the page of a scope; ``None`` if there is none now
    :param on_read: called with the scope if a page is served
    """
    if scope is None:
        challenge = ("WWW-Authenticate", "Bearer")
        return respond(environ, start_response, "401 Unauthorized", challenge)
    if environ["REQUEST_METHOD"] not in READ:
        return refuse_method(environ, start_response)
    wanted = Wanted.from_environ(environ)
    if refusal := _refusal(scope, wanted.databases, knows):
        status, sentence = refusal
        body = f"{sentence}\n".encode()
        return respond(environ, start_response, status, _PLAIN_TEXT, body=body)
    scope = next(iter(wanted.databases), scope)
    found = page(scope, wanted)
    if found is None:
        return respond(environ, start_response, "503 Service Unavailable")
    on_read(scope)
    body, headers = found
    return respond(environ, start_response, "200 OK", *headers, body=body)


def _refusal(
    scope: str, databases: Set[str], knows: Callable[[str], bool]
) -> tuple[str, str] | None:
    """Return status and sentence of the answer to databases that cannot be shown.

    The token of a database does not reveal which others exist.

    :param databases: those that are asked for
    """
    if not databases:
        return None
    if len(databases) > 1:
        return "400 Bad Request", "A request is for one database: send one db."
    (db,) = databases
    if scope not in (EVERYTHING, db):
        return "403 Forbidden", "The token opens the metrics of another database."
    if scope == EVERYTHING and not knows(db):
        return "404 Not Found", f"This server has no database {db}."
    return None


def refuse_method(environ: dict, start_response: Callable) -> list[bytes]:
    """Answer a request that would do more than read."""
    allow = ("Allow", ", ".join(READ))
    return respond(environ, start_response, "405 Method Not Allowed", allow)


def respond(
    environ: dict,
    start_response: Callable,
    status: str,
    *headers: tuple[str, str],
    body: bytes | None = None,
) -> list[bytes]:
    """Start a response and return its body, which a response to ``HEAD`` lacks.

    :param body: by default, the status in plain text
    """
    headers = list(headers)
    if body is None:
        body = f"{status}\n".encode()
        headers.append(_PLAIN_TEXT)
    start_response(status, [*headers, ("Content-Length", str(len(body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


class _Pages:
    """Renders one page at a time, and shares it between simultaneous requests.

    With thousands of series, rendering takes seconds: a storm of requests must not cost
    more memory than one or two pages, nor stop the collector from reading.
    """

    def __init__(self, source: MetricsSource):
        self._source = source
        self._rendering = threading.Lock()
        self._key: tuple[str, Wanted] | None = None
        self._last: Page | None = None
        self._read = 0.0

    def page(self, scope: str, wanted: Wanted) -> Page | None:
        """Return the page of a scope; ``None`` if it would not be ready in time."""
        if not self._source.leads:
            return None
        oldest = time.monotonic() - _MAX_PAGE_AGE
        if not self._rendering.acquire(timeout=SECONDS_TO_RENDER):
            return None
        try:
            if self._key != (scope, wanted) or self._read < oldest:
                self._read = time.monotonic()
                self._last = self._render(scope, wanted)
                self._key = scope, wanted
            return self._last
        finally:
            self._rendering.release()

    def _render(self, scope: str, wanted: Wanted) -> Page:
        encoder, content_type = wanted.format()
        families = named(self._source.page(scope), wanted.names)
        return Page.encoded(render(families, encoder), content_type, wanted)
