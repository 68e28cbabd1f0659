"""Alert policies: ours, and those of other tools as their documentation has them.

They are evaluated each minute.  All have windows for an objective of 28 days.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

from traffic_of_a_month import DAY, HOUR, MONTH, Month

from setup.without_odoo import burn_rate, verdict

PAGE, TICKET = burn_rate.PAGE, burn_rate.TICKET
PERIOD = timedelta(minutes=MONTH)
_MINUTE = timedelta(minutes=1)
_SLICE = 5
_ALL = Fraction(1)


class Rule(NamedTuple):
    """One alert of a policy.

    :ivar long: the length of its longest window, in minutes
    :ivar fires: month, minute, whether it fired a minute ago → whether it fires
    :ivar wait: minutes for which its condition has to hold
    """

    severity: str
    long: int
    fires: Callable[[Month, int, bool], bool]
    wait: int = 0


class Spell(NamedTuple):
    """A time in which a rule fires.

    :ivar begin, end: minutes of the month; the end is exclusive
    """

    begin: int
    end: int


def spells(rule: Rule, month: Month) -> Iterator[Spell]:
    """Yield the times of the month in which a rule fires."""
    begin = None
    for now in range(1, MONTH + 1):
        if rule.fires(month, now, begin is not None):
            begin = now if begin is None else begin
        elif begin is not None:
            yield from _after_wait(rule, begin, now)
            begin = None
    if begin is not None:
        yield from _after_wait(rule, begin, MONTH)


def _after_wait(rule, begin, end):
    if begin + rule.wait < end:
        yield Spell(begin + rule.wait, end)


def ours(goal_ppm: int) -> list[Rule]:
    """Return our rules: pairs of windows, a number of bad events, none without data."""
    return [_ours(pair, goal_ppm) for pair in burn_rate.pairs(PERIOD)]


def _ours(pair, goal_ppm):
    long, short = pair.long // _MINUTE, pair.short // _MINUTE

    def fires(month, now, fired):
        evidence = verdict.Evidence(
            long=month.sums(_begin_of_slice(now - long), now),
            short=month.sums(_begin_of_slice(now - short), now),
            expected=month.sums(now - MONTH, now).total,
            coverage=_ALL,
        )
        return verdict.verdict(pair, goal_ppm, PERIOD, evidence, fired).fires

    return Rule(pair.severity, long, fires)


def _begin_of_slice(minute):
    return minute // _SLICE * _SLICE


def sloth(goal_ppm: int) -> list[Rule]:
    """Return the rules that sloth generates: the pairs alone."""
    return [
        _pair(
            pair.severity,
            pair.long // _MINUTE,
            pair.short // _MINUTE,
            float(pair.factor(PERIOD)) * _budget(goal_ppm),
        )
        for pair in burn_rate.pairs(PERIOD)
    ]


def pyrra(goal_ppm: int) -> list[Rule]:
    """Return the rules of pyrra: factors of its own, and conditions that have to hold
    for a while.
    """
    table = (
        (PAGE, HOUR, 14, 2),
        (PAGE, 6 * HOUR, 7, 15),
        (TICKET, DAY, 2, HOUR),
        (TICKET, 4 * DAY, 1, 3 * HOUR),
    )
    return [
        _pair(severity, long, long // 12, factor * _budget(goal_ppm), wait)
        for severity, long, factor, wait in table
    ]


def _pair(severity, long, short, bound, wait=0):
    """Return a rule of Prometheus for two windows; without events it does not fire."""

    def exceeds(sums):
        return bool(sums.total) and sums.bad / sums.total > bound

    def fires(month, now, _fired):
        return exceeds(month.sums(now - short, now)) and exceeds(
            month.sums(now - long, now)
        )

    return Rule(severity, long, fires, wait)


def slo_generator(goal_ppm: int) -> list[Rule]:
    """Return the rules of slo-generator's example: one window, a rounded burn rate."""
    table = (
        (PAGE, HOUR, 9),
        (PAGE, 12 * HOUR, 3),
        (TICKET, 7 * DAY, 1.5),
        (TICKET, 28 * DAY, 1),
    )
    return [_single(*row, _budget(goal_ppm)) for row in table]


def _single(severity, long, factor, budget):
    def fires(month, now, _fired):
        bad, total = month.sums(now - long, now)
        return bool(total) and round(bad / total / budget, 1) > factor

    return Rule(severity, long, fires)


def _budget(goal_ppm):
    return (burn_rate.PPM - goal_ppm) / burn_rate.PPM


POLICIES = {
    "ours": ours,
    "pairs alone, as sloth": sloth,
    "pyrra": pyrra,
    "slo-generator's example": slo_generator,
}
"""Name → function that returns its rules at a goal."""
