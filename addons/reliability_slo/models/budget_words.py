"""What is left of an error budget, in the words of what its objective measures."""

from ..burn_rate import PPM
from ..objective import EVENTS, GAUGE, LATENCY, RATIO_SLICES

FAILURES, LATE, MINUTES, TIME_SLICES = "failures", "late", "minutes", "slices"
"""What a budget is made of: failures; events that are too late; minutes in which a
number does not hold; time slices that are not good enough."""


def kind_of(slo):
    """Return what the budget of an objective is made of."""
    if slo.budgeting != EVENTS:
        return TIME_SLICES
    return {LATENCY: LATE, GAUGE: MINUTES}.get(slo.measure, FAILURES)


def unit_of(slo):
    """Return what the sums of an objective count for one: time slices that count by
    their ratio are kept in millionths."""
    return PPM if slo.budgeting == RATIO_SLICES else 1


def left_in_days(env, kind, values):
    """Return what is left of the budget of a rolling window.

    :param dict values: ``left``, ``allowed``, ``days``, as texts
    """
    _ = env._
    if kind == LATE:
        return _(
            "%(left)s of %(allowed)s may still be too late in %(days)s days", **values
        )
    if kind == MINUTES:
        return _("%(left)s of %(allowed)s minutes left in %(days)s days", **values)
    if kind == TIME_SLICES:
        return _(
            "%(left)s of %(allowed)s bad time slices left in %(days)s days", **values
        )
    return _("%(left)s of %(allowed)s failures left in %(days)s days", **values)


def left_until(env, kind, values):
    """Return what is left of the budget of a calendar window.

    :param dict values: ``left``, ``allowed``, ``day``, as texts
    """
    _ = env._
    if kind == LATE:
        return _(
            "%(left)s of %(allowed)s may still be too late until %(day)s", **values
        )
    if kind == MINUTES:
        return _("%(left)s of %(allowed)s minutes left until %(day)s", **values)
    if kind == TIME_SLICES:
        return _("%(left)s of %(allowed)s bad time slices left until %(day)s", **values)
    return _("%(left)s of %(allowed)s failures left until %(day)s", **values)


def over(env, kind, values):
    """Return how many were bad, of a budget that is exceeded.

    :param dict values: ``bad``, ``total``, ``allowed``, as texts
    """
    _ = env._
    if kind == LATE:
        return _("%(bad)s of %(total)s too late, %(allowed)s allowed", **values)
    if kind == MINUTES:
        return _("%(bad)s of %(total)s minutes bad, %(allowed)s allowed", **values)
    if kind == TIME_SLICES:
        return _("%(bad)s of %(total)s time slices bad, %(allowed)s allowed", **values)
    return _("%(bad)s of %(total)s failed, %(allowed)s allowed", **values)


def none_allowed(env, kind, values):
    """Return that there were too few events for one to be allowed to be bad.

    :param dict values: ``total``, as text
    """
    _ = env._
    if kind == LATE:
        return _("None of the %(total)s so far may be too late", **values)
    if kind == MINUTES:
        return _("None of the %(total)s minutes so far may be bad", **values)
    if kind == TIME_SLICES:
        return _("None of the %(total)s time slices so far may be bad", **values)
    return _("None of the %(total)s so far may fail", **values)


def nothing_bad(env, kind):
    """Return that nothing was bad in the last day."""
    _ = env._
    if kind == FAILURES:
        return _("Nothing failed in the last 24 hours")
    if kind == LATE:
        return _("Nothing was too late in the last 24 hours")
    return _("Nothing was bad in the last 24 hours")


def allowed_text(env, kind, values):
    """Return how many may be bad, of how many there were.

    :param dict values: ``allowed``, ``total``, ``goal``, as texts
    """
    _ = env._
    if kind == LATE:
        return _(
            "At a goal of %(goal)s %%, %(allowed)s of %(total)s may be too late",
            **values,
        )
    if kind == MINUTES:
        return _(
            "At a goal of %(goal)s %%, %(allowed)s of %(total)s minutes may be bad",
            **values,
        )
    if kind == TIME_SLICES:
        return _(
            "At a goal of %(goal)s %%, %(allowed)s of %(total)s time slices may be bad",
            **values,
        )
    return _(
        "At a goal of %(goal)s %%, %(allowed)s of %(total)s may fail",
        **values,
    )


def names(env, kind):
    """Return what is bad, as the heading of a column of numbers."""
    _ = env._
    return {
        FAILURES: _("Failures"),
        LATE: _("Too late"),
        MINUTES: _("Bad minutes"),
        TIME_SLICES: _("Bad time slices"),
    }[kind]
