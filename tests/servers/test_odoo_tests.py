"""The comparison of Odoo's own tests with our addons and without."""

import functools
import subprocess

import pytest

from setup import odoo_tests, paths, python_env, steps
from setup.odoo_test_log import OdooTestLog

PROGRAM = paths.ROOT / "tests" / "run_by_odoo.py"


@functools.cache
def log_of(*cases):
    """Return Odoo's log of running these test classes."""
    return subprocess.run(
        [paths.PYTHON, PROGRAM, *cases],
        env=python_env.environ(),
        capture_output=True,
        text=True,
        check=True,
    ).stderr


def read(*cases):
    return OdooTestLog(log_of(*cases))


def named(name):
    return f"probe.tests.test_probe.{name}"


def test_started_and_failed_tests_are_known_by_name():
    log = read("Passing", "Failing")
    assert not log.problem
    assert log.by_module == {"probe": 4}
    assert named("Passing.test_two") in log.started
    assert log.failed == {
        named("Failing.test_one"),
        named("Subtest Failing.test_two (number=2)"),
    }


def test_a_class_that_cannot_be_set_up_is_a_failure():
    log = read("NotSetUp")
    assert not log.problem
    assert log.failed == {named("NotSetUp.setUpClass")}


@pytest.mark.parametrize("failing", ["Failing", "NotSetUp"])
def test_a_failure_only_with_us_is_named(failing):
    with pytest.raises(steps.Failure, match=f"fails only with us: .*{failing}"):
        odoo_tests.compare(read("Passing"), read("Passing", failing))


def test_a_test_that_runs_only_without_us_is_named():
    with pytest.raises(steps.Failure, match="runs only without us: .*Passing.test_one"):
        odoo_tests.compare(read("Passing", "Failing"), read("Failing"))


def test_a_failure_also_without_us_is_no_failure():
    every = "Passing", "Failing", "NotSetUp"
    odoo_tests.compare(read(*every), read(*every))


def test_an_incomplete_run_is_not_reliable():
    text = log_of("Passing", "Failing")
    for cut, problem in (
        (text.split("2 failed")[0], "did not come to an end"),
        (text.replace("Starting Passing.test_one", ""), "names 3"),
        (text.replace("FAIL: Failing.test_one", ""), "names 1"),
    ):
        assert problem in OdooTestLog(cut).problem
