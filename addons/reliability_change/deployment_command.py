"""The command ``odoo reliability_deployment``: its arguments, and what it does.

Plain Python.  A report that was sent twice, or late, changes nothing, so a pipeline may
repeat the command; but not one that runs the program that deploys.
"""

import argparse
import subprocess
import sys
from datetime import UTC, datetime

from odoo.addons.reliability_inbound import sending
from odoo.addons.reliability_inbound.json_reading import MAX_ENTRIES, InvalidReport

from . import deployment_message as message
from . import deployment_question as question
from .deployment_run import run_program
from .request_counter import RequestCounter

SENT, NOT_SENT, REFUSED = 0, 1, 3
"""Exit codes; wrong arguments are 2, as everywhere in Python.  Refused: do not deploy;
sent again, it would be refused again."""
KIND = "deployment"
RUN = "run"
"""The event that is both the begin of a program and its end."""
_PROGRAM_FOLLOWS = "--"
_STATES = {
    "begin": message.RUNNING,
    "end": message.SUCCEEDED,
    "fail": message.FAILED,
}
_TEXTS = {
    "id": "identifies the deployment, the same when it begins and when it ends",
    "release": "the version, branch or tag",
    "revision": "the commit, which may be shortened",
    "pipeline": "a link to the pipeline's run",
    "person": "who deploys it",
    "approver": "who has approved it",
    "artifact": "the digest of the image: sha256: and 64 digits",
    "rolls-back": "the id of the deployment that it undoes",
    "fixes": "the id of the deployment that it is a hot fix of",
}


class GitError(Exception):
    """Commits that Git does not list; the text says why."""


def main(arguments: list[str], program: str = "odoo reliability_deployment") -> int:
    """Send what the arguments say.

    :return: the exit code
    """
    command = []
    if _PROGRAM_FOLLOWS in arguments:
        position = arguments.index(_PROGRAM_FOLLOWS)
        arguments, command = arguments[:position], arguments[position + 1 :]
    parser = _parser(program)
    options = parser.parse_args(arguments)
    if (options.event == RUN) != bool(command):
        parser.error("run needs -- and a program; the others have none")
    if options.event == RUN:
        return _run(options, command)
    return _report(options, _STATES[options.event])


def _run(options, command):
    """Run a program unless Odoo refuses it, and report how it ends.

    Without an answer nobody knows whether a freeze lasts, so it is not run, either.

    :return: the exit code: that of the program, unless that is 0, and its end is not
        sent
    """
    if not_sent := _report(options, message.RUNNING):
        return not_sent
    counter = RequestCounter(options.url)
    if why_not := counter.why_not():
        sys.stderr.write(f"Requests are not counted: {why_not}\n")
    else:
        counter.start()
    sys.stdout.flush()
    code = run_program(command)
    values = {"at": _now()}
    if not why_not:
        counted = counter.finish()
        values["requests"] = counted._asdict()
        sys.stdout.write(
            f"{options.id}: {counted.refused} of {counted.sent} requests were refused,"
            f" for {counted.seconds} s\n"
        )
    options.override = None  # asked at the begin
    not_sent = _report(options, message.FAILED if code else message.SUCCEEDED, values)
    return code or not_sent


def _report(options, state, more=()):
    """Send a report of a deployment.

    :param more: values of the message beside those that the options say
    :return: the exit code
    """
    try:
        key = sending.read_key(options.key_file)
        body = {**_body(options, state), **dict(more)}
        message.parse(body)
        question.parse(body)
        result = sending.send(body, options.url, options.database, key, KIND)
    except (sending.NotSent, InvalidReport, GitError) as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED if isinstance(error, sending.Refused) else NOT_SENT
    detail = result.get("detail")
    sys.stdout.write(f"{options.id}: sent{f'. {detail}' if detail else ''}\n")
    return SENT


def _parser(program):
    parser = argparse.ArgumentParser(
        prog=program,
        allow_abbrev=False,  # --key is not --key-file
        usage="%(prog)s {begin,end,fail} --url URL --id ID [options]\n"
        "       %(prog)s run --url URL --id ID [options] -- PROGRAM ...",
        description="Report to Odoo that a deployment begins, ends or fails; or, by"
        " run, do so before and after a program that deploys, and count the requests"
        " that are refused meanwhile. The API key is read from --key-file, or from the"
        f" environment variable {sending.KEY_VARIABLE}.",
    )
    add = parser.add_argument
    add("event", choices=[*_STATES, RUN])
    add("--url", required=True, help="of Odoo, such as https://odoo.example.com")
    add("--database", help="its name, where the server has several")
    add("--key-file", help="a file with the API key, which only you can read")
    add("--environment", default="production", help="as people call it")
    for name, text in _TEXTS.items():
        add(f"--{name}", required=name == "id", help=text)
    for name in ("begin", "end"):
        text = f"the {name} of the planned window, such as 2026-11-30T12:00:00Z"
        add(f"--planned-{name}", metavar="TIME", help=text)
    add("--canary", action="store_true", help="only some servers are to run it")
    text = "it was made because of an incident in production"
    add("--unplanned", action="store_true", help=text)
    text = (
        "begin in spite of a freeze: the number of an override that a manager has made,"
        " or the reason, with --person"
    )
    add("--override", metavar="NUMBER|REASON", help=text)
    text = "report the commits of the Git folder here that are not in REVISION"
    add("--commits-from", metavar="REVISION", help=text)
    return parser


def _now():
    return datetime.now(UTC).isoformat(timespec="seconds")


def _body(options, state):
    """Return the message, without what the options do not say."""
    now, is_begin = _now(), state == message.RUNNING
    texts = {name: name.replace("-", "_") for name in _TEXTS}
    body = {name: getattr(options, name) for name in texts.values()}
    body |= {
        "version": message.VERSION,
        "state": state,
        "at": now,
        "environment": options.environment,
        "begin": now if is_begin else None,
        "planned": {"begin": options.planned_begin, "end": options.planned_end},
        "scope": message.CANARY if options.canary else None,
        "unplanned": options.unplanned or None,
        "commits": _commits(options.commits_from) if options.commits_from else None,
        "ask": True if is_begin else None,
        "override": options.override,
    }
    return {name: value for name, value in body.items() if value is not None}


def _commits(revision):
    """Return the commits that are not in a revision, the newest first."""
    command = ["git", "log", "--format=%H %cI", f"--max-count={MAX_ENTRIES}"]
    try:
        process = subprocess.run(
            [*command, "--end-of-options", f"{revision}..HEAD", "--"],
            capture_output=True,
            text=True,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise GitError(f"Git does not list commits: {error.stderr.strip()}") from error
    except OSError as error:
        raise GitError(f"Git cannot be run: {error}") from error
    lines = (line.split() for line in process.stdout.splitlines())
    return [{"revision": name, "at": moment} for name, moment in lines]
