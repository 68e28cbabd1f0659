"""A run of background work: it sends all its signals at once, then waits for them."""

from datetime import datetime, timedelta

from odoo.models import BaseModel

from ..run_result import FAILED, PASSED, SLOW, Attempt, StepResult
from .signal import SIGNALS

NOTHING_SENT = "nothing_sent"


def begin(run: BaseModel) -> Attempt | None:
    """Send the signals of a run; they leave when the transaction commits.

    A step is left out where what it needs is not there, such as the queue of jobs.

    :return: the attempt if all steps are left out: it has failed
    """
    journey, signals = run.journey_id, run.env["reliability.synthetic.signal"]
    for step in dict.fromkeys(journey.step_ids.mapped("step")):
        signal = SIGNALS.get(step)
        if signal is not None and signal.is_available(journey):
            signals._send(run, step)
    return None if signals_of(run) else _nothing_sent(run, signals._now())


def signals_of(run: BaseModel) -> BaseModel:
    """Return the signals that a run has sent."""
    return run.env["reliability.synthetic.signal"].search([("run_id", "=", run.id)])


def progress(run: BaseModel) -> Attempt | None:
    """Return the attempt of a run, once all its signals have arrived or failed.

    Past the limit, the ones that are missing have failed.

    :return: ``None`` while it waits
    """
    signals = signals_of(run)
    if not signals:  # it sends them right now
        return None
    now = signals._now()
    started = min(signal.sent_at for signal in signals)
    limit = timedelta(seconds=run.journey_id.limit_seconds)
    if now < started + limit and not all(signal.arrived_at for signal in signals):
        return None
    # The steps of the journey may have changed meanwhile: what was sent counts.
    slow_after = {step.step: step.slow_after for step in run.journey_id.step_ids}
    results = tuple(
        _result(signal, slow_after.get(signal.step, 0.0), now) for signal in signals
    )
    ended = max(signal.arrived_at or now for signal in signals)
    signals._clean()
    return Attempt(started, (ended - started).total_seconds(), results)


def _result(signal: BaseModel, slow_after: float, now: datetime) -> StepResult:
    """Return the result of a step from its signal."""
    seconds = ((signal.arrived_at or now) - signal.sent_at).total_seconds()
    step, sent = signal.step, signal.sent_at
    if signal.error:
        cause = f"failed_{step}"
        return StepResult(step, sent, seconds, FAILED, cause, signal.error)
    if not signal.arrived_at:
        values = {"seconds": round(seconds), **signal._explain()}
        cause = f"not_arrived_{step}"
        return StepResult(step, sent, seconds, FAILED, cause, values=values)
    is_slow = 0 < slow_after < seconds
    return StepResult(step, sent, seconds, SLOW if is_slow else PASSED)


def _nothing_sent(run: BaseModel, now: datetime) -> Attempt:
    """Return the attempt of a run whose steps were all left out."""
    step = run.journey_id.step_ids[:1].step or ""
    return Attempt(now, 0.0, (StepResult(step, now, 0.0, FAILED, NOTHING_SENT),))
