"""The steps of an attempt as they are executed: times, results, and no secrets."""

import contextlib
import time
from collections.abc import Iterator

from ..run_result import FAILED, Attempt, StepResult
from . import problems
from .clock import Clock

_MAX_TEXT = 500
_SHORTEST_SECRET = 8
"""Characters: to hide a shorter one would make texts unreadable."""


class StepFailed(Exception):
    """Ends an attempt; the error is in the result of the step."""


class Record:
    """Records the steps of one attempt.

    :param clock: of the run
    :param values: what the sentence about any problem names
    """

    def __init__(self, clock: Clock, values: dict) -> None:
        self._clock, self._values = clock, values
        self._started_at, self._begin = clock.now(), time.monotonic()
        self._results, self._secrets = [], set()

    def hide(self, secret: str) -> None:
        """Leave a secret out of what is recorded from now on."""
        if len(secret) >= _SHORTEST_SECRET:
            self._secrets.add(secret)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step; an error fails it.

        :raise StepFailed: there was an error
        """
        started_at, begin, error = self._clock.now(), time.monotonic(), None
        try:
            yield
        except Exception as failed:
            error = failed
        result = StepResult(name, started_at, time.monotonic() - begin)
        if error:
            result = result._replace(
                result=FAILED,
                cause=problems.cause_of(name, error),
                error=self._shown(problems.text_of(error)),
                values=self._values_of(error),
            )
        self._results.append(result)
        if error:
            raise StepFailed from error

    def attempt(self) -> Attempt:
        """Return what was recorded, as an attempt that ends now."""
        seconds = time.monotonic() - self._begin
        return Attempt(self._started_at, seconds, tuple(self._results))

    def _values_of(self, error):
        values = self._values | getattr(error, "values", {})
        return {
            name: self._shown(value) if isinstance(value, str) else value
            for name, value in values.items()
        }

    def _shown(self, text):
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text[:_MAX_TEXT]
