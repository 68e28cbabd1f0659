"""Problems that are only the consequence of another one are not reported."""

from unittest import TestCase

from ...watch.postgres.consequences import without_consequences
from ...watch.problem import Problem

UNCONFIRMED = Problem("commits_unconfirmed", numbers={"waiting": 10})
SLOT = Problem("slot_holds_wal")


class TestConsequences(TestCase):
    def codes(self, *problems):
        return [one.code for one in without_consequences(list(problems))]

    def test_a_standby_lags_that_does_not_confirm_commits(self):
        for is_synchronous, codes in (
            (1, ["commits_unconfirmed", "slot_holds_wal"]),
            (0, ["standby_lags", "commits_unconfirmed", "slot_holds_wal"]),
        ):
            lags = Problem("standby_lags", numbers={"is_synchronous": is_synchronous})
            self.assertEqual(self.codes(lags, UNCONFIRMED, SLOT), codes)
            self.assertEqual(self.codes(lags, SLOT), ["standby_lags", "slot_holds_wal"])

    def test_connections_are_used_by_commits_that_wait(self):
        for used, codes in (
            (20, ["commits_unconfirmed"]),
            (21, ["connections_short", "commits_unconfirmed"]),
        ):
            short = Problem("connections_short", numbers={"used": used})
            self.assertEqual(self.codes(short, UNCONFIRMED), codes)

    def test_without_a_primary_nothing_else_counts(self):
        missing = Problem("postgres_no_primary")
        self.assertEqual(self.codes(SLOT, missing), ["postgres_no_primary"])
