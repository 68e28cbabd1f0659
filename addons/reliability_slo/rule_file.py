"""A rules file of Prometheus as data, and its text in YAML with comments.

Strings are written as JSON writes them, which is YAML, too.
"""

import json
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

OF_THE_TARGET = "instance, pod"
"""Labels that change when another host exports the gauges of a database."""
_WIDTH = 88


class Rule(NamedTuple):
    """A recording or an alerting rule.

    :ivar kind: ``record`` or ``alert``
    :ivar name: of the recorded series, or of the alert
    :ivar expression: in PromQL
    :ivar labels: added to those of the expression
    :ivar annotations: templates, of an alert
    :ivar comment: for readers of the file
    :ivar pending: how long the expression of an alert must hold before it fires, as
        Prometheus writes durations; empty if it fires at once
    """

    kind: str
    name: str
    expression: str
    labels: Mapping[str, str] = {}
    annotations: Mapping[str, str] = {}
    comment: str = ""
    pending: str = ""


class Group(NamedTuple):
    """Rules that are evaluated one after the other.

    :ivar interval: between evaluations, as Prometheus writes durations; empty for that
        of Prometheus' configuration
    """

    name: str
    rules: tuple[Rule, ...]
    interval: str = ""
    comment: str = ""


def text(groups: Iterable[Group], comment: str) -> str:
    """Return the file.

    :param comment: of the whole file; an empty line begins a paragraph
    """
    lines = [*_comment(comment, ""), "groups:"]
    for group in groups:
        lines += _group(group)
    return "\n".join(lines) + "\n"


def quoted(value: str) -> str:
    """Return a string as YAML, JSON and PromQL write it."""
    return json.dumps(value, ensure_ascii=False)


def selector(name: str, databases: Sequence[str], **labels: str) -> str:
    """Return a selector of series.

    :param name: of the series
    :param databases: names
    """
    if len(databases) == 1:
        of_databases = f"db={quoted(databases[0])}"
    else:
        of_databases = f"db=~{quoted('|'.join(map(re.escape, databases)))}"
    others = (f"{label}={quoted(value)}" for label, value in labels.items())
    return f"{name}{{{', '.join((of_databases, *others))}}}"


def _group(group):
    yield from _comment(group.comment, "  ")
    yield f"  - name: {quoted(group.name)}"
    if group.interval:
        yield f"    interval: {group.interval}"
    yield "    rules:"
    for rule in group.rules:
        yield from _rule(rule)


def _rule(rule):
    yield from _comment(rule.comment, " " * 6)
    yield f"      - {rule.kind}: {quoted(rule.name)}"
    yield "        expr: |-"
    yield textwrap.indent(rule.expression, " " * 10)
    if rule.pending:
        yield f"        for: {rule.pending}"
    yield from _mapping("labels", rule.labels)
    yield from _mapping("annotations", rule.annotations)


def _mapping(name, values):
    if values:
        yield f"        {name}:"
    for key, value in values.items():
        yield f"          {key}: {quoted(value)}"


def _comment(comment, indent):
    for paragraph in filter(None, comment.split("\n\n")):
        prefix = f"{indent}# "
        yield from textwrap.wrap(
            " ".join(paragraph.split()),
            _WIDTH,
            initial_indent=prefix,
            subsequent_indent=prefix,
            break_long_words=False,
            break_on_hyphens=False,
        )
