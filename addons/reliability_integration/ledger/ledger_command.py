"""The command ``odoo reliability_ledger``: its work, and what it prints."""

import sys
from datetime import UTC, datetime

from . import ledger_copy

DONE, FAILED = 0, 1
_HEADS = "time (UTC)", "partner system", "operation", "document", "created there"


def main(cursor, options) -> int:
    """Copy or compare.

    :param options: with ``copy``, ``compare`` and ``record``
    :return: the exit code
    """
    if bool(options.copy) == bool(options.compare):
        return _fail("Give --copy FOLDER or --compare FOLDER.")
    try:
        if options.copy:
            added = ledger_copy.copy(cursor, options.copy)
            sys.stdout.write(f"{added} lines were added\n")
        else:
            missing = ledger_copy.compare(cursor, options.compare)
            _print(missing)
            if options.record:
                ledger_copy.record(cursor, missing)
                cursor.commit()
                sys.stdout.write("All of them are recorded in the ledger.\n")
    except (ledger_copy.Restored, OSError) as error:
        return _fail(error)
    return DONE


def _print(missing):
    """Print what partner systems have and the database has not, tab-separated."""
    rows = [_cells(one) for one in missing]
    for cells in [_HEADS, *rows] if rows else []:
        sys.stdout.write("\t".join(cells) + "\n")
    sys.stdout.write(f"{len(rows)} attempts are not in the ledger as in its copy.\n")


def _cells(one):
    message = one.message
    started = datetime.fromtimestamp(float(message["started"]), UTC)
    return (
        f"{started:%Y-%m-%d %H:%M:%S}",
        message["integration"],
        message["operation"],
        message.get("description", ""),
        ", ".join(one.references) or message.get("outcome", "unknown"),
    )


def _fail(error):
    sys.stderr.write(f"{error}\n")
    return FAILED
