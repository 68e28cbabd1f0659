"""Services, operations and objectives into OpenSLO v1."""

import functools
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import yaml

from ..burn_rate import PPM, Pair, pairs, usable_pairs
from ..objective import EVENTS, GAUGE, LATENCY, SLICES, SUCCESS, Objective
from ..window import CALENDAR, ROLLING, length
from . import openslo
from .content import Operation, Service, Thresholds
from .documents import parse

_TARGET = "odoo"
_HEADER = """\
# Objectives of Odoo, as OpenSLO v1.
#
# Not carried over: an alert of Odoo fires while the burn rates over two windows are
# high. A condition of OpenSLO has one window; the annotation reliability/and-condition
# names the one of the shorter window. Odoo also needs a number of bad events that
# depends on how many events are usual, and freezes alerts while data is missing.
# Only Odoo reads the other annotations that begin with reliability/, such as the split
# by warehouse and the working calendar.
"""


class _Dumper(yaml.SafeDumper):
    """Writes decimals as they are, and everything out in full."""

    def ignore_aliases(self, data):
        return True


def _represent_decimal(dumper: _Dumper, number: Decimal) -> yaml.Node:
    text = f"{number.normalize():f}"
    tag = "float" if "." in text else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{tag}", text)


_Dumper.add_representer(Decimal, _represent_decimal)


def write(
    objectives: Iterable[Objective],
    services: Iterable[Service] = (),
    operations: Iterable[Operation] = (),
) -> str:
    """Return them as the text of a file, in the order of their codes.

    :func:`.reading.read` reads it; comments say what OpenSLO has nothing for.
    """
    objectives = sorted(objectives)
    parts = [_HEADER]
    parts += [_text(_service(service)) for service in sorted(services, key=_code)]
    parts += [_text(_operation(one)) for one in sorted(operations, key=_code)]
    parts += [_text(_slo(one), _left_out(one)) for one in objectives]
    parts += [_text(document) for document in _alerts(objectives)]
    return "".join(parts)


def policies(goal_ppm: int, period: timedelta) -> list[str]:
    """Return the names of the alert policies of an objective, the quickest first.

    :param period: the length of its window
    """
    return [_policy_name(pair, period) for pair in usable_pairs(goal_ppm, period)]


@functools.cache
def alert_documents() -> dict[tuple[str, str], dict[str, Any]]:
    """Return all documents of alerts that are ever written, as texts, tuples and dicts,
    by kind and name.
    """
    periods = {length(window) for window in ROLLING | CALENDAR}
    texts = [_text(_target())]
    for period in periods:
        for pair in pairs(period):
            texts += map(_text, _policy(pair, period))
    documents, _problems = parse("".join(texts), "")
    contents = [document.root.peek_all() for document in documents]
    return {(one["kind"], one["metadata"]["name"]): one for one in contents}


def _code(item: Service | Operation) -> str:
    return item.code


def _text(document: dict[str, Any], comments: Iterable[str] = ()) -> str:
    body = yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=88
    )
    return "---\n" + "".join(f"# {comment}\n" for comment in comments) + body


def _document(version: str, kind: str, metadata: dict, spec: dict) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}


def _metadata(code: str, name: str, annotations: dict[str, str]) -> dict[str, Any]:
    """Return metadata, without what is empty."""
    named = {openslo.PREFIX + key: text for key, text in annotations.items() if text}
    metadata = {"name": openslo.name(code)}
    if name:
        metadata["displayName"] = name[: openslo.MAX_NAME]
    return metadata | ({"annotations": named} if named else {})


def _long_texts(name: str, description: str) -> dict[str, str]:
    """Return as annotations the texts that are longer than OpenSLO allows."""
    return {
        "name": name if len(name) > openslo.MAX_NAME else "",
        "description": (
            description if len(description) > openslo.MAX_DESCRIPTION else ""
        ),
    }


def _description(text: str) -> dict[str, str]:
    return {"description": text[: openslo.MAX_DESCRIPTION]} if text else {}


def _percent(share: float) -> Decimal:
    return Decimal(str(round(share, 4))) * 100


def _thresholds(thresholds: Thresholds, key: str) -> dict[str, Decimal]:
    return {
        key.format(name): _percent(share)
        for name, share in thresholds._asdict().items()
        if share is not None
    }


def _service(service: Service) -> dict[str, Any]:
    percents = _thresholds(service.thresholds, "{}-percent")
    annotations = {"owner": service.owner}
    annotations |= {key: f"{value.normalize():f}" for key, value in percents.items()}
    if service.late_minutes is not None:
        annotations["late-minutes"] = str(service.late_minutes)
    annotations |= _long_texts(service.name, service.description)
    metadata = _metadata(service.code, service.name, annotations)
    spec = _description(service.description)
    return _document(openslo.OPENSLO, openslo.SERVICE, metadata, spec)


def _operation(operation: Operation) -> dict[str, Any]:
    spec = _thresholds(operation.thresholds, "{}Percent")
    if operation.latency is not None:
        spec = {"latencySeconds": Decimal(str(operation.latency))} | spec
    metadata = {"name": operation.code}
    if operation.name:
        metadata["displayName"] = operation.name
    return _document(openslo.RELIABILITY, openslo.OPERATION, metadata, spec)


def _slo(objective: Objective) -> dict[str, Any]:
    annotations = {
        "owner": objective.owner,
        "split": objective.split,
        "calendar": objective.calendar,
    } | _long_texts(objective.name, objective.description)
    indicator = {
        "metadata": {"name": openslo.name(objective.code)},
        "spec": _indicator(objective),
    }
    methods = {method: name for name, method in openslo.METHODS.items()}
    names = policies(objective.goal_ppm, length(objective.window))
    spec = _description(objective.description) | {
        "service": openslo.name(objective.service),
        "indicator": indicator,
        "timeWindow": [_window(objective)],
        "budgetingMethod": methods[objective.budgeting],
        "objectives": [_goal(objective)],
        "alertPolicies": [{"alertPolicyRef": name} for name in names],
    }
    metadata = _metadata(objective.code, objective.name, annotations)
    return _document(openslo.OPENSLO, openslo.SLO, metadata, spec)


def _indicator(objective: Objective) -> dict[str, Any]:
    events = {
        "family": objective.family,
        "operations": list(objective.operations),
        "system": objective.system,
    }
    events = {key: value for key, value in events.items() if value}
    if objective.measure == GAUGE:
        if objective.family == Objective._field_defaults["family"]:
            del events["family"]
        return {"thresholdMetric": _source({"gauge": objective.gauge} | events)}
    good = {"measure": objective.measure} | events
    if objective.measure not in (SUCCESS, LATENCY) and objective.bound:
        good["seconds"] = _decimal(objective.bound)
    return {
        "ratioMetric": {
            "counter": True,
            "good": _source(good),
            "total": _source(events),
        }
    }


def _decimal(number: float) -> Decimal:
    return Decimal(repr(number + 0))  # no -0


def _source(spec: dict[str, Any]) -> dict[str, Any]:
    return {"metricSource": {"type": openslo.SOURCE, "spec": spec}}


def _window(objective: Objective) -> dict[str, Any]:
    if objective.window in ROLLING:
        return {"duration": objective.window, "isRolling": True}
    return {
        "duration": openslo.CALENDAR_DURATIONS[objective.window],
        "isRolling": False,
        "calendar": {
            "startTime": openslo.CALENDAR_START,
            "timeZone": objective.zone,
        },
    }


def _goal(objective: Objective) -> dict[str, Any]:
    goal: dict[str, Any] = {}
    if objective.measure == GAUGE:
        operators = {code: name for name, code in openslo.OPERATORS.items()}
        goal["op"] = operators[objective.comparison]
        goal["value"] = _decimal(objective.bound)
    goal["targetPercent"] = Decimal(objective.goal_ppm) / (PPM // 100)
    if objective.budgeting == SLICES:
        goal["timeSliceTarget"] = Decimal(objective.slice_goal_ppm) / PPM
    if objective.budgeting != EVENTS:
        span = timedelta(minutes=objective.slice_minutes)
        goal["timeSliceWindow"] = openslo.minutes(span)
    return goal


# Alerts


def _left_out(objective: Objective) -> list[str]:
    """Return comments on the alerts of an objective that can never fire."""
    period = length(objective.window)
    percent = Decimal(objective.goal_ppm) / (PPM // 100)
    if objective.alerts is not None:
        return ["Left out: alerts that were changed in Odoo; these are the usual ones."]
    return [
        f"Left out: {_policy_name(pair, period)} cannot fire at {percent.normalize():f}"
        " %, even when all events are bad."
        for pair in pairs(period)
        if not pair.can_fire(objective.goal_ppm, period)
    ]


def _alerts(objectives: Iterable[Objective]) -> Iterator[dict[str, Any]]:
    """Yield the documents that the objectives refer to, each once."""
    needed: dict[str, tuple[Pair, timedelta]] = {}
    for objective in objectives:
        period = length(objective.window)
        for pair in usable_pairs(objective.goal_ppm, period):
            needed[_policy_name(pair, period)] = pair, period
    for name in sorted(needed):
        yield from _policy(*needed[name])
    if needed:
        yield _target()


def _policy_name(pair: Pair, period: timedelta) -> str:
    return f"{pair.severity}-{openslo.minutes(pair.long)}-of-{period.days}d"


def _policy(pair: Pair, period: timedelta) -> Iterator[dict[str, Any]]:
    """Yield a policy and its two conditions.

    A policy has one condition only, that of the longer window: with that of the shorter
    one, every short trouble would be an alert.
    """
    name = _policy_name(pair, period)
    metadata = _metadata(name, "", {"and-condition": f"{name}-short"})
    spec = {
        "alertWhenNoData": False,
        "alertWhenResolved": True,
        "alertWhenBreaching": True,
        "conditions": [{"conditionRef": f"{name}-long"}],
        "notificationTargets": [{"targetRef": _TARGET}],
    }
    yield _document(openslo.OPENSLO, openslo.POLICY, metadata, spec)
    for window, span in (("long", pair.long), ("short", pair.short)):
        condition = {
            "kind": "burnrate",
            "op": "gt",
            "threshold": float(pair.factor(period)),
            "lookbackWindow": openslo.minutes(span),
        }
        spec = {"severity": pair.severity, "condition": condition}
        metadata = {"name": f"{name}-{window}"}
        yield _document(openslo.OPENSLO, openslo.CONDITION, metadata, spec)


def _target() -> dict[str, Any]:
    spec = {"target": _TARGET, "description": "The people whom the service names."}
    return _document(openslo.OPENSLO, openslo.TARGET, {"name": _TARGET}, spec)
