"""The report at the end of a run; docs/under-fire.md explains it."""

import sys
import time

from setup import postgres

_JOBS = """
    SELECT coalesce(string_agg(state || ' ' || jobs, ', '), 'none')
      FROM (SELECT state, count(*) AS jobs FROM queue_job GROUP BY state) AS by_state
"""
_IN_THE_FUTURE = """
    SELECT coalesce(sum(count), 0) FROM reliability_rollup_minute
     WHERE start > now() AT TIME ZONE 'UTC' + interval '5 min'
"""


def print_faults(chaos, watch, minutes):
    """Print the faults, and how /metrics was affected."""
    say(f"\n{time.strftime('%Y-%m-%d')}, {minutes:g} minutes\n\nWhat went wrong")
    for what, times in chaos.done.items():
        _count(what, times)
    say("\n/metrics")
    _count("scrapes answered", watch.answers)
    _count("scrapes not answered", watch.silences)
    _count("counters that fell", len(watch.falls))
    for reason, times in _dropped(watch.last).items():
        _count(f"dropped: {reason}", times)


def print_work(database, work, put_off, comparison):
    """Print the users' answers in a database, and the comparison of counts."""
    say(f"\n{database}: {work.rounds} rounds of work")
    for operation, calls in work.calls.items():
        say(f"    {operation}: users got {_counts(calls.answers)}")
    for page, answers in work.portal.answers.items():
        say(f"    {page}: {_counts(answers)}")
    say(f"    jobs: {postgres.psql(_JOBS, database)}")
    say(f"    jobs put off by a clock that was ahead: {put_off}")
    ahead = postgres.psql(_IN_THE_FUTURE, database)
    say(f"    calls stored at a time in the future: {ahead}")
    say("\n".join(comparison.lines()))


def print_problems(problems):
    """Print the problems, or that there are none."""
    say("\n".join(["", "Problems", *problems]) if problems else "\nAll agree.")


def say(text):
    """Print a text now, past pytest's own output."""
    print(text, file=sys.stderr, flush=True)


def _dropped(samples):
    """Return the dropped events: reason → number."""
    return {
        dict(labels)["reason"]: int(times)
        for (name, labels), times in samples.items()
        if name == "odoo_reliability_dropped_total"
    }


def _count(what, times):
    say(f"    {what:<42}{times:>11}")


def _counts(answers):
    return ", ".join(f"{answer} {count}" for answer, count in sorted(answers.items()))
