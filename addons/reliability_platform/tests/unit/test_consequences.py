"""Problems of one watch that are only the consequence of those of another."""

import pytest

from ...watch.consequences import without_consequences
from ...watch.kinds import KINDS
from ...watch.problem import Problem

CAUSES = [
    ("disk_slow", "commits_slow"),
    ("host_disk_short", "postgres_disk_short"),
    ("postgres_disk_full", "host_disk_short"),
]


def problem(code, *devices):
    subject = "odoo-1" if KINDS[code].kind == "host" else ""
    return Problem(code, subject, devices=devices)


@pytest.mark.parametrize(("cause", "consequence"), CAUSES)
class TestTroublesOfADisk:
    def test_on_one_disk_it_is_named_once(self, cause, consequence):
        problems = [problem(consequence, 1), problem(cause, 1)]
        (found,) = without_consequences(problems)
        assert found.code == cause
        assert found.explains == (problems[0].key,)

    def test_on_two_disks_both_are_named(self, cause, consequence):
        problems = [problem(cause, 1), problem(consequence, 2)]
        assert without_consequences(problems) == problems

    def test_a_second_disk_that_has_it_is_not_hidden(self, cause, consequence):
        problems = [problem(cause, 1), problem(consequence, 1, 2)]
        assert without_consequences(problems) == problems

    def test_where_the_disk_is_not_known_both_are_named(self, cause, consequence):
        problems = [problem(cause, 1), problem(consequence)]
        assert without_consequences(problems) == problems


def test_other_problems_stay():
    problems = [problem("disk_slow", 1), problem("standby_lags"), problem("clock_off")]
    assert without_consequences(problems) == problems
