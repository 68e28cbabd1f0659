"""The command ``odoo reliability_failover``: requests, while a standby is promoted.

It promotes nothing.  It sends a request after the other, until they are answered again
after an interruption, and then all of them once more: Odoo answers those that it has as
it did the first time.  Plain Python.
"""

import argparse
import contextlib
import json
import secrets
import socket
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from .. import sending
from .observed import Request, interruptions, is_over, lost

DONE, FAILED = 0, 1
"""Exit codes; wrong arguments are 2, as everywhere in Python."""
KIND = "failover"
_ANSWERED = 20
"""So many answers after an interruption, and it is over."""
_TIMEOUT = 5  # seconds until a request counts as not answered
_PAUSE = 0.15
"""Seconds between requests that are sent again: the inbound API limits them."""
_TRIES = 5


def main(arguments: list[str], program: str = "odoo reliability_failover") -> int:
    """Watch a failover, and report it.

    :return: the exit code: :data:`FAILED` where nothing was interrupted, or where the
        report was not sent
    """
    options = _parser(program).parse_args(arguments)
    try:
        key = sending.read_key(options.key_file)
    except sending.NotSent as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    watch = _Watch(options, key)
    sys.stdout.write("Promote the standby now. Control-C ends it earlier.\n")
    with contextlib.suppress(KeyboardInterrupt):
        watch.run()
    report = watch.report()
    sys.stdout.write(_summary(report))
    if options.evidence:
        path = options.evidence / f"{report['name']}.json"
        path.write_text(json.dumps(report, indent=2))
    try:
        sending.send(report, options.url, options.database, key, KIND)
    except sending.NotSent as error:
        sys.stderr.write(f"It was not reported: {error}\n")
        return FAILED
    return DONE if report["interruptions"] else FAILED


def _parser(program):
    parser = argparse.ArgumentParser(
        prog=program,
        allow_abbrev=False,
        description="Send requests while a standby is promoted, and report how long"
        " they were not answered, and which transactions are lost.",
    )
    add = parser.add_argument
    add("--url", required=True, help="of Odoo, such as https://odoo.example.com")
    add("--database", help="its name, where the server has several")
    add("--key-file", help="a file with the API key, which only you can read")
    add("--every", type=float, default=0.5, help="seconds between two requests")
    add("--max-minutes", type=float, default=15, help="after which it ends")
    add("--evidence", type=Path, help="a folder to write the report to as well")
    return parser


class _Watch:
    """The requests of one failover."""

    def __init__(self, options, key):
        self._options, self._key = options, key
        self._name = f"reliability-failover-{secrets.token_hex(4)}"
        self._began = datetime.now(UTC)
        self._clock = time.monotonic()
        self._requests = []

    def run(self):
        """Send requests until an interruption is over, or until the time limit."""
        until = self._clock + self._options.max_minutes * 60
        while not is_over(self._requests, _ANSWERED) and time.monotonic() < until:
            number, sent = len(self._requests) + 1, time.monotonic()
            answer = self._send(number)
            self._requests.append(Request(number, sent, time.monotonic(), answer))
            time.sleep(max(0, sent + self._options.every - time.monotonic()))

    def report(self):
        """Return what was seen, as JSON."""
        answers = [one.answer for one in self._requests if one.answer]
        gone = lost(self._requests, self._again())
        return {
            "version": 1,
            "name": self._name,
            "host": socket.gethostname(),
            "begin": self._began.isoformat(timespec="seconds"),
            "end": datetime.now(UTC).isoformat(timespec="seconds"),
            "requests": len(self._requests),
            "interruptions": [
                {
                    "begin": self._moment(one.begin),
                    "seconds": one.seconds and round(one.seconds, 3),
                    "requests": one.requests,
                }
                for one in interruptions(self._requests)
            ],
            "lost": [{"number": one.number, **one.answer} for one in gone],
            "server_before": answers[0]["server"] if answers else None,
            "server_after": answers[-1]["server"] if answers else None,
        }

    def _again(self):
        """Send all requests that were answered again; return number → answer."""
        found = {}
        for one in self._requests:
            for _try in range(_TRIES if one.answer else 0):
                time.sleep(_PAUSE)
                if answer := self._send(one.number):
                    found[one.number] = answer
                    break
        return found

    def _send(self, number):
        options = self._options
        message = {"version": 1, "name": self._name, "number": number}
        try:
            return sending.send(
                *(message, options.url, options.database, self._key, KIND),
                idempotency_key=f"{self._name}-{number}",
                timeout=_TIMEOUT,
            )
        except sending.NotSent:
            return None

    def _moment(self, clock):
        ago = time.monotonic() - clock
        return datetime.fromtimestamp(time.time() - ago, UTC).isoformat()


def _summary(report):
    """Return what a person has to know, as text."""
    lines = [f"{report['name']}: {report['requests']} requests"]
    for one in report["interruptions"]:
        seconds = one["seconds"]
        lasted = "it has not ended" if seconds is None else f"{seconds:.1f} s"
        lines.append(f"  not answered from {one['begin']}: {lasted}")
    if not report["interruptions"]:
        lines.append("  nothing was interrupted")
    lines.append(f"  {len(report['lost'])} transactions are lost")
    if report["server_before"] == report["server_after"]:
        lines.append("  the server is the same as before")
    return "".join(f"{line}\n" for line in lines)
