"""Real runs over HTTP, some of them killed, leave what was shipped, and nothing else.

``make soak-real-runs`` makes a hundred of them.
"""

import pytest
from real_runs.many import EACH_ONCE, run_many

from setup import paths


@pytest.fixture(scope="module")
def found():
    folder = paths.RUN / "test" / "real-runs"
    found = run_many("reliability_real_runs", folder, EACH_ONCE)
    print(found)
    return found


def test_those_that_nobody_kills_pass(found):
    assert not found.failed


def test_shipped_orders_remain_with_a_delivery_and_a_return(found):
    assert found.left.documents == found.remaining
    assert found.left.not_returned == 0
    fewest, all_of_them = found.may_be_shipped
    assert fewest <= found.shipped <= all_of_them


def test_the_form_counts_what_remains(found):
    assert found.left.counted == (found.shipped, 2 * found.shipped)


def test_all_of_the_stock_is_back(found):
    assert found.left.stock["internal"] == found.begin.stock["internal"]


def test_reports_of_other_companies_are_as_before(found):
    assert not found.changed_figures


def test_calls_alerts_and_numbers_of_the_business_are_as_before(found):
    assert not found.changed_records


def test_no_other_rows_are_stored(found):
    assert not found.changed_elsewhere
