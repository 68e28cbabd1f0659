"""In a simulated month, our alerts come soon for what is bad, and never for nothing.

``tests/simulation/alert_policies.py`` compares them with those of other tools.
"""

import sys

import pytest

from setup import paths

sys.path.insert(0, str(paths.ROOT / "tests" / "simulation"))

from alert_policies import watch
from policies import PAGE, TICKET, ours
from traffic_of_a_month import FAULTS, SINGLE, month

GOAL = 999_000
BUSY, QUIET = 300.0, 1 / 6


@pytest.fixture(scope="module", params=[BUSY, QUIET], ids=["busy", "quiet"])
def company(request):
    return request.param


@pytest.fixture(scope="module")
def result(company):
    return watch(ours(GOAL), month(company, seed=1))


def test_one_failure_at_night_wakes_nobody(result):
    assert result.alarms[PAGE, SINGLE].count == 0


def test_there_is_no_alert_without_a_fault(result):
    assert result.false == {PAGE: 0, TICKET: 0}


def test_a_month_without_faults_has_no_page(company):
    result = watch(ours(GOAL), month(company, seed=1, faults=()))
    assert result.false[PAGE] == 0


def test_an_outage_wakes_somebody_before_an_hour_is_over():
    result = watch(ours(GOAL), month(BUSY, seed=1))
    outages = [fault for fault in FAULTS if fault.errors == 1 and fault is not SINGLE]
    assert len(outages) == 3
    for fault in outages:
        assert result.alarms[PAGE, fault].delay < 60


def test_what_wears_the_budget_down_is_a_ticket():
    result = watch(ours(GOAL), month(BUSY, seed=1))
    slow = FAULTS[-1]
    assert result.alarms[PAGE, slow].count == 0
    assert result.alarms[TICKET, slow].count > 0
