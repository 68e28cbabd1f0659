"""A service is called degraded when it is, and fine again when that is over."""

from collections import Counter
from datetime import datetime, timedelta
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from ...telemetry.call_stats import CallStats
from ...telemetry.evaluation import (
    BETTER_AFTER,
    STATES,
    WORSE_AFTER,
    Condition,
    Thresholds,
    follow,
    judge,
)

NOW = datetime(2026, 3, 2, 14, 30)
MINUTE = timedelta(minutes=1)
THRESHOLDS = Thresholds(slow=0.2, refused=0.5, failing=0.05, interrupted=0.5)


def calls(success=0, slow=0, **others):
    """Return figures of so many calls, ``slow`` of the successful ones slow."""
    return CallStats(Counter(success=success, **others), fast=success - slow)


def found(*minutes):
    """Return what is wrong with calls; the last minute is the one before now."""
    starts = (NOW - (len(minutes) - n) * MINUTE for n in range(len(minutes)))
    return judge(dict(zip(starts, minutes, strict=True)), NOW, THRESHOLDS)


class TestWhatIsWrong(TestCase):
    def test_nothing_where_calls_succeed_or_there_are_none(self):
        self.assertIsNone(found())
        self.assertIsNone(found(calls(success=50)))

    def test_the_business_saying_no_now_and_then_is_no_trouble(self):
        self.assertIsNone(found(calls(success=10, rejected=9)))

    def test_failures_beyond_the_limits(self):
        degraded = found(calls(success=7, failed=3))
        self.assertEqual(degraded[:4], ("degraded", "failing", 3, 10))
        interrupted = found(calls(success=2, failed=1, killed=1, unknown=1))
        self.assertEqual(interrupted[:4], ("interrupted", "failing", 3, 5))

    def test_one_failure_of_one_call_is_no_outage(self):
        self.assertIsNone(found(calls(failed=1)))
        self.assertEqual(found(calls(failed=2)).state, "degraded")

    def test_slow_calls_and_refusals_beyond_the_limits(self):
        self.assertEqual(
            found(calls(success=9, slow=3))[:4], ("degraded", "slow", 3, 9)
        )
        refused = found(calls(success=1, rejected=5))
        self.assertEqual(refused[:4], ("degraded", "refused", 5, 6))

    def test_retries_and_what_was_meant_to_be_undone_do_not_count(self):
        self.assertIsNone(found(calls(success=1, retried=50, rolled_back=50)))

    def test_since_the_first_minute_in_which_it_shows(self):
        minutes = [calls(success=5)] * 3 + [calls(success=3, failed=2)] * 4
        self.assertEqual(found(*minutes).since, NOW - 4 * MINUTE)

    def test_it_is_over_when_the_last_minutes_are_fine(self):
        bad, good = [calls(failed=5)] * 6, [calls(success=5)] * 6
        self.assertIsNotNone(found(*bad))
        self.assertIsNone(found(*bad, *good))

    def test_it_is_not_over_when_nobody_calls(self):
        bad, silence = [calls(failed=5)] * 6, [calls()] * 6
        self.assertIsNotNone(found(*bad, *silence))

    def test_what_is_older_than_a_quarter_of_an_hour_is_over(self):
        self.assertIsNone(found(*[calls(failed=5)] * 2, *[calls()] * 15))
        self.assertIsNotNone(found(*[calls(failed=5)] * 2, *[calls()] * 14))

    def test_the_worst_is_told(self):
        both = found(calls(success=4, slow=4, failed=5))
        self.assertEqual(both.kind, "failing")


class TestAChangeIsBelievedAfterAWhile(TestCase):
    def seen(self, *states, step=MINUTE):
        """Return the states after each look, the first at once."""
        condition, now, after = None, NOW, []
        for state in states:
            condition = follow(condition, state, now)
            after.append(condition.state)
            now += step
        return after

    def test_worse_after_a_second_look(self):
        self.assertEqual(
            self.seen("fine", "degraded", "degraded"), ["fine", "fine", "degraded"]
        )

    def test_one_bad_look_changes_nothing(self):
        self.assertEqual(
            set(self.seen("fine", "interrupted", "fine", "fine")), {"fine"}
        )

    def test_better_after_three_minutes(self):
        states = self.seen("fine", *["degraded"] * 2, *["fine"] * 4)
        self.assertEqual(states[-4:], ["degraded"] * 3 + ["fine"])

    def test_back_and_forth_is_no_recovery(self):
        looks = ["degraded", "degraded", "fine", "degraded"] * 5
        self.assertEqual(
            set(self.seen(*looks)[1:]), {"degraded", "no_data"} - {"no_data"}
        )

    def test_it_is_so_since_it_was_seen_first(self):
        condition = follow(None, "fine", NOW)
        for minute in (1, 2, 3):
            condition = follow(condition, "degraded", NOW + minute * MINUTE)
        self.assertEqual(condition.since, NOW + MINUTE)

    def test_a_clock_that_is_set_back_delays_nothing(self):
        condition = follow(None, "fine", NOW)
        ahead = NOW + timedelta(hours=1)
        for now in (ahead, NOW, NOW + MINUTE):
            condition = follow(condition, "degraded", now)
        self.assertEqual(condition[:2], ("degraded", NOW))

    @given(st.lists(st.sampled_from(STATES), min_size=1, max_size=40))
    def test_it_never_says_what_was_not_seen_or_too_early(self, looks):
        condition, now = None, NOW
        for state in looks:
            before = condition or Condition("no_data", now)
            condition = follow(condition, state, now)
            self.assertIn(condition.state, (before.state, state))
            if condition.state != before.state:
                calm = {condition.state, before.state} <= {"no_data", "fine"}
                worse = STATES.index(condition.state) > STATES.index(before.state)
                patience = WORSE_AFTER if worse else BETTER_AFTER
                self.assertTrue(calm or now - condition.since >= patience)
            now += MINUTE
