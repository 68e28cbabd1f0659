"""How soon policies alert of faults, and how often for nothing.

Prints tables in Markdown for docs/objectives.md: simulated months of two companies,
evaluated each minute by our rules and by those of other tools.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from policies import PAGE, POLICIES, TICKET, spells
from traffic_of_a_month import DAY, FAULTS, HOUR, MONTH, month

COMPANIES = {
    "300 events a minute, 6 million in a month": 300.0,
    "10 events an hour, 3,000 in a month": 1 / 6,
}
"""Description → events in a minute of a weekday."""


class Alarm(NamedTuple):
    """What a policy said of one fault in one month.

    :ivar delay: minutes until it alerted; ``None`` if it did not
    :ivar longer: minutes for which it still alerted after the fault; ``None`` if until
        the end of the month
    :ivar count: how many alerts began
    :ivar was_on: whether it alerted already
    """

    delay: int | None
    longer: int | None
    count: int
    was_on: bool


class Result(NamedTuple):
    """What a policy said in one month.

    :ivar alarms: (severity, fault) → :class:`Alarm`
    :ivar false: severity → number of alerts without a fault
    """

    alarms: dict
    false: dict


def watch(rules, events):
    """Return what rules say in a month.

    An alert belongs to the last fault that has begun, unless that was over for as long
    as the window of the rule.
    """
    alarms, false = {}, {}
    for severity in (PAGE, TICKET):
        caused, causeless, every = {fault: [] for fault in FAULTS}, [], []
        for rule in rules:
            if rule.severity != severity:
                continue
            for spell in spells(rule, events):
                every.append(spell)
                fault = _cause(spell, rule)
                (causeless if fault is None else caused[fault]).append(spell)
        false[severity] = len(_merged(causeless))
        for fault, found in caused.items():
            was_on = any(spell.begin <= fault.begin < spell.end for spell in every)
            alarms[severity, fault] = _alarm(fault, _merged(found), was_on)
    return Result(alarms, false)


def _cause(spell, rule):
    earlier = [fault for fault in FAULTS if fault.begin < spell.begin]
    if earlier and spell.begin <= earlier[-1].end + rule.long:
        return earlier[-1]
    return None


def _alarm(fault, found, was_on):
    if not found:
        return Alarm(None, None, 0, was_on)
    end = found[-1].end
    longer = None if end == MONTH else max(0, end - fault.end)
    return Alarm(found[0].begin - fault.begin, longer, len(found), was_on)


def _merged(found):
    """Return spells of several rules as those of one."""
    merged = []
    for spell in sorted(found):
        if merged and spell.begin <= merged[-1].end:
            end = max(spell.end, merged[-1].end)
            merged[-1] = merged[-1]._replace(end=end)
        else:
            merged.append(spell)
    return merged


def results(busiest, seed, goal_ppm):
    """Return policy → :class:`Result` of one month."""
    events = month(busiest, seed)
    return {name: watch(rules(goal_ppm), events) for name, rules in POLICIES.items()}


def table(found, severity):
    """Return a table in Markdown: what each policy said of each fault.

    :param found: of each month, as :func:`results`
    """
    lines = [["", *POLICIES], ["---"] * (len(POLICIES) + 1)]
    for fault in FAULTS:
        cells = [
            _cell([result[policy].alarms[severity, fault] for result in found])
            for policy in POLICIES
        ]
        lines.append([fault.name, *cells])
    false = [
        sum(result[policy].false[severity] for result in found) for policy in POLICIES
    ]
    lines.append(["alerts without a fault", *map(str, false)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(alarms):
    """Return what a policy said of one fault in all months."""
    alerted = [alarm for alarm in alarms if alarm.delay is not None]
    before = sum(alarm.was_on for alarm in alarms)
    parts = []
    if alerted:
        endless = any(alarm.longer is None for alarm in alerted)
        longer = [alarm.longer for alarm in alerted if alarm.longer is not None]
        end = "not over" if endless else f"{_time(median(longer))} longer"
        delay = _time(median(alarm.delay for alarm in alerted))
        count = max(alarm.count for alarm in alerted)
        times = f", up to {count} times" if count > 1 else ""
        rare = (
            f"{len(alerted)} of {len(alarms)}: " if len(alerted) < len(alarms) else ""
        )
        parts.append(f"{rare}{delay}, {end}{times}")
    if before:
        parts.append(f"on before: {before} of {len(alarms)}")
    return "; ".join(parts) or "no"


def _time(minutes):
    if minutes < 2 * HOUR:
        return f"{minutes:.0f} min"
    if minutes < 2 * DAY:
        return f"{minutes / HOUR:.1f} h"
    return f"{minutes / DAY:.1f} d"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--goal", type=float, default=99.9, help="percent")
    parser.add_argument("--seed", type=int, default=1, help="of the first month")
    parser.add_argument("--months", type=int, default=12)
    wanted = parser.parse_args()
    goal_ppm = round(wanted.goal * 10_000)
    seeds = range(wanted.seed, wanted.seed + wanted.months)
    with ProcessPoolExecutor() as pool:
        for company, busiest in COMPANIES.items():
            runs = [pool.submit(results, busiest, seed, goal_ppm) for seed in seeds]
            found = [run.result() for run in runs]
            for severity in (PAGE, TICKET):
                print(f"**{severity.capitalize()}s**, {company}:\n")
                print(table(found, severity), end="\n\n")


if __name__ == "__main__":
    main()
