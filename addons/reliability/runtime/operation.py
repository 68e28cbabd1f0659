"""What is measured, in the business's words, and what its calls are counted under."""

from collections.abc import Sequence
from typing import Any

from ..telemetry.events import Series
from .labels import LABELS, NOT_CACHED, Source, has_pending_changes, is_aborted

_MOST_SERIES = 10_000


class Operation:
    """A measured operation of one database.

    It does not change: where an administrator changes it, another takes its place.

    :ivar key: what tells it from others also where it was changed meanwhile
    :param service: code of the service it belongs to
    :param name: its code
    :param threshold: seconds up to which a call counts as fast
    :param sources: where the labels come from that tell where and for whom
    """

    __slots__ = ("_known", "_labels", "_sources", "_threshold", "key")

    def __init__(
        self, service: str, name: str, threshold: float, sources: Sequence[Source] = ()
    ):
        self.key = service, name
        self._labels = service, name
        self._threshold = threshold
        self._sources = tuple(sources)
        self._known: dict[tuple, Series] = {}

    @property
    def name(self) -> str:
        return self.key[1]

    def series(self, records: Any, fetch: bool) -> Series | None:
        """Return what a call is counted under, or ``None`` where it cannot be told.

        In steady state nothing is read: the records of a call were read to be shown, or
        are read by the method, and where an id leads is remembered.

        :param fetch: whether the ORM may read what is not cached, if that is harmless
        :raise psycopg2.Error: the transaction is aborted: the method must not go on
        """
        values = self._values(records)
        if NOT_CACHED in values and fetch and _may_fetch(records):
            for source in self._sources:
                source.fetch(records)
            values = self._values(records)
        series = self._known.get(values)
        if series is None and NOT_CACHED not in values and not is_aborted(records):
            series = self._remember(records.env.cr, values)
        return series

    def unlabelled(self, records: Any) -> Series:
        """Return the series of a call of which :meth:`series` could not be told."""
        return self._series(records.env.cr.dbname, {})

    def _values(self, records: Any) -> tuple:
        dbname = records.env.cr.dbname
        return (dbname, *[source.cached(records) for source in self._sources])

    def _remember(self, cr: Any, values: tuple) -> Series:
        if len(self._known) >= _MOST_SERIES:
            self._known.clear()
        texts = {
            source.label: source.text(cr, value)
            for source, value in zip(self._sources, values[1:], strict=True)
        }
        series = self._series(values[0], texts)
        self._known[values] = series
        return series

    def _series(self, db: str, texts: dict[str, str]) -> Series:
        where = (texts.get(label, "") for label in LABELS)
        return Series("operation", db, (*self._labels, *where), self._threshold)


def _may_fetch(records: Any) -> bool:
    return not has_pending_changes(records) and not is_aborted(records)
