"""Measured operations, and the series that their calls are counted in."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from ..telemetry.events import Series
from ..telemetry.masked_log import masked_logger
from .call_middleware import MiddlewareFactory
from .labels import LABELS, NOT_CACHED, Source
from .recording import recorder

_logger = masked_logger(__name__)

_MAX_SERIES = 10_000
_CACHE_SECONDS = 60.0
_SECONDS_BETWEEN_ATTEMPTS = 10.0


class Operation:
    """A measured operation of one database and one model.

    It does not change: when an administrator changes the record, another object
    replaces it.

    :ivar key: database and code, by which a changed operation is still the same
    :ivar name: its code
    :ivar has_outcome_hook: whether the model overrides ``_reliability_outcome``
    :ivar middleware: starts the middleware of a call, see :mod:`.call_middleware`
    :param service: code of its service
    :param threshold: latency threshold in seconds
    :param sources: the sources of its labels
    :param own_cursor: opens a cursor outside of the caller's transaction
    """

    __slots__ = (
        "_cache",
        "_db",
        "_expires",
        "_next_attempt",
        "_own_cursor",
        "_service",
        "_sources",
        "_threshold",
        "_unlabelled",
        "has_outcome_hook",
        "key",
        "middleware",
        "name",
    )

    def __init__(
        self,
        db: str,
        service: str,
        name: str,
        threshold: float,
        sources: Sequence[Source] = (),
        own_cursor: Callable[[], AbstractContextManager] | None = None,
        has_outcome_hook: bool = True,
        middleware: MiddlewareFactory | None = None,
    ):
        self.key = db, name
        self.name = name
        self.has_outcome_hook = has_outcome_hook
        self.middleware = middleware
        self._db = db
        self._service = service
        self._threshold = threshold
        self._sources = tuple(sources)
        self._own_cursor = own_cursor
        self._cache: dict[tuple, Series] = {}
        self._expires = 0.0
        self._next_attempt = 0.0
        self._unlabelled = self._series({})

    def series(self, records: Any) -> Series | None:
        """Return the series of a call on records.

        :return: ``None`` if the caller's cache lacks a value that a label comes from
        """
        values = tuple([source.cached(records) for source in self._sources])
        cached = self._cache.get(values)
        if cached is not None and time.monotonic() < self._expires:
            return cached
        return None if NOT_CACHED in values else self._look_up(values)

    @property
    def unlabelled(self) -> Series:
        """The series of calls whose labels are unknown."""
        return self._unlabelled

    def _look_up(self, values: tuple) -> Series | None:
        """Return the series for values, from a cache that lasts a minute."""
        now = time.monotonic()
        if now >= self._expires or len(self._cache) >= _MAX_SERIES:
            self._cache = {}
            self._expires = now + _CACHE_SECONDS
        if now < self._next_attempt:
            return None
        try:
            self._cache[values] = series = self._series(self._texts(values))
        except Exception as error:  # also PostgreSQL's: it is not the caller's cursor
            self._next_attempt = now + _SECONDS_BETWEEN_ATTEMPTS
            recorder().count("unlabelled")
            _logger.warning("Reliability cannot read the labels of calls: %s", error)
            return None
        return series

    def _texts(self, values: tuple) -> dict[str, str]:
        pairs = list(zip(self._sources, values, strict=True))
        if not any(source.steps and value for source, value in pairs):
            return {source.label: source.text(None, value) for source, value in pairs}
        with self._own_cursor() as cr:
            return {source.label: source.text(cr, value) for source, value in pairs}

    def _series(self, texts: dict[str, str]) -> Series:
        labels = (self._service, self.name, *(texts.get(label, "") for label in LABELS))
        return Series("operation", self._db, labels, self._threshold)
