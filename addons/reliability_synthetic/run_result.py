"""The result of a run of a journey: its attempts, and the steps of each.

Rehearsals, background work and the probe return it; the model stores it.  Plain Python.
"""

from datetime import datetime
from typing import NamedTuple

PASSED, SLOW, FAILED = "passed", "slow", "failed"
INSIDE = "odoo"
"""The place of runs that Odoo does itself; probes have names of their own."""


class StepResult(NamedTuple):
    """A step that was executed.

    :ivar step: its code
    :ivar started_at: in UTC
    :ivar result: passed, slow (over its threshold) or failed
    :ivar cause: the code of the problem of a failed step, see :mod:`.problems`
    :ivar error: the class and message of the error, masked
    :ivar values: what the sentence about the problem names, for JSON
    """

    step: str
    started_at: datetime
    seconds: float
    result: str = PASSED
    cause: str = ""
    error: str = ""
    values: dict | None = None


class Attempt(NamedTuple):
    """An attempt: its steps in the sequence of their execution.

    The first one that fails ends it.  Steps of the clean-up come last, also after a
    failed one.
    """

    started_at: datetime
    seconds: float
    steps: tuple[StepResult, ...]

    @property
    def failed_step(self) -> StepResult | None:
        """Return the first step that failed."""
        return next((step for step in self.steps if step.result == FAILED), None)

    @property
    def result(self) -> str:
        """Return failed, slow or passed."""
        results = {step.result for step in self.steps}
        return next((one for one in (FAILED, SLOW) if one in results), PASSED)


class RunResult(NamedTuple):
    """All attempts of a run; the final one decides."""

    attempts: tuple[Attempt, ...]

    @property
    def final(self) -> Attempt:
        """Return the attempt that decides."""
        return self.attempts[-1]

    @property
    def is_flaky(self) -> bool:
        """Whether the first attempt failed, and the final one did not."""
        return self.attempts[0].result == FAILED != self.final.result
