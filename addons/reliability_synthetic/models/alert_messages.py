"""Alerts about journeys in words: functions of a journey, a run and an alert."""

from odoo.addons.reliability.api import formatting

from .reliability_synthetic_state import place_name

FAILING, IS_SLOW, FLAKY, STOPPED = "failing", "slow", "flaky", "not_run"
"""Causes of alerts."""
ABOUT_JOURNEYS = {STOPPED}
"""Those that are about no run."""


def _failing(journey, run, alert):
    failure = _failure(journey, run, alert)
    return formatting.paragraph(failure, run.problem) if run else failure


def _failure(journey, run, alert):
    """Return at which step, and from where, a journey fails."""
    _ = journey.env._
    place = alert.values.get("place")
    values = {
        "journey": journey.name,
        "place": place and place_name(journey.env, place),
        "step": run.failed_step_name,
        "time": formatting.moment(journey.env, alert.since),
    }
    if place and run.failed_step:
        return _(
            "%(journey)s fails from %(place)s only, at %(step)s since %(time)s",
            **values,
        )
    if place:
        return _("%(journey)s fails from %(place)s only, since %(time)s", **values)
    if run.failed_step:
        return _("%(journey)s fails at %(step)s since %(time)s", **values)
    return _("%(journey)s fails since %(time)s", **values)


def _slow(journey, run, alert):
    env, place = journey.env, alert.values.get("place")
    slow = run._final_results().filtered(lambda one: one.result == "slow")
    values = {
        "journey": journey.name,
        "place": place and place_name(env, place),
        "steps": ", ".join(slow.mapped("step_name")),
        "time": formatting.moment(env, alert.since),
        "duration": formatting.duration(env, run.seconds),
    }
    if place and slow:
        return env._(
            "%(journey)s is slow from %(place)s only, since %(time)s: the last run took"
            " %(duration)s, too long at %(steps)s",
            **values,
        )
    if slow:
        return env._(
            "%(journey)s is slow since %(time)s: the last run took %(duration)s, too"
            " long at %(steps)s",
            **values,
        )
    return env._(
        "%(journey)s is slow since %(time)s: the last run took %(duration)s", **values
    )


def _flaky(journey, _run, alert):
    return journey.env._(
        "%(journey)s is flaky: in 24 hours, the first attempt failed and a later one"
        " did not in %(count)s of %(total)s runs",
        journey=journey.name,
        count=alert.count,
        total=alert.values["total"],
    )


def _stopped(journey, _run, alert):
    return journey.env._(
        "%(journey)s has not run since %(time)s, although it is switched on: start"
        " scheduled actions, and activate Reliability: run synthetic checks",
        journey=journey.name,
        time=formatting.moment(journey.env, alert.since),
    )


DESCRIPTIONS = {
    FAILING: _failing,
    IS_SLOW: _slow,
    FLAKY: _flaky,
    STOPPED: _stopped,
}
"""Cause → the function that describes it."""
