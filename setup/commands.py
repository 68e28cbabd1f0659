"""Run other programs; their output goes to a log."""

import shlex
import subprocess
import time

from .steps import Failure, say

SECONDS_BETWEEN_ATTEMPTS = 3


def run(command, log, attempts=1, tied=True, **options):
    """Run a command, its output appended to ``log``.

    :param attempts: more than one for commands that depend on the network
    :param tied: kill the command when this process dies; otherwise it could still write
        files while the next run writes them anew
    :param options: of :func:`subprocess.run`
    :raise Failure: the command ends with an error; includes the end of the log
    """
    command = [str(part) for part in command]
    call = ["setpriv", "--pdeathsig=KILL", *command] if tied else command
    log.parent.mkdir(parents=True, exist_ok=True)
    for remaining in reversed(range(attempts)):
        code = _run_once(call, log, options)
        if code == 0:
            return
        if remaining:
            say(f"   {command[0]} failed, trying again")
            time.sleep(SECONDS_BETWEEN_ATTEMPTS)
    raise Failure(f"{shlex.join(command)} ended with code {code}", log=log)


def output(command, **options):
    """Run a command and return its output, without the last line break.

    :raise Failure: the command ends with an error; includes its standard error
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
