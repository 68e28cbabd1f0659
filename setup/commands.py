"""Run other programs, quietly: what they say goes to a log."""

import shlex
import subprocess
import time

from .steps import Failure, say

PAUSE_BETWEEN_TRIES = 3


def run(command, log, tries=1, tied=True, **options):
    """Run a command, its output appended to ``log``.

    :param tries: more than one for what depends on the network.
    :param tied: end it when we are killed; otherwise it would still write into what
        the next run starts over.
    :param options: of :func:`subprocess.run`.
    :raise Failure: when it ends with an error, with the end of the log.
    """
    command = [str(part) for part in command]
    call = ["setpriv", "--pdeathsig=KILL", *command] if tied else command
    log.parent.mkdir(parents=True, exist_ok=True)
    for remaining in reversed(range(tries)):
        code = _run_once(call, log, options)
        if code == 0:
            return
        if remaining:
            say(f"   {command[0]} failed, trying again")
            time.sleep(PAUSE_BETWEEN_TRIES)
    raise Failure(f"{shlex.join(command)} ended with code {code}", log=log)


def output(command, **options):
    """What a command prints, without the last line break.

    :raise Failure: when it ends with an error, with what it said about it.
    """
    command = [str(part) for part in command]
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, **options
    )
    if result.returncode:
        raise Failure(f"{shlex.join(command)} failed: {result.stderr.strip()}")
    return result.stdout.rstrip("\n")


def _run_once(command, log, options):
    with log.open("a") as output_file:
        output_file.write(f"$ {shlex.join(command)}\n")
        output_file.flush()
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output_file,
            stderr=subprocess.STDOUT,
            check=False,
            **options,
        ).returncode
