"""What databases say of themselves: what waits, what is late, what a company is called.

Each database tells its facts by views of its own (:mod:`...collector.gauges`), so that
what is told always fits the schema that it is told of.
"""

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from ..slots.lease import boot_time

_NAME = re.compile(r"(?:odoo|queue_job)_[a-z][a-z0-9_]*")
"""Those of ``queue_job`` are what its own project calls them."""
_PART = re.compile(r"_(total|bucket|count|sum|created)$")
"""What is called like a part of another family would be taken for one."""
_LABEL = re.compile(r"(?!__|db$|le$)[a-z_][a-z0-9_]*")
"""A fact that names its own database would speak for another."""


class Gauge(NamedTuple):
    """What one database says of one thing.

    :ivar name: of the metric family
    :ivar text: what it means
    :ivar labels: names, without ``db``
    :ivar samples: the values of the labels, in their order, and the number
    """

    name: str
    text: str
    labels: tuple[str, ...]
    samples: list[tuple[tuple[str, ...], float]]


class GaugeSheet(NamedTuple):
    """What one database says of itself.

    :ivar read: when, in seconds since the host booted
    """

    read: float
    facts: list[Gauge]


def gauge_families(
    sheets: Mapping[str, GaugeSheet], taken: Iterable[str]
) -> Iterator[Metric]:
    """Yield a family for each thing that databases tell of, and when they told it.

    What is called ``..._total`` is a counter, everything else a gauge.

    :param sheets: database → what it says
    :param taken: names that a fact must not have, since they are other families'
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
        for fact in sheet.facts:
            whole = _PART.sub("", fact.name)
            if {fact.name, whole} & refused or not _is_tellable(fact):
                continue
            is_count = fact.name.endswith("_total")
            kind = CounterMetricFamily if is_count else GaugeMetricFamily
            new = kind(fact.name, fact.text)
            _add(families.setdefault(fact.name, new), db, fact)
    yield age
    yield from families.values()


def _is_tellable(fact: Gauge) -> bool:
    names_fit = _NAME.fullmatch(fact.name) and all(map(_LABEL.fullmatch, fact.labels))
    return bool(names_fit) and len(set(fact.labels)) == len(fact.labels)


def _add(family: Metric, db: str, fact: Gauge) -> None:
    names = ("db", *fact.labels)
    for values, number in fact.samples:
        labels = dict(zip(names, (db, *values), strict=True))
        family.add_sample(fact.name, labels, number)
