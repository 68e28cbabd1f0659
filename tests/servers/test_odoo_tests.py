"""Odoo's own tests with our addons and without: what the comparison sees."""

import functools
import subprocess

import pytest

from setup import odoo_tests, paths, python_env, steps
from setup.odoo_test_log import OdooTestLog

PROGRAM = paths.ROOT / "tests" / "run_by_odoo.py"


@functools.cache
def log_of(*cases):
    """Return what Odoo logs when it runs these classes of tests."""
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


def test_what_runs_and_what_fails_is_known_by_name():
    log = read("Well", "Ill")
    assert not log.trouble
    assert log.by_module == {"probe": 4}
    assert named("Well.test_two") in log.started
    assert log.failed == {
        named("Ill.test_one"),
        named("Subtest Ill.test_two (number=2)"),
    }


def test_a_class_that_cannot_be_set_up_is_a_failure():
    log = read("NotSetUp")
    assert not log.trouble
    assert log.failed == {named("NotSetUp.setUpClass")}


@pytest.mark.parametrize("ill", ["Ill", "NotSetUp"])
def test_what_fails_only_with_us_is_named(ill):
    with pytest.raises(steps.Failure, match=f"fails only with us: .*{ill}"):
        odoo_tests.compare(read("Well"), read("Well", ill))


def test_a_test_that_does_not_run_with_us_is_named():
    with pytest.raises(steps.Failure, match="runs only without us: .*Well.test_one"):
        odoo_tests.compare(read("Well", "Ill"), read("Ill"))


def test_what_fails_anyhow_is_not_ours():
    every = "Well", "Ill", "NotSetUp"
    odoo_tests.compare(read(*every), read(*every))


def test_a_run_that_does_not_tell_is_not_relied_on():
    text = log_of("Well", "Ill")
    assert "did not come to an end" in OdooTestLog(text.split("2 failed")[0]).trouble
    assert "names 3" in OdooTestLog(text.replace("Starting Well.test_one", "")).trouble
    assert "names 1" in OdooTestLog(text.replace("FAIL: Ill.test_one", "")).trouble
