"""Families: the kinds of things that are measured, each registered once, as data.

An addon that measures something of its own registers a :class:`FamilySpec` and records
events of it.  Nothing else is needed: events, collector, ``/metrics``, rollups, query
and report work from the spec.  A worker writes the spec into its slot before the first
series of the family; the collector, whose process may not have the addon, learns it
from there.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from string import Formatter
from types import MappingProxyType

HISTOGRAM, COUNTER, IN_PROGRESS = "histogram", "counter", "in_progress"
"""Kinds of metrics: durations; a sum that only grows; calls that run now."""

COLUMNS = ("service", "operation", "company", "warehouse", "dimension")
"""The columns of rollups that a series has a value in."""

_FAMILY = re.compile(r"[a-z][a-z0-9_]{0,50}")
_LABEL = re.compile(r"(?!__|db$|le$|outcome$)[a-z_][a-z0-9_]*")
_METRIC = re.compile(r"odoo_(?!reliability_|http_workers)[a-z][a-z0-9_]*")
"""Without the names of the metrics of the core that belong to no family."""
_KINDS = (HISTOGRAM, COUNTER, IN_PROGRESS)
_VALUES = ("count", "seconds", "sql", "external", "cpu", "queries", "records")


@dataclass(frozen=True)
class MetricSpec:
    """How a family appears on ``/metrics``.

    :ivar kind: :data:`HISTOGRAM`, :data:`COUNTER` or :data:`IN_PROGRESS`
    :ivar name: of the metric family, with its unit, without ``_total``
    :ivar text: what it means, in a sentence
    :ivar labels: of the family's, in their order, after ``db``; with ``outcome`` among
        them, each outcome has its own series; series that differ only in labels left
        out are added up
    :ivar value: what a counter counts: an attribute of :class:`.totals.Total`
    :ivar outcomes: the outcomes that count; without any, all do
    :ivar optional: the last label, which is left out where it is empty
    :ivar bounds: of the buckets of a histogram, powers of two in seconds, ascending;
        those of :data:`.histogram.CLASSIC_BOUNDS` by default
    :ivar lost_outcome: the label that holds the outcome of calls that never ended
        (``killed``, ``unknown``), which have no other value for it
    """

    kind: str
    name: str
    text: str
    labels: tuple[str, ...]
    value: str = "seconds"
    outcomes: tuple[str, ...] = ()
    optional: str = ""
    lost_outcome: str = ""
    bounds: tuple[float, ...] = ()

    def problem(self) -> str:
        """Return the reason why it cannot be shown; empty if it can."""
        if self.kind not in _KINDS:
            return f"has the unknown kind {self.kind!r}"
        if self.value not in _VALUES:
            return f"counts {self.value!r}, which totals do not have"
        if len(set(self.labels)) < len(self.labels):
            return "has a label twice"
        if self.optional and self.labels[-1:] != (self.optional,):
            return f"can leave out only its last label, not {self.optional!r}"
        powers = [2.0 ** round(math.log2(bound)) for bound in self.bounds if bound > 0]
        if list(self.bounds) != sorted(set(powers)):
            return "has bounds that are no ascending powers of two"
        return ""


@dataclass(frozen=True)
class FamilySpec:
    """One kind of thing that is measured.

    ``service``, ``operation``, ``company``, ``warehouse`` and ``dimension`` say what
    rollups have in these columns: text, with names of labels in braces.

    :ivar name: what events, rollups and the report call it
    :ivar title: what people call one of these things, such as "Request"
    :ivar labels: the names of the labels by which its series differ
    :ivar metrics: how it appears on ``/metrics``
    :ivar is_of_company: whether it belongs to one company; else to the whole database
    :ivar is_evaluated: whether its outcomes say how its service is; then its slowest
        and last failed calls are stored, too
    :raise ValueError: it cannot be measured or shown like this
    """

    name: str
    title: str
    labels: tuple[str, ...]
    metrics: tuple[MetricSpec, ...]
    service: str = "platform"
    operation: str = ""
    company: str = ""
    warehouse: str = ""
    dimension: str = ""
    is_of_company: bool = False
    is_evaluated: bool = False

    def __post_init__(self) -> None:
        names = [(_FAMILY, self.name)]
        names += [(_LABEL, label) for label in self.labels]
        names += [(_METRIC, metric.name) for metric in self.metrics]
        for pattern, name in names:
            if not pattern.fullmatch(name):
                raise ValueError(f"{name!r} is no name in the family {self.name!r}")
        for wanted in self._wanted():
            if wanted not in self.labels:
                raise ValueError(f"the family {self.name} has no label {wanted!r}")
        if len(set(self.labels)) < len(self.labels):
            raise ValueError(f"the family {self.name} has a label twice")
        shown = [metric.name for metric in self.metrics]
        if len(set(shown)) < len(shown):
            raise ValueError(f"the family {self.name} has a metric twice")
        for metric in self.metrics:
            if problem := metric.problem():
                raise ValueError(f"{metric.name} {problem}")

    @property
    def has_durations(self) -> bool:
        """Whether its events have a duration of their own, so that they can be slow.

        Without, its events are only counted, or a time is added up that is none.
        """
        return any(metric.kind == HISTOGRAM for metric in self.metrics)

    def columns(self, labels: tuple[str, ...]) -> tuple[str, ...]:
        """Return the values of :data:`COLUMNS` of a series."""
        # Not strict: a newer version may have stored more labels than these.
        values = dict(zip(self.labels, self.complete(labels), strict=False))
        return tuple(
            getattr(self, column).format_map(values).strip() for column in COLUMNS
        )

    def complete(self, labels: Iterable[str]) -> tuple[str, ...]:
        """Return labels as they were stored, those that are missing as empty.

        Further labels, which a newer version stored, stay at the end.
        """
        stored = tuple(labels)
        return stored + ("",) * (len(self.labels) - len(stored))

    def as_json(self) -> dict:
        """Return it as JSON has it; :func:`learn` takes it."""
        return asdict(self)

    def _wanted(self) -> Iterable[str]:
        """Yield every label that columns and metrics name."""
        for column in COLUMNS:
            for _text, name, *_format in Formatter().parse(getattr(self, column)):
                if name is not None:
                    yield name
        for metric in self.metrics:
            yield from (label for label in metric.labels if label != "outcome")
            if metric.lost_outcome:
                yield metric.lost_outcome


_registered: dict[str, FamilySpec] = {}
_learned: dict[str, FamilySpec] = {}


def register_family(spec: FamilySpec) -> FamilySpec:
    """Register a family in this process, and return it.

    :raise ValueError: another family has its name or that of one of its metrics
    """
    for other in _registered.values():
        if other != spec and (
            other.name == spec.name
            or {one.name for one in other.metrics} & {one.name for one in spec.metrics}
        ):
            raise ValueError(f"the families {spec.name} and {other.name} collide")
    _registered[spec.name] = spec
    return spec


def registered() -> Mapping[str, FamilySpec]:
    """Return the families of the addons in this process, by name."""
    return MappingProxyType(_registered)


def evaluated_families(*, is_of_company: bool | None = None) -> list[str]:
    """Return the names of the families whose outcomes say how their service is.

    :param is_of_company: only those that belong to a company, or only those that belong
        to the whole database
    """
    return [
        spec.name
        for spec in _registered.values()
        if spec.is_evaluated and is_of_company in (None, spec.is_of_company)
    ]


def is_evaluated(name: str) -> bool:
    """Return whether the outcomes of a family say how its service is."""
    spec = family(name)
    return spec is not None and spec.is_evaluated


def is_of_company(name: str) -> bool:
    """Return whether the calls of a family belong to a company."""
    spec = family(name)
    return spec is not None and spec.is_of_company


def has_durations(name: str) -> bool:
    """Return whether the events of a family have durations.

    Those of an unknown family may have some: they are stored as they are.
    """
    spec = family(name)
    return spec is None or spec.has_durations


def learn(content: Mapping) -> FamilySpec:
    """Add the spec of a family from a slot or a state file, and return it.

    One with fewer labels than the known one is of an older version, and not added.

    :param content: as of :meth:`FamilySpec.as_json`; unknown keys are ignored
    :raise ValueError, TypeError, KeyError: it is no valid spec
    """
    spec = _from_json(FamilySpec, content)
    earlier = _learned.get(spec.name)
    if earlier is None or len(earlier.labels) <= len(spec.labels):
        _learned[spec.name] = spec
    return spec


def known() -> dict[str, FamilySpec]:
    """Return every family by name: those registered in this process, then learned."""
    return {**_registered, **_learned, **_registered}  # the registered ones first


def family(name: str) -> FamilySpec | None:
    """Return a family; ``None`` if it is neither registered nor learned."""
    return _registered.get(name) or _learned.get(name)


def stored_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Return the labels of a series without the empty ones at the end.

    So a series stays the same when its family gets another label.
    """
    stored = tuple(labels)
    while stored and not stored[-1]:
        stored = stored[:-1]
    return stored


def all_labels(name: str, labels: Iterable[str]) -> tuple[str, ...]:
    """Return the labels of a series as it was stored, complete."""
    spec = family(name)
    return spec.complete(labels) if spec else tuple(labels)


def columns_of(name: str, labels: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values of :data:`COLUMNS` of a series.

    One of an unknown family is stored under the name of the family.
    """
    spec = family(name)
    return spec.columns(labels) if spec else ("platform", name, "", "", "")


def _from_json(spec_class: type, content: Mapping) -> "FamilySpec | MetricSpec":
    fields = spec_class.__dataclass_fields__
    values = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in content.items()
        if name in fields
    }
    if "metrics" in values:
        metrics = (_from_json(MetricSpec, metric) for metric in values["metrics"])
        values["metrics"] = tuple(metrics)
    return spec_class(**values)
