"""Why a run has failed, in a sentence."""

from .problem_messages import describe_problem

DIED, BROKEN = "died", "broken"
"""Causes that belong to no step: the worker died; the way itself has failed."""


def describe_run(run):
    """Return why a run has failed, without a full stop, in the language of its user."""
    _ = run.env._
    if run.cause == DIED:
        return _(
            "The worker that ran %(journey)s on %(host)s ended before it: read the log"
            " of Odoo there, for its limits of time and memory",
            journey=run.journey_id.name,
            host=run.host or "?",
        )
    if run.cause == BROKEN:
        return _(
            "%(journey)s could not run: %(error)s",
            journey=run.journey_id.name,
            error=run.error or "",
        )
    return describe_problem(
        run.env, run.failed_step, run.cause or "", run.error or "", run.values or {}
    )
