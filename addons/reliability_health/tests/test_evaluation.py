"""An operation's findings, and the status of a service after each evaluation."""

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.reliability.api import STATES, CallStats

from ..evaluation import (
    BETTER_AFTER,
    WORSE_AFTER,
    Status,
    Thresholds,
    evaluate,
    next_status,
)

NOW = datetime(2026, 3, 2, 14, 30)
MINUTE = timedelta(minutes=1)
THRESHOLDS = Thresholds(slow=0.2, refused=0.5, failing=0.05, interrupted=0.5)


def calls(success=0, slow=0, **others):
    """Return statistics of so many calls, ``slow`` of the successful ones slow."""
    counted = Counter(success=success, **others)
    return CallStats(counted, timed=success, fast=success - slow)


def finding(*minutes):
    """Return the finding for calls; the last minute is the one before ``NOW``."""
    starts = (NOW - (len(minutes) - n) * MINUTE for n in range(len(minutes)))
    return evaluate(dict(zip(starts, minutes, strict=True)), NOW, THRESHOLDS)


@tagged("-at_install", "post_install")
class TestFinding(BaseCase):
    def test_none_if_calls_succeed_or_there_are_none(self):
        self.assertIsNone(finding())
        self.assertIsNone(finding(calls(success=50)))

    def test_refusals_now_and_then_are_no_trouble(self):
        self.assertIsNone(finding(calls(success=10, rejected=9)))

    def test_failures_beyond_the_thresholds(self):
        degraded = finding(calls(success=7, failed=3))
        self.assertEqual(degraded[:4], ("degraded", "failing", 3, 10))
        interrupted = finding(calls(success=2, failed=1, killed=1, unknown=1))
        self.assertEqual(interrupted[:4], ("interrupted", "failing", 3, 5))

    def test_one_failure_of_one_call_is_no_outage(self):
        self.assertIsNone(finding(calls(failed=1)))
        self.assertEqual(finding(calls(failed=2)).state, "degraded")

    def test_slow_calls_and_refusals_beyond_the_thresholds(self):
        self.assertEqual(
            finding(calls(success=9, slow=3))[:4], ("degraded", "slow", 3, 9)
        )
        refused = finding(calls(success=1, rejected=5))
        self.assertEqual(refused[:4], ("degraded", "refused", 5, 6))

    def test_calls_without_a_duration_are_neither_fast_nor_slow(self):
        counted = CallStats(Counter(success=16))
        self.assertEqual((counted.slow, counted.on_time), (0, None))
        self.assertIsNone(finding(counted))

    def test_retried_and_deliberately_rolled_back_calls_do_not_count(self):
        self.assertIsNone(finding(calls(success=1, retried=50, rolled_back=50)))

    def test_begins_in_the_first_affected_minute(self):
        minutes = [calls(success=5)] * 3 + [calls(success=3, failed=2)] * 4
        self.assertEqual(finding(*minutes).since, NOW - 4 * MINUTE)

    def test_its_numbers_are_of_the_time_since_it_began(self):
        minutes = [calls(success=5)] * 3 + [calls(success=3, failed=2)] * 4
        found = finding(*minutes)
        self.assertEqual((found.part, found.whole), (8, 20))

    def test_ends_when_the_last_minutes_are_fine(self):
        bad, good = [calls(failed=5)] * 6, [calls(success=5)] * 6
        self.assertIsNotNone(finding(*bad))
        self.assertIsNone(finding(*bad, *good))

    def test_does_not_end_because_nobody_calls(self):
        bad, silence = [calls(failed=5)] * 6, [calls()] * 6
        self.assertIsNotNone(finding(*bad, *silence))

    def test_ends_after_a_quarter_of_an_hour(self):
        self.assertIsNone(finding(*[calls(failed=5)] * 2, *[calls()] * 15))
        self.assertIsNotNone(finding(*[calls(failed=5)] * 2, *[calls()] * 14))

    def test_the_worst_is_returned(self):
        both = finding(calls(success=4, slow=4, failed=5))
        self.assertEqual(both.kind, "failing")


@tagged("-at_install", "post_install")
class TestNextStatus(BaseCase):
    def states(self, *observed, step=MINUTE):
        """Return the states after each evaluation, the first at once."""
        status, now, states = None, NOW, []
        for state in observed:
            status = next_status(status, state, now)
            states.append(status.state)
            now += step
        return states

    def test_worse_after_a_second_evaluation(self):
        self.assertEqual(
            self.states("fine", "degraded", "degraded"), ["fine", "fine", "degraded"]
        )

    def test_one_bad_evaluation_changes_nothing(self):
        self.assertEqual(
            set(self.states("fine", "interrupted", "fine", "fine")), {"fine"}
        )

    def test_better_after_three_minutes(self):
        states = self.states("fine", *["degraded"] * 2, *["fine"] * 4)
        self.assertEqual(states[-4:], ["degraded"] * 3 + ["fine"])

    def test_back_and_forth_is_no_recovery(self):
        observed = ["degraded", "degraded", "fine", "degraded"] * 5
        self.assertEqual(set(self.states(*observed)[1:]), {"degraded"})

    def test_worse_and_still_worse_states_count_together(self):
        self.assertEqual(
            self.states("fine", "degraded", "interrupted"),
            ["fine", "fine", "interrupted"],
        )

    def test_state_began_when_it_was_first_observed(self):
        status = next_status(None, "fine", NOW)
        for minute in (1, 2, 3):
            status = next_status(status, "degraded", NOW + minute * MINUTE)
        self.assertEqual(status.since, NOW + MINUTE)

    def test_observed_state_is_pending_until_it_is_the_status(self):
        status = next_status(next_status(None, "fine", NOW), "degraded", NOW + MINUTE)
        self.assertEqual(status, Status("fine", NOW, "degraded", NOW + MINUTE))
        self.assertEqual(next_status(status, "fine", NOW + 2 * MINUTE)[2:], ("", None))

    def test_clock_that_is_set_back_delays_nothing(self):
        status = next_status(None, "fine", NOW)
        ahead = NOW + timedelta(hours=1)
        for now in (ahead, NOW, NOW + MINUTE):
            status = next_status(status, "degraded", now)
        self.assertEqual(status[:2], ("degraded", NOW))

    @given(st.lists(st.sampled_from(STATES), min_size=1, max_size=40))
    def test_never_a_state_that_was_not_observed_nor_too_early(self, observed):
        status, now = None, NOW
        for state in observed:
            before = status or Status("no_data", now)
            status = next_status(status, state, now)
            self.assertIn(status.state, (before.state, state))
            if status.state != before.state:
                calm = {status.state, before.state} <= {"no_data", "fine"}
                worse = STATES.index(status.state) > STATES.index(before.state)
                patience = WORSE_AFTER if worse else BETTER_AFTER
                self.assertTrue(calm or now - status.since >= patience)
            now += MINUTE
