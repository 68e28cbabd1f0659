"""The metrics of databases' gauges (:mod:`...collector.gauges`)."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from ..slots.lease import boot_time

_NAME = re.compile(r"(?:odoo|queue_job)_[a-z][a-z0-9_]*")
"""Those of ``queue_job`` are what its own project calls them."""
_PART = re.compile(r"_(total|bucket|count|sum|created)$")
"""A name that ends like a part of a histogram or counter would be taken for one."""
_LABEL = re.compile(r"(?!__|db$|le$)[a-z_][a-z0-9_]*")
"""A gauge that sets ``db`` itself could speak for another database."""


class Gauge(NamedTuple):
    """One gauge of one database.

    :ivar name: of the metric family
    :ivar text: its meaning
    :ivar labels: names, without ``db``
    :ivar samples: the values of the labels, in their order, and the number
    """

    name: str
    text: str
    labels: tuple[str, ...]
    samples: list[tuple[tuple[str, ...], float]]


class GaugeSheet(NamedTuple):
    """All gauges of one database.

    :ivar read: when they were read, in seconds since the host booted
    """

    read: float
    gauges: list[Gauge]


def gauge_families(
    sheets: Mapping[str, GaugeSheet], taken: Iterable[str]
) -> Iterator[Metric]:
    """Yield a metric family for each gauge, and when they were read.

    One whose name ends with ``_total`` is a counter.

    :param sheets: database → its gauges
    :param taken: names of other metric families, which no gauge may have
    """
    age = GaugeMetricFamily(
        "odoo_reliability_facts_timestamp_seconds",
        "When this host read what the database says of itself, in seconds since 1970.",
        labels=("db",),
    )
    booted = time.time() - boot_time()
    refused = {age.name, *taken}
    families: dict[str, Metric] = {}
    for db, sheet in sorted(sheets.items()):
        age.add_metric((db,), round(booted + sheet.read, 1))
        for gauge in sheet.gauges:
            whole = _PART.sub("", gauge.name)
            if {gauge.name, whole} & refused or not _is_valid(gauge):
                continue
            is_count = gauge.name.endswith("_total")
            kind = CounterMetricFamily if is_count else GaugeMetricFamily
            new = kind(gauge.name, gauge.text)
            _add(families.setdefault(gauge.name, new), db, gauge)
    yield age
    yield from families.values()


def _is_valid(gauge: Gauge) -> bool:
    names_fit = _NAME.fullmatch(gauge.name) and all(map(_LABEL.fullmatch, gauge.labels))
    return bool(names_fit) and len(set(gauge.labels)) == len(gauge.labels)


def _add(family: Metric, db: str, gauge: Gauge) -> None:
    names = ("db", *gauge.labels)
    for values, number in gauge.samples:
        labels = dict(zip(names, (db, *values), strict=True))
        family.add_sample(gauge.name, labels, number)
