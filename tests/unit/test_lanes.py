"""``make test`` runs the selected tests in their lanes, and refuses unknown lanes."""

import pytest

from setup import lanes, steps

EVERY = [lane.name for lane in lanes.LANES]


def selected(*named, names=EVERY):
    """Return lane → tests."""
    return {lane.name: tests for lane, tests in lanes._select(names, named).items()}


def test_all_lanes_run_where_nothing_is_selected():
    assert selected() == {"unit": [], "odoo": [], "servers": []}


def test_a_lane_runs_alone():
    assert selected(names=["unit"]) == {"unit": []}


@pytest.mark.parametrize(
    ("path", "lane"),
    [
        ("tests/unit/test_lanes.py::test_a_lane_runs_alone", "unit"),
        ("tests/odoo", "odoo"),
        ("addons/reliability/tests/test_rollups.py", "odoo"),
        ("tests/servers/test_server.py", "servers"),
    ],
)
def test_a_test_runs_in_its_lane_only(path, lane):
    assert selected(path) == {lane: [path]}


def test_tests_of_two_lanes_run_in_both():
    paths = "tests/unit", "tests/servers/jobs"
    assert selected(*paths) == {"unit": [paths[0]], "servers": [paths[1]]}


def test_an_unknown_lane_is_refused_with_the_existing_ones():
    with pytest.raises(steps.Failure, match="there is no lane fast") as refused:
        selected(names=["fast"])
    assert "unit, odoo, servers" in str(refused.value)


def test_a_test_that_is_in_no_lane_is_refused():
    with pytest.raises(steps.Failure, match="none of the lanes .* has tests/demo"):
        selected("tests/demo")


def test_every_test_is_in_one_lane():
    """Except for tests of the demo, which take minutes."""
    for folder in ("tests", "addons"):
        for path in (lanes.paths.ROOT / folder).rglob("test_*.py"):
            found = [lane.name for lane in lanes.LANES if lane.contains(path)]
            assert len(found) == ("demo" not in path.parts), path
