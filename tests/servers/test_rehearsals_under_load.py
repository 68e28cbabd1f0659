"""Rehearsals while users sell and ship leave nothing, and let nobody wait.

Compared is the database after the same work without rehearsals; ``make
soak-rehearsals`` does this a thousand times.
"""

import pytest
from rehearsing.lock_probe import MAX_MS
from rehearsing.under_load import NAME, rehearse_under_load

from setup import paths

REHEARSALS = 30


@pytest.fixture(scope="module")
def found():
    folder = paths.RUN / "test" / NAME
    found = rehearse_under_load(f"reliability_{NAME}", folder, REHEARSALS)
    print(found)
    return found


def test_none_fails(found):
    assert not found.failed


def test_rows_numbers_quantities_and_files_are_as_without_them(found):
    assert not found.differences
    assert not found.written


def test_they_do_not_count_as_work(found):
    with_them, without = found.confirmations
    assert with_them == without == {"success": sum(found.rounds)}


def test_no_user_waits_for_a_lock_of_theirs(found):
    assert 1000 * found.locks.longest <= MAX_MS
    assert not found.locks.too_long
