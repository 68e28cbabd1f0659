"""Documents into services, operations and objectives."""

from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from typing import Any, NamedTuple

import pytz

from ..burn_rate import PPM
from ..objective import (
    EVENTS,
    GAUGE,
    LATENCY,
    RATIO_SLICES,
    SLICE_MINUTES,
    SLICES,
    SPLITS,
    SUCCESS,
    Objective,
)
from ..window import CALENDAR, ROLLING, length
from . import openslo, writing
from .content import Content, Operation, Service, Thresholds
from .documents import Document, Mapping, parse, to_number
from .remarks import Remark

_OWNER = "owner"
_ADDON = "addon"
_SERVICE_ANNOTATIONS = (
    _ADDON,
    _OWNER,
    *(f"{name}-percent" for name in Thresholds._fields),
    "late-minutes",
)
_SLO_ANNOTATIONS = (_ADDON, _OWNER, "split", "calendar")
_READ = (openslo.SERVICE, openslo.OPERATION, openslo.SLO)
_NAMED = (*_READ, openslo.SLI)
"""Kinds whose names may be there once."""
_LONG_TEXTS = ("name", "description")
"""Annotations with texts that are longer than OpenSLO allows them to be."""
_WINDOWS = ", ".join(
    [*ROLLING, *(f"{text} (calendar)" for text in openslo.CALENDAR_DURATIONS.values())]
)
_MAX_MINUTES = 366 * 24 * 60


def read(text: str, name: str = "") -> Content:
    """Return what the text of a file says.

    :param name: the name of the file, for problems
    """
    return read_all(*parse(text, name))


def read_all(documents: Iterable[Document], problems: Iterable[Remark]) -> Content:
    """Return what documents say.

    :param documents: in all of them, names must be unique; they may refer to each other
    :param problems: of files that have no documents
    """
    return _Reader(documents, problems).content()


class _Metadata(NamedTuple):
    """The names and annotations of a document."""

    code: str
    name: str
    annotations: Mapping


class _Reader:
    def __init__(self, documents: Iterable[Document], problems: Iterable[Remark]):
        self.documents = list(documents)
        self.problems = list(problems)
        self.read: dict[str, list[Any]] = {kind: [] for kind in _READ}
        self.origins: dict[tuple[str, str], Any] = {}
        self.addons: dict[tuple[str, str], str] = {}
        self.indicators: dict[str, Document] = {}
        self.used: set[str] = set()

    def content(self) -> Content:
        kinds = [(document, self._kind(document)) for document in self.documents]
        for document, kind in kinds:
            if kind not in _NAMED or not self._is_first(document, kind):
                continue
            if kind == openslo.SLI:
                document.root.ignore("metadata", "spec")  # until an SLO refers to it
                self.indicators[_name(document)] = document
        for document, kind in kinds:
            self._convert(document, kind)
        for document, kind in kinds:
            name = _name(document)
            if kind == openslo.SLI and name not in self.used:
                document.notice(document.root.node, "unused", name=name)
        for document in self.documents:
            document.root.close()
        problems = (*self.problems, *_joined(self.documents, "problems"))
        notices = _joined(self.documents, "notices")
        if problems:
            return Content(problems=problems, notices=notices)
        return Content(
            *(tuple(self.read[kind]) for kind in _READ),
            notices=notices,
            origins=self.origins,
            addons=self.addons,
        )

    def _kind(self, document: Document) -> str:
        """Return the kind of a document, or an empty text if it has none of ours."""
        version = document.root.text("apiVersion", needed=True)
        kind = document.root.text("kind", needed=True)
        kinds = openslo.KINDS.get(version)
        if kinds is None:
            if version:
                document.root.problem("version", "apiVersion", value=version)
            return ""
        if kind and kind not in kinds:
            choices = ", ".join(kinds)
            document.root.problem(
                "kind", "kind", value=kind, version=version, choices=choices
            )
        return kind if kind in kinds else ""

    def _is_first(self, document: Document, kind: str) -> bool:
        name = _name(document)
        key = kind, openslo.code(name) or name
        first = self.origins.setdefault(key, document.origin)
        if name and first != document.origin:
            document.root.mapping("metadata").problem(
                "duplicate",
                "name",
                kind=kind,
                name=name,
                file=first.file,
                number=first.document,
            )
        return first == document.origin

    def _convert(self, document: Document, kind: str) -> None:
        """Read a document, if it is one of ours."""
        if not kind:
            document.root.ignore(*document.root.keys())
        elif kind == openslo.SLO:
            self._add(document, kind, _Slo(document, self).objective())
        elif kind == openslo.SERVICE:
            self._add(document, kind, _service(document))
        elif kind == openslo.OPERATION:
            self._add(document, kind, _operation(document))
        elif kind != openslo.SLI:
            self._leave_out(document, kind)

    def _add(self, document: Document, kind: str, item: Any) -> None:
        if item:
            self.read[kind].append(item)
            addon = _addon(document)
            if addon:
                self.addons[kind, item.code] = addon

    def _leave_out(self, document: Document, kind: str) -> None:
        name = _name(document)
        is_ours = writing.alert_documents().get((kind, name))
        if is_ours != document.root.peek_all():
            is_alert = kind != openslo.DATA_SOURCE
            code = "alert_document" if is_alert else "document"
            document.notice(document.root.node, code, kind=kind, name=name)
        document.root.ignore(*document.root.keys())


def _joined(documents: Iterable[Document], name: str) -> tuple[Remark, ...]:
    return tuple(remark for one in documents for remark in getattr(one, name))


def _name(document: Document) -> str:
    """Return the name of a document as it is written."""
    metadata = document.root.peek("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else ""


# Metadata


def _metadata(root: Mapping, annotations: Iterable[str]) -> _Metadata:
    """Return the metadata of a document.

    :param annotations: the names of ours that it may have, without prefix
    """
    metadata = root.mapping("metadata")
    code = _code(metadata, "name", needed=True)
    own = metadata.mapping("annotations", needed=False)
    own.ignore(*(openslo.PREFIX + name for name in annotations))
    own.skip(*(key for key in own.keys() if not key.startswith(openslo.PREFIX)))
    metadata.skip("labels")
    name = metadata.text("displayName") or metadata.text("name")
    return _Metadata(code, _annotation(own, "name") or name, own)


def _addon(document: Document) -> str:
    """Return the addon without which a document does not apply."""
    metadata = document.root.mapping("metadata")
    return _annotation(metadata.mapping("annotations", needed=False), _ADDON)


def _annotation(annotations: Mapping, name: str) -> str:
    return annotations.text(openslo.PREFIX + name)


def _code(mapping: Mapping, key: str, needed: bool = False) -> str:
    """Return a code; an empty text without."""
    text = mapping.text(key, needed)
    code = openslo.code(text)
    if text and not code:
        mapping.problem("code", key, value=text)
    return code


def _codes(mapping: Mapping, key: str) -> tuple[str, ...]:
    """Return a list of codes."""
    texts = mapping.texts(key)
    for text in texts:
        if not openslo.code(text):
            mapping.problem("code", key, value=text)
    return tuple(openslo.code(text) for text in texts)


# Services and operations


def _service(document: Document) -> Service:
    metadata = _metadata(document.root, (*_SERVICE_ANNOTATIONS, *_LONG_TEXTS))
    spec = document.root.mapping("spec", needed=False)
    annotations = metadata.annotations
    return Service(
        metadata.code,
        metadata.name,
        _description(spec, annotations),
        _annotation(annotations, _OWNER),
        _thresholds(annotations, openslo.PREFIX + "{}-percent", _number_of_text),
        _whole_minutes(annotations, openslo.PREFIX + "late-minutes"),
    )


def _operation(document: Document) -> Operation:
    metadata = _metadata(document.root, (_ADDON,))
    spec = document.root.mapping("spec")
    latency = spec.number("latencySeconds")
    if latency is not None and not (latency > 0 and _has_decimals(latency, 2)):
        spec.problem("seconds", "latencySeconds", value=spec.peek("latencySeconds"))
    return Operation(
        metadata.code,
        metadata.name,
        None if latency is None else _float(spec, "latencySeconds", latency),
        _thresholds(spec, "{}Percent", Mapping.number),
    )


def _thresholds(mapping: Mapping, key: str, number) -> Thresholds:
    """Return thresholds as shares.

    :param key: with ``{}`` for the name of the threshold
    :param number: reads a number of the mapping
    """
    shares = {}
    for field in Thresholds._fields:
        name = key.format(field)
        percent = number(mapping, name)
        if percent is None:
            continue
        if 0 <= percent <= 100 and _has_decimals(percent, 2):
            shares[field] = float(percent / 100)
        else:
            mapping.problem("percent", name, value=mapping.peek(name))
    return Thresholds(**shares)


def _number_of_text(annotations: Mapping, key: str) -> Fraction | None:
    """Return the number in an annotation: in OpenSLO they are texts."""
    text = annotations.text(key)
    number = to_number(text)
    if text and number is None:
        annotations.problem("number", key, value=text)
    return number


def _whole_minutes(annotations: Mapping, key: str) -> int | None:
    number = _number_of_text(annotations, key)
    if number is None:
        return None
    if number < 0 or number.denominator != 1 or number > _MAX_MINUTES:
        annotations.problem("minutes", key, value=annotations.peek(key))
        return None
    return int(number)


def _has_decimals(number: Fraction, count: int) -> bool:
    """Return whether a number has at most so many decimals."""
    return (number * 10**count).denominator == 1


def _float(mapping: Mapping, key: str, number: Fraction) -> float:
    try:
        return float(number)
    except OverflowError:
        mapping.problem("too_large_number", key, value=mapping.peek(key))
        return 0.0


def _description(spec: Mapping, annotations: Mapping) -> str:
    return _annotation(annotations, "description") or spec.text("description")


# Objectives


class _Slo:
    """Reads a document SLO."""

    def __init__(self, document: Document, reader: _Reader):
        self.document, self.reader = document, reader
        self.spec = document.root.mapping("spec")

    def objective(self) -> Objective | None:
        """Return its objective; ``None`` if Odoo does not measure it."""
        indicators = self._indicators()
        sources = {source for one in indicators for source in _sources(one.peek_all())}
        if sources and openslo.SOURCE not in sources:
            names = ", ".join(sorted(sources))
            self.document.notice(self.document.root.node, "other_source", source=names)
            self.document.root.ignore(*self.document.root.keys())
            return None
        if len(sources) > 1:
            self.spec.problem("mixed_sources")
        metadata = _metadata(self.document.root, (*_SLO_ANNOTATIONS, *_LONG_TEXTS))
        annotations = metadata.annotations
        first = self._first()
        values = self._indicator(first) | self._window() | self._budgeting(first)
        self._alerts(values)
        return Objective(
            code=metadata.code,
            name=metadata.name,
            service=_code(self.spec, "service", needed=True),
            split=_split(annotations),
            description=_description(self.spec, annotations),
            owner=_annotation(annotations, _OWNER),
            calendar=_annotation(annotations, "calendar"),
            **values,
        )

    def _indicators(self) -> list[Mapping]:
        """Return the indicators that it has, as far as they are there."""
        owners = [self.spec]
        if isinstance(self.spec.peek("objectives"), tuple):
            owners += self.spec.mappings("objectives")
        indicators = []
        for owner in owners:
            if owner.has("indicator"):
                indicators.append(owner.mapping("indicator"))
            referred = owner.peek("indicatorRef")
            if isinstance(referred, str) and referred in self.reader.indicators:
                self.reader.used.add(referred)
                indicators.append(self.reader.indicators[referred].root)
        return indicators

    def _first(self) -> Mapping:
        """Return the objective of the list that is carried over."""
        objectives = self.spec.mappings("objectives")
        if not objectives:
            if self.spec.peek("objectives") == ():
                self.spec.problem("missing", "objectives")
            return self.spec.nothing("objectives[0]")
        if any(one.has("indicator") or one.has("indicatorRef") for one in objectives):
            self.spec.problem("composite")
            for one in objectives:
                one.ignore(*one.keys())
            return objectives[0]
        if len(objectives) > 1:
            self.spec.notice("other_objectives", "objectives", count=len(objectives))
        objectives[0].skip("displayName", "compositeWeight")
        return objectives[0]

    def _indicator(self, objective: Mapping) -> dict[str, Any]:
        """Return what is measured."""
        spec = self.spec
        if spec.has("indicator") == spec.has("indicatorRef"):
            spec.ignore("indicator", "indicatorRef")
            spec.problem("indicator")
            return {}
        if spec.has("indicator"):
            root = spec.mapping("indicator")
        else:
            name = spec.text("indicatorRef")
            if name not in self.reader.indicators:
                spec.problem("unknown_indicator", "indicatorRef", value=name)
                return {}
            root = self.reader.indicators[name].root
        return _metric(root, objective)

    def _window(self) -> dict[str, str]:
        windows = self.spec.mappings("timeWindow")
        if len(windows) != 1:
            if self.spec.has("timeWindow"):
                self.spec.problem("one_window", "timeWindow")
            return {}
        window = windows[0]
        is_rolling = window.boolean("isRolling")
        if is_rolling is None:
            is_rolling = not window.has("calendar")
        if is_rolling and window.has("calendar"):
            window.problem("choice", "isRolling", value="true", choices="false")
        calendar = window.mapping("calendar", needed=not is_rolling)
        text = window.text("duration", needed=True)
        code = _rolling_window(text) if is_rolling else _calendar_window(text)
        if code in CALENDAR:
            return {"window": code, "zone": _zone(calendar, code)}
        window.ignore("calendar")
        if not code and text:
            window.problem("window", "duration", value=text, choices=_WINDOWS)
        return {"window": code} if code else {}

    def _budgeting(self, objective: Mapping) -> dict[str, Any]:
        method = self.spec.choice("budgetingMethod", openslo.METHODS)
        values: dict[str, Any] = {"goal_ppm": _goal(objective)}
        if method in (None, EVENTS):
            objective.skip("timeSliceTarget", "timeSliceWindow")
            return values
        values |= {"budgeting": method, "slice_minutes": _slice_minutes(objective)}
        if method == SLICES:
            values["slice_goal_ppm"] = _slice_goal(objective)
        elif method == RATIO_SLICES:
            objective.skip("timeSliceTarget")
        return values

    def _alerts(self, values: dict[str, Any]) -> None:
        """Say that its alerts are not carried over, unless they are ours."""
        policies = self.spec.peek("alertPolicies")
        self.spec.ignore("alertPolicies")
        if not policies or "window" not in values:
            return
        expected = writing.policies(values["goal_ppm"], length(values["window"]))
        if policies != tuple({"alertPolicyRef": name} for name in expected):
            self.spec.notice("alerts", "alertPolicies")


def _sources(indicator: Any) -> set[str]:
    """Return the types of metric sources in an indicator, at any depth."""
    if not isinstance(indicator, dict):
        return set()
    found = set()
    for key, value in indicator.items():
        if key != "metricSource":
            found |= _sources(value)
        elif isinstance(value, dict):
            kind = value.get("type") or value.get("metricSourceRef")
            found |= {kind} if isinstance(kind, str) else set()
    return found


def _metric(root: Mapping, objective: Mapping) -> dict[str, Any]:
    """Return what an indicator measures."""
    if root.has("metadata"):
        metadata = root.mapping("metadata")
        metadata.ignore("name")
        metadata.skip("displayName", "labels", "annotations")
    spec = root.mapping("spec")
    spec.skip("description")
    is_ratio, is_threshold = spec.has("ratioMetric"), spec.has("thresholdMetric")
    if is_ratio == is_threshold:
        spec.problem("metric")
        spec.ignore("ratioMetric", "thresholdMetric")
        return {}
    if is_threshold:
        return _gauge(spec.mapping("thresholdMetric"), objective)
    objective.skip("op", "value")
    return _ratio(spec.mapping("ratioMetric"))


def _ratio(metric: Mapping) -> dict[str, Any]:
    """Return what a ratio of counts measures."""
    if metric.boolean("counter") is False:
        metric.notice("not_carried_over", "counter")
    odd = [key for key in ("bad", "raw", "rawType") if metric.has(key)]
    if odd or not (metric.has("good") and metric.has("total")):
        metric.ignore(*metric.keys())
        metric.problem("good_and_total")
        return {}
    good = _source(metric.mapping("good"))
    measure = _code(good, "measure") or SUCCESS
    if measure == GAUGE:
        good.problem("gauge_metric", "measure", value=measure)
    values = _events(good)
    # Others of addons may have a limit of their own.
    has_limit = measure not in (SUCCESS, LATENCY)
    seconds = good.number("seconds") if has_limit else None
    total = _source(metric.mapping("total"))
    if _events(total) != values:
        total.problem("total_differs")
    if seconds is not None:
        values["bound"] = _float(good, "seconds", seconds)
    return values | {"measure": measure}


def _gauge(metric: Mapping, objective: Mapping) -> dict[str, Any]:
    """Return what a gauge measures, and what it is compared with."""
    source = _source(metric)
    measure = _code(source, "measure") or GAUGE
    if measure != GAUGE:
        source.problem("gauge_metric", "measure", value=measure)
    bound = objective.number("value", needed=True)
    return _events(source) | {
        "measure": GAUGE,
        "gauge": _code(source, "gauge", needed=True),
        "comparison": objective.choice("op", openslo.OPERATORS) or "",
        "bound": 0.0 if bound is None else _float(objective, "value", bound),
    }


def _source(metric: Mapping) -> Mapping:
    """Return what a metric source has for Odoo."""
    source = metric.mapping("metricSource")
    source.choice("type", {openslo.SOURCE: True})
    source.skip("metricSourceRef")
    return source.mapping("spec")


def _events(source: Mapping) -> dict[str, Any]:
    """Return which events a metric source counts."""
    values = {
        "family": _code(source, "family"),
        "operations": _codes(source, "operations"),
        "system": source.text("system"),
    }
    return {key: value for key, value in values.items() if value}


def _rolling_window(text: str) -> str:
    span = openslo.duration(text)
    return openslo.rolling(span) if span else ""


def _calendar_window(text: str) -> str:
    codes = {text: code for code, text in openslo.CALENDAR_DURATIONS.items()}
    return codes.get(text, "")


def _zone(calendar: Mapping, window: str) -> str:
    """Return the time zone of a calendar window, and check its begin."""
    start = calendar.text("startTime", needed=True)
    if start and not openslo.begins(window, start):
        calendar.problem(
            "window_start", "startTime", value=start, example=openslo.CALENDAR_START
        )
    zone = calendar.text("timeZone", needed=True)
    if zone and zone not in pytz.all_timezones_set:
        calendar.problem("zone", "timeZone", value=zone)
    return zone


def _goal(objective: Mapping) -> int:
    """Return the goal in parts per million."""
    if objective.has("target") == objective.has("targetPercent"):
        objective.ignore("target", "targetPercent")
        objective.problem("target")
        return 0
    key = "target" if objective.has("target") else "targetPercent"
    number = objective.number(key)
    if number is None:
        return 0
    ppm = number * (PPM if key == "target" else PPM // 100)
    if not 0 < ppm < PPM:
        objective.problem("goal", key, value=objective.peek(key))
    elif ppm.denominator != 1:
        objective.problem("goal_decimals", key, value=objective.peek(key))
    else:
        return int(ppm)
    return 0


def _slice_goal(objective: Mapping) -> int:
    """Return the ratio from which a slice is good, in parts per million."""
    number = objective.number("timeSliceTarget", needed=True)
    if number is None:
        return 0
    ppm = number * PPM
    if 0 < ppm <= PPM and ppm.denominator == 1:
        return int(ppm)
    value = objective.peek("timeSliceTarget")
    objective.problem("slice_goal", "timeSliceTarget", value=value)
    return 0


def _slice_minutes(objective: Mapping) -> int:
    """Return the length of a slice; a number without a unit is minutes."""
    text = objective.text("timeSliceWindow", needed=True)
    span = openslo.duration(f"{text}m" if text.isdecimal() else text)
    lengths = {timedelta(minutes=minutes): minutes for minutes in SLICE_MINUTES}
    if text and span not in lengths:
        choices = ", ".join(map(openslo.minutes, lengths))
        objective.problem("choice", "timeSliceWindow", value=text, choices=choices)
    return lengths.get(span, 0)


def _split(annotations: Mapping) -> str:
    choices = {split: split for split in SPLITS}
    key = openslo.PREFIX + "split"
    return annotations.choice(key, choices, needed=False) or "company"
