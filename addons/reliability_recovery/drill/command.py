"""The command ``odoo reliability_drill``: restore a backup, and report how it went.

This process has the network: it fetches and reports.  The drill itself has none.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from odoo.addons.reliability_inbound import unsent

from .. import sending
from ..drill_contract import DROP, FETCH, sha256
from . import inside, sources
from .cluster import last_lines
from .evidence import Evidence, PhaseFailed, moment
from .isolation import NotIsolated, explain, isolated
from .target import PREFIX, Refused, Target, check_parent, leftovers
from .wal_relay import relay

PASSED, FAILED = 0, 1
"""Exit codes; wrong arguments are 2, as everywhere in Python."""
COMMAND = "reliability_drill"
KIND = "drill"
INSIDE = "--inside"
"""Run the phases in the folder of a drill: for the process without network."""
_LOG, _FETCH_LOG = "inside.log", "fetch.log"
_SERVERS = {"PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGPASSWORD", "PGSERVICE"}
"""Variables that name another server than that of the drill."""
_CHECK_EVERY = 0.5  # seconds
_NOT_DRILLED = Refused, NotIsolated, unsent.InUse, sending.NotSent, OSError
_GIB = 2**30
_RESERVE = 2**20


def main(arguments: list[str], program: str, addons_path: str) -> int:
    """Restore what the arguments name, check it, delete it, and report.

    :param addons_path: of Odoo, with all addons that a restored database has
    :return: the exit code: :data:`FAILED` also where the report was not sent
    """
    if arguments[:1] == [INSIDE]:
        inside.main(Path(arguments[1]))
        return PASSED
    parser = _parser(program)
    options = parser.parse_args(arguments)
    _check_arguments(parser, options)
    try:
        key = None if options.print else sending.read_key(options.key_file)
        check_parent(options.folder)
        with unsent.alone(_evidence_folder(options), PREFIX, "--evidence"):
            _finish_leftovers(options)
            evidence = _drill(options, addons_path)
            is_reported = _report_all(options, key)
    except _NOT_DRILLED as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    return PASSED if evidence.is_passed and is_reported else FAILED


def _parser(program):
    parser = argparse.ArgumentParser(
        prog=program,
        allow_abbrev=False,
        description="Restore a backup in a folder, without network, work with it, and"
        " delete it. The API key is read from --key-file, or from the environment"
        f" variable {sending.KEY_VARIABLE}.",
    )
    add = parser.add_argument
    add(
        "--folder",
        type=Path,
        required=True,
        help="where to restore, with space for a copy; nothing else is written",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--pgbackrest", metavar="STANZA", help="a stanza of pgBackRest")
    what.add_argument("--dump", help="a dump of pg_dump")
    what.add_argument("--zip", help="a zip file of Odoo")
    add("--filestore", help="a copy of the filestore: a folder, or an archive of tar")
    add("--repository", type=int, help="of pgBackRest, such as 2")
    add("--backup", metavar="LABEL", help="of pgBackRest; without it, the newest")
    add(
        "--to",
        type=_moment,
        metavar="TIME",
        help="restore to this time, such as just before an incident",
    )
    add("--database", help="its name, where the backup has several")
    add("--uuid", help="the database.uuid that it must have")
    add("--set", help="the name of its set in Platform > Backups, if it has another")
    add("--filestore-set", help="the name of the set with the files")
    add(
        "--failed-at",
        type=_moment,
        metavar="TIME",
        help="the declared moment of the failure; without it, now, or that of --to",
    )
    add("--superuser", default="postgres", help="a superuser of the restored cluster")
    add("--bin-dir", help="the folder with the programs of PostgreSQL")
    add("--max-minutes", type=float, default=240, help="after which the drill is ended")
    add(
        "--keep-free-gib",
        type=float,
        default=5,
        help="the drill is ended before less than this is free in its folder",
    )
    add("--evidence", type=Path, help="a folder to write the evidence to as well")
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--url", help="of Odoo, such as https://odoo.example.com")
    target.add_argument(
        "--print", action="store_true", help="print the evidence, and send nothing"
    )
    add("--send-to", metavar="DATABASE", help="where the server of --url has several")
    add("--key-file", help="a file with the API key, which only you can read")
    return parser


def _moment(text):
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time zone is needed, such as 2026-11-29T12:00:00Z")
    return found


def _check_arguments(parser, options):
    if not options.pgbackrest and (options.to or options.backup or options.repository):
        parser.error("--to, --backup and --repository are for --pgbackrest")
    if options.evidence and not options.evidence.is_dir():
        parser.error(f"there is no folder {options.evidence}")
    if options.max_minutes <= 0 or options.keep_free_gib < 0:
        parser.error("limits must be positive")


def _finish_leftovers(options):
    """Delete what drills have left that were killed; their evidence is kept."""
    for target in leftovers(options.folder):
        evidence = Evidence.read(target.folder)
        if evidence and not evidence.is_decided:
            evidence.interrupt("The drill was killed. The next one has deleted it.")
        _finish(target, evidence, options)
        sys.stderr.write(f"{target.folder} was left by a drill, and is deleted.\n")


def _drill(options, addons_path):
    """Run one drill to its end, and delete its folder.

    :rtype: Evidence
    """
    target = Target.begin(options.folder)
    error = "The drill was interrupted."
    try:
        _begin(target, options)
        _write_options(target.folder, options, addons_path)
        _fetch_and_check(target.folder, options, addons_path)
        error = ""
    except PhaseFailed as failed:
        error = str(failed)
    finally:
        evidence = Evidence.read(target.folder)
        if evidence and not evidence.is_decided:
            evidence.interrupt(error or _printed(target.folder) or "It has ended.")
        _finish(target, evidence, options)
    return evidence


def _printed(folder):
    """Return the errors that the process without network has printed."""
    return explain(last_lines((folder / _LOG).read_text(errors="replace")))


def _begin(target, options):
    source = sources.source(_as_json(options))
    declared = datetime.now(UTC)
    Evidence.begin(
        target.folder,
        set=source.name,
        contents=source.contents,
        filestore_set=options.filestore_set or options.filestore,
        database=options.database,
        host=socket.gethostname(),
        declared_at=moment(declared),
        failed_at=moment(options.failed_at or options.to or declared),
        target=options.to and moment(options.to),
    )


def _write_options(folder, options, addons_path):
    more = {"addons_path": addons_path, "seconds": options.max_minutes * 60}
    (folder / inside.RESERVE).write_bytes(bytes(_RESERVE))
    (folder / inside.OPTIONS).write_text(json.dumps(_as_json(options) | more))
    telemetry = folder / "telemetry"  # in shared memory it would outlive the drill
    conf = f"[options]\n[reliability]\ntelemetry_dir = {telemetry}\n"
    (folder / inside.ODOO_CONF).write_text(conf)


def _as_json(options):
    """Return the options as the process without network reads them."""
    found = {name: value and str(value) for name, value in vars(options).items()}
    # As PostgreSQL and pgBackRest read a time.
    found["to"] = options.to and f"{options.to.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f+00}"
    return found


def _fetch_and_check(folder, options, addons_path):
    """Run the phases of a drill, the one of fetching with network.

    :raise PhaseFailed: the backup was not fetched, or a limit was reached
    """
    odoo = sys.executable, sys.argv[0], f"--addons-path={addons_path}"
    command = isolated([*odoo, COMMAND, INSIDE, folder])
    source = sources.source(_as_json(options))
    deadline = time.monotonic() + options.max_minutes * 60
    with contextlib.ExitStack() as stack:
        if fetching := source.fetching(folder):
            _fetch(source, fetching, folder, options, deadline)
            stack.enter_context(relay(folder, source.fetching_wal(folder)))
        _run(command, folder / _LOG, options, deadline, _env(folder))


def _fetch(source, command, folder, options, deadline):
    """Fetch the backup, and list the archive: the process without network reads it."""
    evidence = Evidence.read(folder)

    def run(command, name):
        log = folder / name
        code = _run(isolated(command, has_network=True), log, options, deadline)
        return code, log.read_text(errors="replace")

    with evidence.phase(FETCH):
        evidence.content["tool"] = source.tool()
        code, printed = run(command, _FETCH_LOG)
        if code:
            error = explain(last_lines(printed))
            if verifying := source.verifying(error):
                error += source.damaged_in(run(verifying, _FETCH_LOG)[1])
            raise PhaseFailed(f"pgbackrest has failed: {error}")
        evidence.content["backup"] = source.label_in(printed)
        code, printed = run(source.listing_wal(), sources.LISTED)
        if code:
            raise PhaseFailed(f"pgbackrest has failed: {explain(last_lines(printed))}")


def _run(command, log, options, deadline, env=None):
    """Run a command until it ends; return its exit code.

    :param log: the path of a file for what it prints
    :raise PhaseFailed: a limit was reached, and it was ended
    """
    with log.open("w") as file:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=env
        )
    try:
        while True:
            try:
                return process.wait(_CHECK_EVERY)
            except subprocess.TimeoutExpired:
                if error := _limit(deadline, options):
                    raise PhaseFailed(error) from None
    finally:
        _kill(process)


def _limit(deadline, options):
    if time.monotonic() > deadline:
        return f"It has not ended within {options.max_minutes:g} minutes."
    if shutil.disk_usage(options.folder).free < options.keep_free_gib * _GIB:
        return (
            f"Less than {options.keep_free_gib:g} GiB are free in {options.folder}:"
            " name a folder with more space by --folder."
        )
    return ""


def _env(folder):
    """Return an environment in which nothing is written beside the folder."""
    others = {name: text for name, text in os.environ.items() if name not in _SERVERS}
    temporary = folder / "tmp"
    temporary.mkdir()
    return {
        **others,
        "HOME": str(folder),
        "ODOO_RC": str(folder / inside.ODOO_CONF),
        "TMPDIR": str(temporary),
        "LC_ALL": "C.UTF-8",
    }


def _kill(process):
    """End all processes of the drill, and wait until they have ended.

    The first process of a namespace ends after all others, and ``unshare`` after it.
    """
    if process.poll() is None:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        for pid in children.split() or [process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
    process.wait()


def _finish(target, evidence, options):
    """Delete a drill; its evidence is in a file before, unless the disk is full."""
    began, clock = moment(), time.monotonic()
    with contextlib.suppress(OSError):
        _keep(evidence, options)
    target.remove()
    if evidence:
        evidence.add_phase(DROP, began, time.monotonic() - clock)
        evidence.content["ended_at"] = moment()
        _keep(evidence, options)


def _keep(evidence, options):
    """Write evidence to where it stays; it is marked until it is sent."""
    if evidence:
        name = evidence.content["name"]
        unsent.store(_evidence_folder(options), name, evidence.content)


def _evidence_folder(options):
    return options.evidence or options.folder


def _report_all(options, key):
    """Send all evidence that was not sent yet, or print it.

    What Odoo refuses is not sent again; the file stays.

    :return: whether all of it was accepted
    """

    def send(content):
        if options.print:
            sys.stdout.write(f"{json.dumps(content, indent=2)}\n")
        else:
            sending.send(content, options.url, options.send_to, key, KIND)

    failed = False
    for sent in unsent.deliver(_evidence_folder(options), PREFIX, send):
        (sys.stderr if options.print else sys.stdout).write(_summary(sent.report))
        if sent.error:
            sys.stderr.write(f"{sent.report['name']} was not sent: {sent.error}\n")
            failed = True
    return not failed


def _summary(content):
    """Return what a person has to know, as text."""
    error = content["error"]
    result = f"failed in {error['phase']}: {error['text']}" if error else "passed"
    lines = [f"{content['name']}: {result}"]
    lines += [
        f"  {one['name']:<12}{one['seconds'] or 0:9.1f} s" for one in content["phases"]
    ]
    lines += [
        f"  {one['name']:<12}{one['result']:>9}  {one['text']}".rstrip()
        for one in content["checks"]
    ]
    for name, found in content["heartbeats"].items():
        lines.append(f"  newest heartbeat of the {name}: {found or 'unknown'}")
    return "".join(f"{line}\n" for line in [*lines, f"  SHA-256 {sha256(content)}"])
