"""The command ``odoo reliability_ledger``: its work, and what it prints."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from . import ledger_copy, lost_attempts
from .copy_folder import CopyFolder, Refused

DONE, FAILED, USAGE = 0, 1, 2
_HEADS = "time (UTC)", "partner system", "operation", "document", "created there"
_BATCH = 500
"""Attempts that are recorded in one transaction, which locks something for each."""


def main(cursor, options) -> int:
    """Copy or compare.

    :param options: with ``copy``, ``compare`` and ``record``
    :return: the exit code
    """
    if bool(options.copy) == bool(options.compare):
        return _fail("Give --copy FOLDER or --compare FOLDER.", USAGE)
    if options.record and not options.compare:
        return _fail("--record needs --compare FOLDER.", USAGE)
    try:
        if options.copy:
            added = ledger_copy.copy(cursor, CopyFolder(Path(options.copy)))
            sys.stdout.write(f"lines added: {added}\n")
        else:
            _compare(cursor, CopyFolder(Path(options.compare)), options.record)
    except (Refused, OSError) as error:
        return _fail(error, FAILED)
    return DONE


def _compare(cursor, folder, does_record):
    lost = lost_attempts.compare(cursor, folder)
    _print([one for one in lost if one.may_exist])
    if does_record:
        with folder.locked():
            for start in range(0, len(lost), _BATCH):
                lost_attempts.record(cursor, lost[start : start + _BATCH])
                cursor.commit()
            folder.begin_again()  # the ledger goes on with other ids
        sys.stdout.write(f"recorded: {len(lost)}\n")


def _print(lost):
    """Print what partner systems have and the database has not, tab-separated."""
    for cells in [_HEADS, *map(_cells, lost)] if lost else []:
        sys.stdout.write("\t".join(cells) + "\n")
    sys.stdout.write(f"in the copy, and not in the database: {len(lost)}\n")


def _cells(one):
    message = one.message
    started = datetime.fromtimestamp(message["started"], UTC)
    return (
        f"{started:%Y-%m-%d %H:%M:%S}",
        message["integration"],
        message["operation"],
        message.get("description", ""),
        ", ".join(one.references) or message.get("outcome", "unknown"),
    )


def _fail(error, code):
    sys.stderr.write(f"{error}\n")
    return code
