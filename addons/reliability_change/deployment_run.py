"""Runs the program that deploys, and counts requests meanwhile; plain Python."""

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator

_CANNOT_RUN = 127
"""As shells say that there is no such program."""
_SIGNALED = 128
"""As shells add it to the number of the signal that has ended a program."""


def run_program(command: list[str]) -> int:
    """Run a program with the input and output of this one; return its exit code.

    A pipeline that is canceled ends this process: the program is told, too, and how it
    ends is reported.
    """
    try:
        process = subprocess.Popen(command)
    except OSError as error:
        sys.stderr.write(f"{command[0]} cannot be run: {error.strerror}\n")
        return _CANNOT_RUN
    with _passing_on(process):
        code = process.wait()
    return code if code >= 0 else _SIGNALED - code


@contextlib.contextmanager
def _passing_on(process: subprocess.Popen) -> Iterator[None]:
    """Pass on the signal to end.  Control-C reaches both, from the terminal."""
    handlers = {
        signal.SIGTERM: lambda *_arguments: process.terminate(),
        signal.SIGINT: lambda *_arguments: None,
    }
    before = {one: signal.signal(one, handler) for one, handler in handlers.items()}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
