"""The metrics made of the gauges of databases (:mod:`...collector.gauges`)."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from ..slots.lease import boot_time

_NAME = re.compile(r"(?!scrape_)[a-z]+_[a-z][a-z0-9_]*")
"""A name begins with that of a project; ``up`` and ``scrape_`` are Prometheus' own."""
_SUFFIX = re.compile(r"_(total|bucket|count|sum|created)$")
"""Suffixes that Prometheus takes for parts of a histogram or a counter."""
_LABEL = re.compile(r"(?!__|db$|le$)[a-z_][a-z0-9_]*")
"""A gauge must not have the label ``db``: it could pass for another database's."""


class Gauge(NamedTuple):
    """One gauge of one database.

    :ivar name: the name of the metric family
    :ivar text: its help text
    :ivar labels: the names of the labels, without ``db``
    :ivar samples: pairs of the values of the labels, in their order, and the number
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
    """Yield a metric family for each gauge, and the time when gauges were read.

    A gauge whose name ends with ``_total`` is a counter.  A gauge with a name or labels
    that are not allowed is left out.

    :param sheets: database → its gauges
    :param taken: names of other metric families, which no gauge may have
    """
    age = GaugeMetricFamily(
        "odoo_reliability_facts_timestamp_seconds",
        "When this host read the gauges of the database, in seconds since 1970.",
        labels=("db",),
    )
    booted = time.time() - boot_time()
    not_allowed = {age.name, *taken}
    metric_families: dict[str, Metric] = {}
    for db, sheet in sorted(sheets.items()):
        age.add_metric((db,), round(booted + sheet.read, 1))
        for gauge in sheet.gauges:
            base_name = _SUFFIX.sub("", gauge.name)
            if {gauge.name, base_name} & not_allowed or not _is_valid(gauge):
                continue
            is_counter = gauge.name.endswith("_total")
            kind = CounterMetricFamily if is_counter else GaugeMetricFamily
            new = kind(gauge.name, gauge.text)
            _add(metric_families.setdefault(gauge.name, new), db, gauge)
    yield age
    yield from metric_families.values()


def _is_valid(gauge: Gauge) -> bool:
    names_fit = _NAME.fullmatch(gauge.name) and all(map(_LABEL.fullmatch, gauge.labels))
    return bool(names_fit) and len(set(gauge.labels)) == len(gauge.labels)


def _add(family: Metric, db: str, gauge: Gauge) -> None:
    names = ("db", *gauge.labels)
    for values, number in gauge.samples:
        labels = dict(zip(names, (db, *values), strict=True))
        family.add_sample(gauge.name, labels, number)
