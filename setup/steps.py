"""Print steps with their duration and, when one fails, what to do next."""

import subprocess
import sys
import time
from contextlib import contextmanager

LINES_SHOWN = 15


class Failure(Exception):
    """An expected kind of failure, shown without a traceback.

    :param message: what failed
    :param advice: what to do next; a step adds its own when there is none
    :param log: the file whose last lines give the reason
    """

    def __init__(self, message, advice=None, log=None):
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.log = log

    def __str__(self):
        lines = [self.message]
        if self.log:
            lines += [f"The end of {self.log}:", *last_lines(self.log)]
        if self.advice:
            lines.append(f"What to do next: {self.advice}")
        return "\n".join(lines)


@contextmanager
def step(title, advice="run the same command again to continue."):
    """Print a title, time the block, and end the program with advice if it fails."""
    say(f"-> {title}")
    started = time.monotonic()
    try:
        yield
    except (Failure, OSError, subprocess.SubprocessError) as error:
        failure = error if isinstance(error, Failure) else Failure(str(error))
        failure.advice = failure.advice or advice
        say(f"   FAILED after {time.monotonic() - started:.1f} s: {title}")
        give_up(failure)
    say(f"   done in {time.monotonic() - started:.1f} s")


def give_up(failure):
    """End the program with a failure's text, without a traceback."""
    print(failure, file=sys.stderr, flush=True)
    raise SystemExit(1) from None


def say(line):
    """Print a line and flush it; without a terminal Python would buffer it."""
    print(line, flush=True)


def last_lines(log, count=LINES_SHOWN):
    """Return the last lines of a log file, indented; none if it cannot be read."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        return []
    return [f"    {line}" for line in text.splitlines()[-count:]]
