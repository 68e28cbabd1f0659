"""What is measured, in the business's words, and what its calls are counted under."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from ..telemetry.events import Series
from .call_middleware import MiddlewareFactory
from .labels import LABELS, NOT_CACHED, Source
from .recording import recorder

_logger = logging.getLogger(__name__)

_MOST_SERIES = 10_000
_SECONDS_REMEMBERED = 60.0
_SECONDS_BETWEEN_TRIES = 10.0


class Operation:
    """A measured operation of one database, as it is called on one model.

    It does not change: where an administrator changes it, another takes its place.

    :ivar key: what tells it from others also where it was changed meanwhile
    :ivar name: its code
    :ivar judges: whether the model has something to say on what its calls have done
    :ivar surround: is called with the records of each call before it, and returns what
        is told how the call ended; see :mod:`.surrounding`
    :param service: code of the service it belongs to
    :param threshold: seconds up to which a call counts as fast
    :param sources: where the labels come from that tell where and for whom
    :param own_cursor: gives a cursor that is not the caller's, to read labels on
    """

    __slots__ = (
        "_db",
        "_forget_at",
        "_known",
        "_next_try",
        "_own_cursor",
        "_service",
        "_sources",
        "_threshold",
        "_unlabelled",
        "judges",
        "key",
        "name",
        "surround",
    )

    def __init__(
        self,
        db: str,
        service: str,
        name: str,
        threshold: float,
        sources: Sequence[Source] = (),
        own_cursor: Callable[[], AbstractContextManager] | None = None,
        judges: bool = True,
        surround: MiddlewareFactory | None = None,
    ):
        self.key = db, name
        self.name = name
        self.judges = judges
        self.surround = surround
        self._db = db
        self._service = service
        self._threshold = threshold
        self._sources = tuple(sources)
        self._own_cursor = own_cursor
        self._known: dict[tuple, Series] = {}
        self._forget_at = 0.0
        self._next_try = 0.0
        self._unlabelled = self._series({})

    def series(self, records: Any) -> Series | None:
        """Return what a call on records is counted under.

        :return: ``None`` where the caller's cache does not tell, or not all of it
        """
        values = tuple([source.cached(records) for source in self._sources])
        known = self._known.get(values)
        if known is not None and time.monotonic() < self._forget_at:
            return known
        return None if NOT_CACHED in values else self._look_up(values)

    @property
    def unlabelled(self) -> Series:
        """What a call is counted under of which :meth:`series` could not be told."""
        return self._unlabelled

    def _look_up(self, values: tuple) -> Series | None:
        """Read where ids lead, and remember it for a while: master data may change."""
        now = time.monotonic()
        if now >= self._forget_at or len(self._known) >= _MOST_SERIES:
            self._known = {}
            self._forget_at = now + _SECONDS_REMEMBERED
        if now < self._next_try:
            return None
        try:
            self._known[values] = series = self._series(self._texts(values))
        except Exception as error:  # also PostgreSQL's: it is not the caller's cursor
            self._next_try = now + _SECONDS_BETWEEN_TRIES
            recorder().count("unlabelled")
            _logger.warning("Reliability cannot tell where calls belong: %s", error)
            return None
        return series

    def _texts(self, values: tuple) -> dict[str, str]:
        pairs = list(zip(self._sources, values, strict=True))
        if not any(source.steps and value for source, value in pairs):
            return {source.label: source.text(None, value) for source, value in pairs}
        with self._own_cursor() as cr:
            return {source.label: source.text(cr, value) for source, value in pairs}

    def _series(self, texts: dict[str, str]) -> Series:
        where = (texts.get(label, "") for label in LABELS)
        labels = (self._service, self.name, *where)
        return Series("operation", self._db, labels, self._threshold)
