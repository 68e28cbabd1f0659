"""What a drill has achieved, and what it says of objectives."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_recovery.drill_contract import parse
from reliability_recovery.drill_result import compare, failure, largest, loss

NOON = datetime(2026, 11, 29, 12)
UUID = "5f0c1e2a-3b4c-11ef-9a2b-0242ac120002"
MINUTE = timedelta(minutes=1)


def evidence(**values):
    """Return the evidence of a drill that has passed."""
    return parse(
        {
            "version": 1,
            "name": "reliability-drill-k3v9x2ab",
            "database_uuid": UUID,
            "set": "main",
            "contents": "cluster",
            "declared_at": "2026-11-29T12:00:00Z",
            "failed_at": "2026-11-29T12:00:00Z",
            "usable_at": "2026-11-29T12:07:31Z",
            "ended_at": "2026-11-29T12:07:40Z",
            "level": 3,
            "checks": [
                {"name": "stock", "result": "passed"},
                {"name": "attachments", "result": "skipped"},
            ],
        }
        | values
    )


def error(phase):
    return {"phase": phase, "text": "disk full"}


class TestPassed:
    def test_all_checks_are_green_or_left_out(self):
        assert failure(evidence(), UUID) == ""

    def test_what_it_cannot_drop_changes_nothing(self):
        assert failure(evidence(error=error("drop")), UUID) == ""


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"database_uuid": "another"}, "other_database"),
        ({"database_uuid": "another", "error": error("data")}, "other_database"),
        ({"database_uuid": None}, "unknown_database"),
        ({"database_uuid": None, "error": error("restore")}, "error"),
        ({"error": error("business")}, "error"),
        ({"checks": [{"name": "stock", "result": "failed"}]}, "check"),
        ({"usable_at": None}, "not_usable"),
        ({"level": 2}, "not_usable"),
    ],
)
def test_anything_else_has_failed(values, reason):
    assert failure(evidence(**values), UUID) == reason


class TestLoss:
    def test_it_is_what_came_after_the_newest_heartbeat(self):
        assert loss(NOON, NOON - MINUTE) == MINUTE

    def test_without_a_heartbeat_it_is_unknown(self):
        assert loss(NOON, None) is None

    def test_a_failure_before_the_backup_loses_nothing(self):
        assert loss(NOON, NOON + MINUTE) == timedelta()

    def test_the_larger_one_counts(self):
        assert largest([MINUTE, 2 * MINUTE]) == 2 * MINUTE

    def test_one_that_is_unknown_may_be_larger(self):
        assert largest([MINUTE, None]) is None


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ([5, 15], "met"),
        ([5, 16], "missed"),
        ([None, 16], "missed"),
        ([None, 5], "unknown"),
        ([None, None], "unknown"),
    ],
)
def test_an_objective_is_met_missed_or_unknown(minutes, expected):
    achieved = [one and one * MINUTE for one in minutes]
    assert compare(achieved, 15 * MINUTE) == expected


@given(st.lists(st.none() | st.timedeltas(), min_size=1, max_size=3), st.timedeltas())
def test_what_is_unknown_is_never_met(achieved, objective):
    if None in achieved:
        assert compare(achieved, objective) != "met"
