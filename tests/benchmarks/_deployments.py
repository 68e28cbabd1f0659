"""How often the comparison of deployments is wrong, and what it finds how soon.

It needs no database: traffic is simulated, and gives the same tables each time.  Prints
them in Markdown, for docs/changes.md; ``make bench ARGS=changes`` prints the first:

    .run/venv/bin/python tests/benchmarks/_deployments.py
"""

import sys
from copy import deepcopy
from math import sqrt
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[2]
sys.path[:0] = [
    str(ROOT),
    str(ROOT / "addons" / "reliability_change" / "tests" / "unit"),
]

import setup.without_odoo  # noqa: E402, F401

# isort: split
from reliability_change.comparison import CHECKS, MEASURES, compare  # noqa: E402
from simulated_traffic import DAY, STEP, Company, day_curve  # noqa: E402

WEEK = 7 * DAY
COMPANIES, DEPLOYMENTS = 170, 3
"""How many companies are simulated, and how often each deploys in a week."""
FIRST_SEED = 10_000
"""Others were used to choose the thresholds."""
RATES = (20, 20, 30, 40, 40, 60, 60, 60, 100, 100, 200, 200)
"""Calls an hour of the operations, in the busiest hour."""
POWER_COMPANIES = 20
POWER_RATES = (20, 20, 60, 60, 60, 200, 200, 200, 200, 1000, 1000, 1000)
REGRESSIONS = {
    "5 % errors": ("errors", {"errors": 0.05}),
    "30 % slower": ("duration", {"seconds": 1.3}),
    "one more query for each line": ("queries", {"queries": 1}),
    "four times as many queries": ("queries", {"queries": 18.75}),
}
"""Of orders with 8 lines on average, which take 50 queries."""
Z = 1.96


def check(before, after, start, length):
    """Return the comparison of a deployment that takes a step."""
    calls = {
        operation: calls[1 : 1 + length // STEP]
        for operation, calls in enumerate(after)
    }
    moment = start * STEP
    return compare(dict(enumerate(before)), calls, moment, moment + STEP, length)


def without_change(seed, is_left_out):
    """Yield the comparisons of deployments that change nothing, of all checks.

    :param is_left_out: function of `Calls` before
    """
    company = Company(seed, RATES)
    random = Random(f"deployments of {seed}")
    calls = company.run(0, 2 * WEEK + DAY)
    for _deployment in range(DEPLOYMENTS):
        start = _working_hour(random)
        before = [
            [step for step in one[start - WEEK : start] if not is_left_out(step)]
            for one in calls
        ]
        after = [one[start : start + DAY] for one in calls]
        yield [check(before, after, start, length) for length in CHECKS]


def _working_hour(random):
    """Return a step of the second week; some are in the night, as deployments are."""
    while True:
        start = random.randrange(WEEK, 2 * WEEK)
        if day_curve(start) > 0.3 or random.random() < 0.15:
            return start


def is_incident(calls):
    """Return whether so many calls fail that an incident would be open."""
    return calls.failed >= 2 and calls.failed >= 0.05 * calls.completed


def false_findings(is_left_out=is_incident):
    """Print how many deployments that change nothing have a finding.

    :param is_left_out: calls before that are not compared; by default as incidents
    """
    found = [
        [bool(one.findings) for one in checks]
        for seed in range(FIRST_SEED, FIRST_SEED + COMPANIES)
        for checks in without_change(seed, is_left_out)
    ]
    what = "without" if is_left_out is is_incident else "with"
    print(
        f"{len(found)} deployments that change nothing; each has {len(RATES)}"
        f" operations with {len(MEASURES)} measures, and the week before is {what} its"
        " incidents.\n"
    )
    print("| after | with a finding | share | 95 % interval |\n|---|---|---|---|")
    for number, length in enumerate(CHECKS):
        _print_share(f"{length // 60} min", [checks[number] for checks in found])
    _print_share("any of them", [any(checks) for checks in found])


def _print_share(title, found):
    low, high = wilson(sum(found), len(found))
    share = sum(found) / len(found)
    print(f"| {title} | {sum(found)} | {share:.1%} | {low:.1%} to {high:.1%} |")


def wilson(part, whole):
    """Return the interval of a share, after E. B. Wilson (1927)."""
    share, size = part / whole, Z * Z / whole
    middle = (share + size / 2) / (1 + size)
    margin = Z / (1 + size) * sqrt(share * (1 - share) / whole + size / whole / 4)
    return max(0.0, middle - margin), middle + margin


def power():
    """Print how often regressions of one operation are found."""
    heads = " | ".join(f"{length // 60} min" for length in CHECKS)
    print(
        f"\n| one operation has | calls/h | {heads} |\n|---|---|{'---|' * len(CHECKS)}"
    )
    for title, (measure, change) in REGRESSIONS.items():
        found = {}
        for seed in range(FIRST_SEED, FIRST_SEED + POWER_COMPANIES):
            for rate, checks in _with_change(seed, measure, change):
                found.setdefault(rate, []).append(checks)
        for rate, all_checks in found.items():
            shares = [
                sum(one) / len(all_checks) for one in zip(*all_checks, strict=True)
            ]
            cells = " | ".join(f"{share:.0%}" for share in shares)
            print(f"| {title} | {rate} | {cells} |")


def _with_change(seed, measure, change):
    """Yield the rate of each operation, and which checks have found its regression."""
    company = Company(seed, POWER_RATES)
    for operation in company.operations:
        operation.lines, operation.queries = 8, 5
    start = WEEK + Random(f"power of {seed}").randrange(5) * DAY + DAY * 3 // 8
    before = company.run(start - WEEK, WEEK)
    everything = dict.fromkeys(range(len(POWER_RATES)), change)
    steps = 1 + CHECKS[-1] // STEP
    changed = deepcopy(company).run(start, steps, everything)
    same = company.run(start, steps)
    for index, rate in enumerate(POWER_RATES):
        after = [*same[:index], changed[index], *same[index + 1 :]]
        results = [check(before, after, start, length) for length in CHECKS]
        yield (
            rate,
            [
                any((one.operation, one.measure) == (index, measure) for one in found)
                for found in (result.findings for result in results)
            ],
        )


if __name__ == "__main__":
    false_findings()
    print()
    false_findings(lambda _calls: False)
    power()
