"""Reports of a host whose clock is wrong have the times of a right one."""

from datetime import datetime, timedelta

import pytest
from reliability_synthetic.probe import contract, host_clock

NOON = datetime(2026, 11, 30, 12)
HOUR = timedelta(hours=1)
DECADE = timedelta(days=3652)


def report(begin, sent_at):
    """Return a report of a run with one step, a second after its begin."""
    moments = [f"{one.isoformat()}Z" for one in (begin, begin + timedelta(seconds=1))]
    step = {"step": "resolve", "started_at": moments[1], "seconds": 1}
    attempt = {"started_at": moments[0], "seconds": 2}
    return contract.parse(
        {
            "version": 1,
            "journey": "public_address",
            "place": "frankfurt",
            "started_at": moments[0],
            "attempts": [attempt | {"steps": [step | {"result": "passed"}]}],
            "sent_at": sent_at and f"{sent_at.isoformat()}Z",
        }
    )


@pytest.mark.parametrize("behind", [HOUR, -HOUR, DECADE, -DECADE])
def test_all_times_are_corrected(behind):
    begin = NOON - timedelta(seconds=10)
    one = report(begin - behind, NOON - behind)
    assert host_clock.behind(one, NOON) == behind
    found = host_clock.corrected(one, NOON)
    (attempt,) = found.attempts
    (step,) = attempt.steps
    assert (found.started_at, attempt.started_at) == (begin, begin)
    assert step.started_at == begin + timedelta(seconds=1)


def test_a_run_that_waited_is_as_old_as_it_is():
    one = report(NOON - 5 * HOUR, NOON - HOUR)
    assert host_clock.corrected(one, NOON).started_at == NOON - 4 * HOUR


def test_a_clock_that_was_set_back_since_moves_no_run_into_the_future():
    one = report(NOON - timedelta(minutes=10), NOON - HOUR)
    found = host_clock.corrected(one, NOON).attempts[0].steps[0]
    assert found.started_at == NOON


@pytest.mark.parametrize(
    "sent_at",
    [
        None,
        NOON,
        NOON - timedelta(seconds=60),
        NOON + timedelta(seconds=60),
        datetime(9999, 12, 30),
    ],
)
def test_a_clock_that_is_right_unknown_or_absurd_corrects_nothing(sent_at):
    one = report(NOON - HOUR, sent_at)
    assert not host_clock.behind(one, NOON)
    assert host_clock.corrected(one, NOON) == one
