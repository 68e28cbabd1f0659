"""The same in Prometheus: recording and alerting rules from objectives.

The rules add up the events of ``odoo_slo_events_total``; they never average ratios, and
a time without events has no ratio at all.  Numbers are those of :mod:`.burn_rate`,
printed without rounding.  docs/objectives.md says where Odoo and Prometheus differ.

The rules rely on a counter whose series begin with 0, of good and of bad events of each
budget: ``increase()`` cannot see with which value a series begins.
"""

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from . import burn_rate, evaluation_rules, rule_file
from .burn_rate import MIN_BAD, PAGE, PPM, TICKET, Pair
from .objective import EVENTS as BY_EVENTS
from .objective import RATIO_SLICES, Objective
from .rule_file import OF_THE_TARGET, Group, Rule, quoted, selector
from .window import CALENDAR, length

EVENTS = "odoo_slo_events_total"
OBJECTIVE = "odoo_slo_objective_ratio"
REMAINING = "odoo_slo_error_budget_remaining_ratio"

ODOO, SLOTH = "odoo", "sloth"
"""Names of the recorded series: ours, or those that dashboards of sloth read."""
NAMES = {
    ODOO: {
        "error": "slo:odoo_slo_error:ratio_increase{window}",
        "objective": "slo:odoo_slo_objective:ratio",
        "budget": "slo:odoo_slo_error_budget:ratio",
        "period": "slo:odoo_slo_period:days",
        "burn": "slo:odoo_slo_current_burn_rate:ratio",
        "period burn": "slo:odoo_slo_period_burn_rate:ratio",
        "remaining": "slo:odoo_slo_period_error_budget_remaining:ratio",
    },
    SLOTH: {
        "error": "slo:sli_error:ratio_rate{window}",
        "objective": "slo:objective:ratio",
        "budget": "slo:error_budget:ratio",
        "period": "slo:time_period:days",
        "burn": "slo:current_burn_rate:ratio",
        "period burn": "slo:period_burn_rate:ratio",
        "remaining": "slo:period_error_budget_remaining:ratio",
    },
}

_GOOD_AND_BAD = "slo:odoo_slo_events:increase{window}"
_BAD = "slo:odoo_slo_bad_events:increase{window}"
_SPLIT_LABELS = ("company", "warehouse", "integration")
_SPLIT = ", ".join(_SPLIT_LABELS)
_INFORMATION = "information"
_MISSING = "15m"
_DECIMALS = 12
"""Decimals of the smallest product of a goal and a part of its budget."""
_WHERE = "Database {{ $labels.db }}" + "".join(
    f"{{{{ with $labels.{label} }}}}, {label} {{{{ . }}}}{{{{ end }}}}"
    for label in _SPLIT_LABELS
)
_PERIOD_INTERVAL = "2m"
"""Less than the five minutes after which a sample is no longer current."""

_ABOUT = """
Recording and alerting rules for objectives, made by "odoo reliability_rules". Do not
edit them: make them again after objectives were changed in Odoo. Load each objective
once: give all databases that a Prometheus scrapes to one call.

Prometheus must keep samples (--storage.tsdb.retention.time) for at least the longest
period below; its default is 15 days, and budgets would be those of 15 days.

No alert of a burn rate has a "for": a rate that goes up and down would begin it again
each time.
"""


class DuplicateObjective(ValueError):
    """A database has two objectives with the same code."""


def rules(objectives: Mapping[str, Iterable[Objective]], names: str = ODOO) -> str:
    """Return a rules file in YAML; the same for the same objectives, in any order.

    Databases share the rules of an objective if its goal and window are the same there;
    where they differ, each goal has rules of its own, with the labels ``goal``,
    ``period`` and ``unit``.

    :param objectives: by the name of their database
    :param names: :data:`ODOO` or :data:`SLOTH`
    :raise DuplicateObjective: the code of an objective is not unique in its database
    """
    groups = evaluation_rules.groups(sorted(objectives)) if objectives else []
    for databases, objective, is_shared in _by_goal(objectives):
        groups += _Rules.shared_by(databases, objective, is_shared, names).groups()
    return rule_file.text(groups, _ABOUT)


def _by_goal(objectives):
    """Yield databases, their common objective, and whether no other ones differ."""
    databases = defaultdict(dict)
    for db, rows in sorted(objectives.items()):
        codes = set()
        for row in rows:
            if row.code in codes:
                raise DuplicateObjective(
                    f"The database {db} has two objectives with the code {row.code}."
                )
            codes.add(row.code)
            goal = (row.goal_ppm, row.window, _unit(row), row.pairs)
            databases[row.service, row.code].setdefault(goal, {})[db] = row
    for _key, variants in sorted(databases.items()):
        for _goal, by_database in sorted(variants.items()):
            first = next(iter(by_database.values()))
            yield tuple(by_database), first, len(variants) == 1


class _Rules(NamedTuple):
    """The rules of an objective in databases that agree on it."""

    databases: tuple[str, ...]
    objective: Objective
    names: str
    labels: Mapping[str, str]
    period: timedelta
    budget: Fraction

    @classmethod
    def shared_by(cls, databases, objective, is_shared, names):
        labels = {"slo": objective.code, "service": objective.service}
        if not is_shared:
            labels["goal"] = _percent(objective.goal_ppm)
            labels |= {"period": objective.window, "unit": _unit(objective)}
        if names == SLOTH:
            labels["sloth_service"] = objective.service
        budget = Fraction(PPM - objective.goal_ppm, PPM)
        period = length(objective.window)
        return cls(databases, objective, names, labels, period, budget)

    def groups(self):
        """Yield what is evaluated less often, and then what alerts quickly."""
        objective = self.objective
        goal = f"{_percent(objective.goal_ppm)} %"
        title = f"{objective.service}/{objective.code} {goal} {objective.window}"
        title += "" if _unit(objective) == BY_EVENTS else f" {_unit(objective)}"
        yield Group(
            f"{title} period",
            (*self._sums(self.period, self._is_rolling), *self._metadata()),
            _PERIOD_INTERVAL,
            f"{objective.name}: {goal} of {self._window}.\n\n{self._calendar()}",
        )
        windows = sorted(
            {
                w
                for pair in self._pairs
                for w in (pair.short, self._short(pair), pair.long)
            }
        )
        sums = (rule for window in windows for rule in self._sums(window))
        yield Group(
            title,
            (*sums, self._current_burn(), *self._alerts()),
            comment="\n\n".join(map(self._why_left_out, self._useless)),
        )

    # Comments

    def _calendar(self):
        if self._is_rolling:
            return ""
        return f"""
            PromQL has no ranges that begin with a calendar week, month or quarter: what
            is left of the budget is Odoo's own number. Burn rates and their alerts are
            those of a window of {_duration(self.period)}.
        """

    def _why_left_out(self, pair):
        highest = burn_rate.ceiling(self.objective.goal_ppm)
        needed = pair.smallest_goal_ppm(self.period)
        return f"""
            No {pair.severity} for {_windows(pair)}: even without any good event, the
            error budget burns {_rounded(highest)} times as fast as allowed, and this
            alert needs more than {_rounded(pair.factor(self.period))} times. It can
            fire with a goal of {_percent(needed)} % or higher.
        """

    # Recording rules

    def _sums(self, window, with_bad=True):
        """Yield the sums of events in a window, and the ratio of bad ones."""
        text = _duration(window)
        yield self._record(_GOOD_AND_BAD.format(window=text), self._increase(text))
        if with_bad:
            bad = self._increase(text, result="bad")
            error = self._name("error").format(window=text)
            label = {"sloth_window": text} if self.names == SLOTH else {}
            yield self._record(_BAD.format(window=text), bad)
            yield self._record(error, self._error(window), label)

    def _metadata(self):
        days = Fraction(self.period // timedelta(days=1))
        yield self._record(self._name("objective"), self._constant(1 - self.budget))
        yield self._record(self._name("budget"), self._constant(self.budget))
        yield self._record(self._name("period"), self._constant(days))
        yield from self._rest_of_budget()
        if self.names == SLOTH:
            info = {
                "sloth_mode": "odoo",
                "sloth_spec": "reliability_slo",
                "sloth_objective": _percent(self.objective.goal_ppm),
                "sloth_window": self.objective.window,
            }
            yield self._record("sloth_slo_info", self._constant(Fraction(1)), info)

    def _rest_of_budget(self):
        burn, remaining = self._name("period burn"), self._name("remaining")
        if self._is_rolling:
            yield self._record(burn, self._burn(self.period))
            yield self._record(remaining, f"1 - {self._recorded(burn)}")
        else:
            own = f"max without ({OF_THE_TARGET}) (\n  {self._metric(REMAINING)}\n)"
            yield self._record(remaining, self._with_ids(own))
            yield self._record(burn, f"1 - {self._recorded(remaining)}")

    def _current_burn(self):
        return self._record(self._name("burn"), self._burn(self._short(self._pairs[0])))

    def _record(self, name, expression, more=None):
        return Rule("record", name, expression, {**self.labels, **(more or {})})

    # Alerts

    def _alerts(self):
        for severity in (PAGE, TICKET):
            usable = [pair for pair in self._usable if pair.severity == severity]
            if usable:
                yield self._burn_alert(severity, usable)
        yield self._spent_alert()
        yield self._missing_alert()
        yield self._changed_alert()

    def _burn_alert(self, severity, pairs):
        limits = ", or ".join(
            f"{_number(Fraction(pair.budget_ppm, PPM // 100))} % within"
            f" {_duration(pair.long)} (and as fast in the last"
            f" {_duration(self._short(pair))})"
            for pair in pairs
        )
        seconds = self.period // timedelta(seconds=1)
        lasts = f'printf "{seconds} / %f" $value | query | first | value'
        return self._alert(
            "OdooErrorBudgetBurn",
            severity,
            "\nor\n".join(map(self._burns, pairs)),
            '{name}: the error budget burns {{ printf "%.1f" $value }} times as fast as'
            " allowed",
            f"More of the error budget is used than {limits}. At this rate, the whole"
            f" budget of {self._window} lasts {{{{ {lasts} | humanizeDuration }}}}.",
        )

    def _burns(self, pair):
        """Return the condition of a pair; its value is the burn rate."""
        factor = _number(pair.factor(self.period))
        windows = pair.long, self._short(pair)
        conditions = [f"{self._burn(window)} > {factor}" for window in windows]
        for window in windows:
            conditions += self._enough(pair, window)
        return _parenthesized("\nand\n".join(conditions))

    def _enough(self, pair, window):
        """Yield that a window has its part of the bad events that the pair needs."""
        part = pair.long // window
        used = Fraction(pair.budget_ppm, PPM) * self.budget
        bad, total = self._recorded(_BAD, window), self._all_events(self.period)
        if part > 1:
            bad = f"{part} * {bad}"
        yield f"{bad} >= {self._min_bad}"
        yield f"{bad}\n>= {_number(used)} * {total}"

    def _spent_alert(self):
        return self._alert(
            "OdooErrorBudgetSpent",
            _INFORMATION,
            f"{self._recorded(self._name('remaining'))} <= 0",
            "{name}: the error budget is spent",
            "{{ $value | humanizePercentage }} of the error budget of"
            f" {self._window} is left.",
        )

    def _missing_alert(self):
        return self._alert(
            "OdooObjectiveMissing",
            TICKET,
            "\nor\n".join(
                f"absent_over_time({selector(EVENTS, [db], slo=self.objective.code)}"
                f"[{_MISSING}])"
                for db in self.databases
            ),
            "{name}: Odoo exports no events of the objective",
            f"No sample of {EVENTS} for {_MISSING}: the database or the collector is"
            " down, or Odoo does not evaluate its objectives. If the objective was"
            " deleted, make the rules again.",
        )

    def _changed_alert(self):
        goal = _number(1 - self.budget)
        same = self._metric(OBJECTIVE, window=self.objective.window)
        return self._alert(
            "OdooObjectiveChanged",
            _INFORMATION,
            f"max without ({OF_THE_TARGET}, {_SPLIT}, window) (\n"
            f"  {self._metric(OBJECTIVE)}\n  unless\n  {same} == {goal}\n)",
            "{name}: the objective in Odoo is another one than in these rules",
            "Odoo has a goal of {{ $value | humanizePercentage }}, or another window."
            " Make the rules again.",
        )

    def _alert(self, name, severity, expression, summary, description):
        labels = {**self.labels, "severity": severity}
        if self.names == SLOTH and severity in (PAGE, TICKET):
            labels["sloth_severity"] = severity
        annotations = {
            "summary": summary.replace("{name}", _literal(self.objective.name)),
            "description": f"{_WHERE}. {description}",
        }
        return Rule("alert", name, expression, labels, annotations)

    # Expressions

    def _increase(self, window, **labels):
        return self._with_ids(
            f"sum without ({OF_THE_TARGET}, result) (\n"
            f"  increase({self._metric(EVENTS, **labels)}[{window}])\n)"
        )

    def _error(self, window):
        """Return the ratio of bad events: absent, and not NaN, without events."""
        bad, total = self._recorded(_BAD, window), self._all_events(window)
        return f"{bad}\n/ ({total} > 0)"

    def _burn(self, window):
        return f"{self._error(window)}\n/ {_number(self.budget)}"

    def _constant(self, value):
        """Return a number for each budget."""
        return f"0 * {self._all_events(self.period)} + {_number(value)}"

    def _all_events(self, window):
        return self._recorded(_GOOD_AND_BAD, window)

    def _recorded(self, name, window=None):
        name = name.format(window=_duration(window)) if window else name
        return self._metric(name, **self.labels)

    def _metric(self, name, **labels):
        labels = {"slo": self.objective.code, **labels}
        return selector(name, self.databases, **labels)

    def _with_ids(self, expression):
        """Give each budget the identifiers by which dashboards of sloth select it."""
        if self.names != SLOTH:
            return expression
        sources = ", ".join(map(quoted, ("slo", "db", *_SPLIT_LABELS)))
        joined = f'label_join(\n{expression},\n"sloth_slo", "/", {sources})'
        name = f'label_replace(\n{joined},\n"sloth_slo", "$1", "sloth_slo", "(.*?)/*")'
        identifier = quoted(f"{self.objective.service}/$1")
        return (
            f'label_replace(\n{name},\n"sloth_id", {identifier}, "sloth_slo", "(.*)")'
        )

    # Shorthand

    def _name(self, key):
        return NAMES[self.names][key]

    @property
    def _is_rolling(self):
        return self.objective.window not in CALENDAR

    @property
    def _window(self):
        window = self.objective.window
        return window if self._is_rolling else f"a calendar {window}"

    @property
    def _pairs(self):
        return self.objective.pairs

    @property
    def _usable(self):
        return [pair for pair in self._pairs if self._can_fire(pair)]

    @property
    def _useless(self):
        return [pair for pair in self._pairs if not self._can_fire(pair)]

    @property
    def _min_bad(self):
        """The fewest bad events; slices that are ratios count in millionths."""
        is_ratio = self.objective.budgeting == RATIO_SLICES
        return MIN_BAD * PPM if is_ratio else MIN_BAD

    def _short(self, pair: Pair):
        """Return the shorter window, in which at least one slice must have ended."""
        if self.objective.budgeting == BY_EVENTS:
            return pair.short
        return max(pair.short, 2 * timedelta(minutes=self.objective.slice_minutes))

    def _can_fire(self, pair: Pair):
        return pair.can_fire(self.objective.goal_ppm, self.period)


def _duration(span):
    """Return a span as Prometheus writes it."""
    for unit, seconds in (("d", 86400), ("h", 3600), ("m", 60)):
        count, rest = divmod(span // timedelta(seconds=1), seconds)
        if not rest:
            return f"{count}{unit}"
    raise ValueError(f"{span} is no number of minutes")


def _unit(objective):
    """Return what is counted."""
    if objective.budgeting == BY_EVENTS:
        return objective.budgeting
    return f"{objective.budgeting} {objective.slice_minutes}m"


def _windows(pair):
    return f"{_duration(pair.long)}/{_duration(pair.short)}"


def _percent(ppm):
    return _number(Fraction(ppm, PPM // 100))


def _number(value):
    """Return a number without rounding: a decimal, or a division of two integers."""
    decimals = 0
    while decimals < _DECIMALS and (value * 10**decimals).denominator > 1:
        decimals += 1
    digits = value * 10**decimals
    if digits.denominator > 1:
        return f"{value.numerator} / {value.denominator}"
    return f"{Decimal(digits.numerator).scaleb(-decimals):f}"


def _rounded(value):
    """Return a number for people."""
    return f"{float(value):.4g}"


def _parenthesized(expression):
    return f"(\n{textwrap.indent(expression, '  ')}\n)"


def _literal(text):
    """Return a text that a template prints as it is."""
    return text.replace("{{", '{{ "{{" }}')
