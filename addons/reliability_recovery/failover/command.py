"""The command ``odoo reliability_failover``: requests, while a standby is promoted.

It promotes nothing.  It sends a request after the other, until they are answered again
after an interruption, and then all of them once more: Odoo answers those that it has as
it did the first time.  Plain Python.
"""

import argparse
import contextlib
import json
import socket
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from odoo.addons.reliability_inbound.interruptions import interruptions
from odoo.addons.reliability_inbound.json_reading import MAX_ENTRIES

from .. import sending
from .contract import VERSION
from .observed import lost, slowest, unchecked
from .watch import KIND, SHORTEST, Odoo, Watch

DONE, FAILED = 0, 1
"""Exit codes; wrong arguments are 2, as everywhere in Python."""


def main(arguments: list[str], program: str = "odoo reliability_failover") -> int:
    """Watch a failover, and report it.

    :return: the exit code: :data:`FAILED` where no failover was seen, where requests
        are not answered any more, or where the report was not sent
    """
    parser = _parser(program)
    options = parser.parse_args(arguments)
    _check_arguments(parser, options)
    try:
        key = sending.read_key(options.key_file)
        odoo = Odoo(options.url, options.database, key)
        report = _watched(Watch(odoo), options)
        _say(_summary(report))
        path = options.evidence / f"{report['name']}.json"
        path.write_text(json.dumps(report, indent=2))
        _say(f"  evidence: {path}")
        sending.send(report, *odoo, KIND)
    except (sending.NotSent, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    return DONE if _is_seen(report) else FAILED


def _parser(program):
    parser = argparse.ArgumentParser(
        prog=program,
        allow_abbrev=False,
        description="Send requests while a standby is promoted, and report how long"
        " they were not answered, and which transactions are lost. The API key is read"
        f" from --key-file, or from the environment variable {sending.KEY_VARIABLE}.",
    )
    add = parser.add_argument
    add("--url", required=True, help="of Odoo, such as https://odoo.example.com")
    add("--database", help="its name, where the server has several")
    add("--key-file", help="a file with the API key, which only you can read")
    add("--every", type=float, default=0.5, help="seconds between two requests")
    add("--max-minutes", type=float, default=15, help="after which it ends")
    add(
        "--evidence",
        type=Path,
        default=Path(),
        help="the folder that the report is also written to; by default, this one",
    )
    return parser


def _check_arguments(parser, options):
    if options.every < SHORTEST:
        parser.error(f"--every must be at least {SHORTEST}")
    if options.max_minutes <= 0:
        parser.error("--max-minutes must be positive")
    if not options.evidence.is_dir():
        parser.error(f"there is no folder {options.evidence}")


def _watched(watch, options):
    """Watch a failover; return its report, for JSON."""
    began = datetime.now(UTC)
    with contextlib.suppress(KeyboardInterrupt):
        watch.run(options.every, options.max_minutes * 60, _say)
    _say("Now they are sent again, to see what is lost.")
    requests, again = watch.requests, watch.again()
    answered = [one for one in requests if one.answer]
    gone = lost(requests, again)
    return {
        "version": VERSION,
        "name": watch.name,
        "host": socket.gethostname(),
        "begin": began.isoformat(timespec="seconds"),
        "end": datetime.now(UTC).isoformat(timespec="seconds"),
        "requests": len(requests),
        "interruptions": list(map(_as_json, interruptions(requests))),
        "slowest": round(slowest(requests), 3),
        "lost": len(gone),
        "lost_requests": list(map(_committed, gone[:MAX_ENTRIES])),
        "unchecked": unchecked(requests, again),
        "server_before": answered[0].server,
        "server_after": answered[-1].server,
    }


def _as_json(interruption):
    ago = time.monotonic() - interruption.begin
    begin = datetime.fromtimestamp(time.time() - ago, UTC)
    seconds = interruption.seconds
    return {
        "first": interruption.first,
        "begin": begin.isoformat(timespec="milliseconds"),
        "seconds": None if seconds is None else round(seconds, 3),
        "requests": interruption.requests,
    }


def _committed(request):
    """Return what identifies a transaction, for JSON."""
    moment = datetime.fromtimestamp(request.answer["at"], UTC)
    return {
        "number": request.number,
        "transaction": request.answer["transaction"],
        "at": moment.isoformat(timespec="milliseconds"),
    }


def _is_seen(report):
    """Return whether another server has answered to the end."""
    has_ended = all(one["seconds"] is not None for one in report["interruptions"])
    return has_ended and not report["unchecked"] and not _is_same_server(report)


def _is_same_server(report):
    before = report["server_before"]
    return bool(before) and before == report["server_after"]


def _summary(report):
    """Return what a person has to know, as text."""
    lines = [f"{report['name']}: {report['requests']} requests"]
    for one in report["interruptions"]:
        seconds = one["seconds"]
        lasted = "it has not ended" if seconds is None else f"{seconds:.1f} s"
        lines.append(f"  {one['requests']} not answered from {one['begin']}: {lasted}")
    lines.append(f"  slowest answer: {report['slowest']:.1f} s")
    lines.append(f"  transactions lost: {report['lost']}")
    if report["unchecked"]:
        lines.append(f"  transactions not checked: {report['unchecked']}")
    if _is_same_server(report):
        lines.append("  the server is the same as before: no standby was promoted")
    return "\n".join(lines)


def _say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
