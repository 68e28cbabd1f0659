"""What checks find: of watches, and of the tables of a database."""

from collections.abc import Mapping
from typing import NamedTuple

from ..watch.problem import Check, Problem


class Found(NamedTuple):
    """What a check found, and since when each of its problems lasts.

    :ivar moment: when it ended, in seconds of the monotonic clock
    :ivar since: code and subject of a problem → the moment since which it is found
    """

    moment: float
    check: Check = Check()
    since: Mapping[tuple[str, str], float] = {}

    def followed_by(self, check: Check, now: float) -> "Found":
        """Return what the next check found; problems that it found again go on."""
        since = {
            problem.key: self.since.get(problem.key, now) for problem in check.problems
        }
        return Found(now, check, since)

    def problems(self, now: float) -> list[Problem]:
        """Return the problems, each with its ``seconds``."""
        return [
            problem
            if problem.seconds is not None
            else problem._replace(seconds=now - self.since[problem.key])
            for problem in self.check.problems
        ]


NOTHING = Found(float("-inf"))
"""Before the first check."""
