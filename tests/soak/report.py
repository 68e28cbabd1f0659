"""What a run prints at its end; docs/under-fire.md says how to read it."""

import sys
import time

from setup import postgres

_JOBS = """
    SELECT coalesce(string_agg(state || ' ' || jobs, ', '), 'none')
      FROM (SELECT state, count(*) AS jobs FROM queue_job GROUP BY state) AS by_state
"""
_YET_TO_COME = """
    SELECT coalesce(sum(count), 0) FROM reliability_rollup_minute
     WHERE start > now() AT TIME ZONE 'UTC' + interval '5 min'
"""


def tell_what_went_wrong(chaos, watch, minutes):
    """Tell how often what was broken, and how /metrics bore it."""
    say(f"\n{time.strftime('%Y-%m-%d')}, {minutes:g} minutes\n\nWhat went wrong")
    for what, times in chaos.done.items():
        _count(what, times)
    say("\n/metrics")
    _count("scrapes answered", watch.answers)
    _count("scrapes not answered", watch.silences)
    _count("counters that fell", len(watch.falls))
    for reason, times in _dropped(watch.last).items():
        _count(f"dropped: {reason}", times)


def tell_what_was_done(database, work, put_off, comparison):
    """Tell what users of a database were answered, and what was counted of it."""
    say(f"\n{database}: {work.rounds} rounds of work")
    for operation, calls in work.calls.items():
        say(f"    {operation}: users were told {_words(calls.answers)}")
    for page, answers in work.portal.answers.items():
        say(f"    {page}: {_words(answers)}")
    say(f"    jobs: {postgres.psql(_JOBS, database)}")
    say(f"    jobs put off by a clock that was ahead: {put_off}")
    ahead = postgres.psql(_YET_TO_COME, database)
    say(f"    calls kept at a time that is yet to come: {ahead}")
    say("\n".join(comparison.lines()))


def tell_the_verdict(wrong):
    """Tell what is wrong, in words, or that nothing is."""
    say("\n".join(["", "What is wrong", *wrong]) if wrong else "\nAll agree.")


def say(text):
    """Print a text now, past pytest's own output."""
    print(text, file=sys.stderr, flush=True)


def _dropped(samples):
    """Return how often something was not recorded: reason → times."""
    return {
        dict(labels)["reason"]: int(times)
        for (name, labels), times in samples.items()
        if name == "odoo_reliability_dropped_total"
    }


def _count(what, times):
    say(f"    {what:<42}{times:>11}")


def _words(answers):
    return ", ".join(f"{answer} {count}" for answer, count in sorted(answers.items()))
