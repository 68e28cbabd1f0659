"""Make a watch, and check it until it finds the problems of a trouble."""

from waiting import wait_until

from setup import without_odoo  # noqa: F401 - makes reliability_platform importable

from reliability_platform.watch import pgbouncer, redis  # isort: skip
from reliability_platform.watch.thresholds import DEFAULTS  # isort: skip


def make_watch(**options):
    """Return the only watch of options of odoo.conf."""
    (watch,) = [*redis.make_watches(options), *pgbouncer.make_watches(options)]
    return watch


def check(watch, **thresholds):
    """Return what a check finds by the default thresholds, but for some."""
    return watch.check({**DEFAULTS, **thresholds})


def wait_for_problems(watch, *codes, **thresholds):
    """Check a watch until it finds all expected problems, and no other at that time.

    :return: code → problem
    """
    found = {}

    def has_all():
        problems = check(watch, **thresholds).problems
        found.clear()
        found.update({problem.code: problem for problem in problems})
        return found.keys() >= set(codes)

    wait_until(has_all, lambda: f"only these are found: {found}", timeout=60)
    assert found.keys() == set(codes)
    assert {problem.subject for problem in found.values()} <= {watch.subject}
    return found


def wait_for_problem(watch, code, **thresholds):
    """Return the expected problem, which is the only one."""
    return wait_for_problems(watch, code, **thresholds)[code]


def assert_healthy(watch, checks=4, **thresholds):
    """Check a watch several times, and expect no problems."""
    for _number in range(checks):
        assert check(watch, **thresholds).problems == []
