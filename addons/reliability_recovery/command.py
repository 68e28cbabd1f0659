"""The command ``odoo reliability_backups``: its arguments, and what it does.

Plain Python.  A report is the whole state each time, so what was not sent is repaired
by the next run of the timer, and nothing is tried again here.
"""

import argparse
import glob
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from . import contract, dumps, pgbackrest, pgbackrest_program, sending

SENT, NOT_SENT = 0, 1
"""Exit codes; wrong arguments are 2, as everywhere in Python."""
_MEBIBYTE = 2**20


def main(arguments: list[str], program: str = "odoo reliability_backups") -> int:
    """Read what the arguments name, and send it.

    :return: the exit code: :data:`NOT_SENT` where anything was not read or not sent
    """
    parser = _parser(program)
    options = parser.parse_args(arguments)
    sources = list(_sources(options))
    if not sources:
        parser.error("name what to report, such as --pgbackrest or --dumps FOLDER")
    failed = False
    key = None
    if not options.print:
        try:
            key = sending.read_key(options.key_file)
        except sending.NotSent as error:
            return _fail(error)
    for read in sources:
        try:
            for report in read():
                _deliver(report, options, key)
        except (
            sending.NotSent,
            pgbackrest.InvalidOutput,
            pgbackrest_program.ToolError,
            contract.InvalidReport,
            OSError,
        ) as error:
            _fail(error)
            failed = True
    return NOT_SENT if failed else SENT


def _parser(program):
    parser = argparse.ArgumentParser(
        prog=program,
        allow_abbrev=False,  # --key is not --key-file
        description="Report the backups on this host to Odoo. The API key is read from"
        f" --key-file, or from the environment variable {sending.KEY_VARIABLE}.",
    )
    add = parser.add_argument
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--url", help="of Odoo, such as https://odoo.example.com")
    target.add_argument(
        "--print", action="store_true", help="print the reports, and send nothing"
    )
    add("--database", help="its name, where the server has several")
    add("--key-file", help="a file with the API key, which only you can read")
    add("--pgbackrest", action="store_true", help="report what pgBackRest has")
    add(
        "--stanza",
        action="append",
        default=[],
        help="of pgBackRest, also one that was never created; without it, all of them",
    )
    add(
        "--wal-segment-mib",
        type=int,
        choices=[2**exponent for exponent in range(11)],
        default=16,
        help="the size of a WAL segment, if it is not 16 MiB",
    )
    for option, text in (
        ("--dumps", "dumps of pg_dump of one database"),
        ("--zips", "zip files of Odoo, with the filestore, of one database"),
        ("--filestore", "copies of one filestore, each a folder or an archive of tar"),
    ):
        add(
            option,
            action="append",
            default=[],
            metavar="[NAME=]FOLDER",
            help=f"{text}: a folder with them, or a pattern such as '/srv/prod_*'",
        )
    add(
        "--report",
        action="append",
        default=[],
        help="a file with a report; - for stdin",
    )
    add(
        "--elsewhere",
        action="append",
        default=[],
        metavar="NAME",
        help="a repository such as repo2, or a folder as above, at another site",
    )
    return parser


def _sources(options) -> Iterator[Callable]:
    """Yield functions that read reports, so that one may fail without the others."""
    if options.pgbackrest or options.stanza:
        yield lambda: pgbackrest_program.reports(
            options.stanza,
            frozenset(options.elsewhere),
            options.wal_segment_mib * _MEBIBYTE,
        )
    for values, contents in (
        (options.dumps, contract.DATABASE),
        (options.zips, contract.BOTH),
        (options.filestore, contract.FILESTORE),
    ):
        for value in values:
            yield lambda value=value, contents=contents: [
                _report_of_files(value, contents, options.elsewhere)
            ]
    for path in options.report:
        yield lambda path=path: [_report_of(path)]


def _report_of_files(value, contents, elsewhere):
    name, _separator, pattern = value.rpartition("=")
    folder = Path(pattern)
    if folder.is_dir():
        paths = [one for one in folder.iterdir() if not one.name.startswith(".")]
    elif glob.has_magic(pattern):
        paths = [Path(one) for one in glob.glob(pattern)]
    else:
        raise FileNotFoundError(f"There is no folder {pattern}.")
    is_elsewhere = (
        True if value in elsewhere or (name or pattern) in elsewhere else None
    )
    return dumps.report(
        name or pattern,
        contents,
        paths,
        datetime.now(UTC),
        is_elsewhere,
        dumps.local_zone(),
    )


def _report_of(path):
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text()
        report = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise contract.InvalidReport(f"{path} is not JSON: {error}") from error
    contract.parse(report)
    return report


def _deliver(report, options, key):
    if options.print:
        sys.stdout.write(f"{json.dumps(report, indent=2)}\n")
        return
    try:
        odoo = options.url, options.database, key
        result = sending.send(report, *odoo, sending.BACKUPS)
    except sending.NotSent as error:
        raise sending.NotSent(f"{report['name']} was not sent: {error}") from error
    point = result.get("newest_point") or "nothing"
    sys.stdout.write(f"{report['name']}: sent; can be restored to {point}\n")


def _fail(error):
    sys.stderr.write(f"{error}\n")
    return NOT_SENT
