"""What is wrong with a set of backups, and what is only unknown."""

from datetime import datetime, timedelta

import pytest
from reliability_recovery import checks
from reliability_recovery.checks import Policy, problems
from reliability_recovery.contract import Backup, Report, Repository
from reliability_recovery.summary import (
    NO,
    UNKNOWN,
    YES,
    Summary,
    from_json,
    summarize,
    to_json,
    usual_size,
)

NOON = datetime(2026, 11, 29, 12)
POLICY = Policy(timedelta(hours=26), True, True, 2, 7)
GOOD = Summary(
    newest_point=NOON,
    basis="commit",
    last_success=NOON,
    error="",
    complete=2,
    oldest_point=NOON - timedelta(days=8),
    newest_elsewhere=NOON,
    elsewhere=YES,
    encrypted=YES,
    gaps=0,
    missing="",
    problem="",
)


def after(hours):
    return NOON + timedelta(hours=hours)


def causes(policy=POLICY, reported=0, now=0, first=-24 * 30, **values):
    found = problems(
        GOOD._replace(**values), policy, after(reported), after(first), after(now)
    )
    return [problem.cause for problem in found]


def test_nothing_is_wrong():
    assert causes() == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"error": "damaged"}, [checks.FAILED]),
        ({"size": 1.0, "usual_size": 10.0}, [checks.SMALL]),
        ({"problem": "no path"}, [checks.REPOSITORY]),
        ({"gaps": 1, "missing": "0"}, [checks.WAL_GAP]),
        ({"encrypted": NO}, [checks.NOT_ENCRYPTED]),
        ({"encrypted": UNKNOWN}, [checks.ENCRYPTED_UNKNOWN]),
        ({"newest_elsewhere": None, "elsewhere": NO}, [checks.NOT_ELSEWHERE]),
        ({"newest_elsewhere": None, "elsewhere": YES}, [checks.NOT_ELSEWHERE]),
        ({"newest_elsewhere": None, "elsewhere": UNKNOWN}, [checks.ELSEWHERE_UNKNOWN]),
        ({"newest_elsewhere": after(-27)}, [checks.NOT_ELSEWHERE]),
        ({"complete": 1}, [checks.RETENTION]),
        ({"oldest_point": after(-24)}, [checks.RETENTION]),
        ({"last_success": after(-27)}, [checks.TOO_OLD]),
        ({"last_success": None, "complete": 0}, [checks.NEVER]),
    ],
)
def test_each_thing_that_is_wrong(values, expected):
    assert causes(**values) == expected


def test_silence_and_age_grow_without_a_report():
    assert causes(now=26) == []
    assert causes(now=27) == [checks.SILENT, checks.TOO_OLD, checks.NOT_ELSEWHERE]


def test_a_policy_of_days_begins_with_the_first_report():
    assert causes(first=-24, oldest_point=after(-24)) == []


def test_what_is_not_expected_is_not_checked():
    policy = POLICY._replace(
        must_be_elsewhere=False,
        must_be_encrypted=False,
        retention_backups=0,
        retention_days=0,
    )
    values = {"encrypted": NO, "newest_elsewhere": None, "oldest_point": NOON}
    assert causes(policy, complete=0, **values) == []


class TestSummary:
    def report(self, *backups, repositories=()):
        return Report(
            *("main", "database", "tool", NOON),
            *(tuple(repositories), tuple(backups), (), None, None),
        )

    def dump(self, label, hours, repository="here", **values):
        begin, end = after(hours), after(hours + 1)
        made = Backup(label, repository, "logical", begin, end, 1, 1, "", (), None)
        return made._replace(**values)

    def test_values_of_a_report(self):
        found = summarize(
            self.report(
                self.dump("old", -30),
                self.dump("new", -6, "there"),
                self.dump("bad", -3, error="cut off"),
                repositories=[
                    Repository("here", False, None, ""),
                    Repository("there", True, True, "slow"),
                    Repository("unused", None, False, ""),
                ],
            )
        )
        assert found.newest_point == after(-6)
        assert found.oldest_point == after(-30)
        assert found.last_success == found.newest_elsewhere == after(-5)
        assert found.error == "cut off"
        assert found.complete == 2
        assert (found.elsewhere, found.encrypted) == (YES, UNKNOWN)
        assert found.problem == "slow"

    def test_one_that_runs_does_not_hide_that_the_last_one_is_bad(self):
        bad = self.dump("bad", -6, error="cut off")
        runs = self.dump("runs", -1, end=None)
        assert summarize(self.report(bad, runs)).error == "cut off"
        died = runs._replace(error="it died")
        assert summarize(self.report(bad, died)).error == "it died"

    def test_nothing_was_ever_backed_up(self):
        found = summarize(self.report())
        assert found.newest_point is found.last_success is None
        assert (found.elsewhere, found.encrypted) == (UNKNOWN, UNKNOWN)

    @pytest.mark.parametrize("summary", [GOOD, GOOD._replace(newest_point=None)])
    def test_it_is_stored_as_json(self, summary):
        assert from_json(to_json(summary)) == summary


class TestSize:
    def test_much_smaller_than_usual(self):
        assert usual_size(4, [10, 10, 11]) == 10
        assert usual_size(0, [10, 10, 11]) == 10

    def test_as_usual(self):
        assert usual_size(5, [10, 10, 10]) is None

    def test_unknown(self):
        assert usual_size(1, [10, 10]) is None
        assert usual_size(None, [10, 10, 10]) is None
