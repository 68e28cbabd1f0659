"""The command ``odoo reliability_probe``: checks an address, and reports to Odoo.

It needs neither a database nor odoo.conf, and runs where Odoo does not.
"""

import argparse
import contextlib
import json
import math
import signal
import ssl
import sys
import threading
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from odoo.addons.reliability_inbound import sending, unsent

from ..run_result import FAILED as STEP_FAILED
from . import account, address, ending
from .run import Check, run

PASSED, FAILED = 0, 1
"""Exit codes; wrong arguments are 2, as everywhere in Python."""
KIND = "synthetic"
PREFIX = "reliability-probe-"
"""What the names of files with reports begin with."""
MAX_UNSENT = 5000
"""Reports that wait for Odoo; beyond them the oldest are deleted."""
_SEND_AGAIN = 30.0
"""Seconds after which reports are sent again that Odoo has not accepted."""


def main(arguments: list[str], program: str = "odoo reliability_probe") -> int:
    """Check an address, once or until the process is ended, and report.

    :return: the exit code: :data:`FAILED` where the only run has failed, or was not
        reported
    """
    parser = _parser(program)
    options = parser.parse_args(arguments)
    _check_arguments(parser, options)
    try:
        key = None if options.print else sending.read_key(options.key_file)
        check = _check(options)
        with contextlib.ExitStack() as stack:
            if not options.print:
                stack.enter_context(unsent.alone(options.folder, PREFIX, "--folder"))
            return _run(_Probe(check, options, key), options.once)
    except (sending.NotSent, account.NoAccount, unsent.InUse, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return FAILED


def _run(probe, is_once):
    for one in ending.SIGNALS:
        signal.signal(one, partial(_end, FAILED if is_once else PASSED))
    if is_once:
        return PASSED if probe.run_once() else FAILED
    probe.run_forever(threading.Event())
    return PASSED


def _end(code, *_signal):
    """End the process: what is to be sent is in its folder at any time."""
    sys.exit(code)


def _parser(program):
    parser = argparse.ArgumentParser(
        prog=program,
        allow_abbrev=False,  # --key is not --key-file
        description="Check an address again and again from this host, and report each"
        " run to Odoo. The API key is read from --key-file, or from the environment"
        f" variable {sending.KEY_VARIABLE}.",
    )
    add = parser.add_argument
    add("--place", required=True, help="where this host is, such as frankfurt")
    add("--journey", default="public_address", help="its code in Odoo")
    add(
        "--address",
        required=True,
        type=_address,
        help="to check, such as https://odoo.example.com; without a path, "
        + address.HEALTH,
    )
    add(
        "--account-file",
        type=Path,
        metavar="FILE",
        help="the accounts of the synthetic company, for journeys with orders; only you"
        " can read it",
    )
    add("--ca", metavar="FILE", help="CAs to trust, in PEM, instead of the system's")
    add(
        "--interval",
        type=float,
        default=300,
        metavar="SECONDS",
        help="between two runs, the same as of the journey in Odoo",
    )
    add("--attempts", type=int, default=2, help="of a run; the last one decides")
    add(
        "--limit",
        type=float,
        default=30,
        metavar="SECONDS",
        help="of each attempt",
    )
    add("--once", action="store_true", help="run once, and end")
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--url", help="of Odoo, such as https://odoo.example.com")
    target.add_argument(
        "--print", action="store_true", help="print the reports, and send nothing"
    )
    add("--database", help="its name, where the server has several")
    add("--key-file", help="a file with the API key, which only you can read")
    add(
        "--folder",
        type=Path,
        help="where reports wait until Odoo accepts them, for this probe only",
    )
    return parser


def _address(text):
    try:
        return address.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}") from error


def _check_arguments(parser, options):
    if not options.print and not (options.folder and options.folder.is_dir()):
        parser.error("--folder must name a folder that exists")
    numbers = options.interval, options.limit
    if not all(math.isfinite(one) and one > 0 for one in numbers):
        parser.error("--interval and --limit must be positive")
    if options.account_file and not options.address.is_private:
        parser.error("--address must begin with https:// where there are accounts")
    if not 1 <= options.attempts <= 5:
        parser.error("--attempts must be from 1 to 5")
    if not options.once and options.attempts * options.limit > options.interval:
        parser.error("--attempts times --limit must not be more than --interval")


def _check(options):
    """Return what is to be checked.

    :raise OSError: the CAs cannot be read
    :raise NoAccount: the accounts cannot be read
    """
    accounts = options.account_file and account.read_account(options.account_file)
    try:
        trusted = ssl.create_default_context(cafile=options.ca)
    except OSError as error:  # also of OpenSSL, which does not name the file
        raise OSError(f"{options.ca} has no certificates of CAs: {error}") from error
    return Check(
        options.journey,
        options.place,
        options.address,
        trusted,
        options.attempts,
        options.limit,
        accounts,
        options.database,
    )


class _Probe:
    def __init__(self, check, options, key):
        self._check, self._options, self._key = check, options, key

    def run_forever(self, is_over):
        """Run at once, and then at each interval of the monotonic clock.

        :param is_over: an event that ends it
        """
        begin = time.monotonic()
        while not is_over.is_set():
            is_sent = self._run()[1]
            due = _next(begin, self._options.interval, time.monotonic())
            while (left := due - time.monotonic()) > 0 and not is_over.is_set():
                is_over.wait(left if is_sent else min(left, _SEND_AGAIN))
                is_sent = is_sent or self._deliver()

    def run_once(self):
        """Run once; return whether it has passed and was reported."""
        return all(self._run())

    def _run(self):
        """Run the check, and send the report.

        :return: whether it has passed, and whether all reports were sent
        """
        result, report = run(self._check)
        _say(_summary(self._check, result))
        if self._options.print:
            _say(json.dumps(report, indent=2))
            return result.final.result != STEP_FAILED, True
        try:
            self._store(report)
        except OSError as error:
            _complain(f"The report cannot be stored: {error}")
            return result.final.result != STEP_FAILED, False
        return result.final.result != STEP_FAILED, self._deliver()

    def _store(self, report):
        name = f"{PREFIX}{datetime.now(UTC):%Y%m%dT%H%M%S-%f}"
        unsent.store(self._options.folder, name, report)
        for path in unsent.unsent(self._options.folder, PREFIX)[:-MAX_UNSENT]:
            path.unlink(missing_ok=True)

    def _deliver(self):
        """Send what was not sent yet, the oldest first.

        What Odoo has accepted is deleted, and what it refuses, too.

        :return: whether all of it was accepted
        """
        is_sent = True
        try:
            for one in unsent.deliver(self._options.folder, PREFIX, self._send):
                if one.error:
                    is_sent = False
                    _complain(f"The report was not sent: {one.error}")
                if one.error and not isinstance(one.error, sending.Refused):
                    break  # nor would be the others
                one.path.unlink(missing_ok=True)
        except OSError as error:
            _complain(f"Reports cannot be sent: {error}")
            return False
        return is_sent

    def _send(self, report):
        options = self._options
        report = {**report, "sent_at": datetime.now(UTC).isoformat()}
        sending.send(report, options.url, options.database, self._key, KIND)


def _next(begin, interval, now):
    """Return when the next run is due: those that were missed are left out."""
    return begin + (math.floor((now - begin) / interval) + 1) * interval


def _summary(check, result):
    """Return one line about a run."""
    final = result.final
    line = f"{check.journey} from {check.place}: "
    failed = [one for one in final.steps if one.result == STEP_FAILED]
    if failed:
        found = ", and at ".join(f"{one.step}: {one.error}" for one in failed)
        return f"{line}failed at {found}"
    again = ", at the second attempt" if len(result.attempts) == 2 else ""
    return f"{line}passed in {final.seconds:.3f} s{again}"


def _say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _complain(text):
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
