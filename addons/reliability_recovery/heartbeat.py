"""Heartbeats: the newest moment that a copy of a database or filestore proves.

Production writes them in minutes in which the business wrote.  A copy with a heartbeat
has everything that was committed, or stored as a file, before its moment.

Plain Python; cursors are of psycopg2 or Odoo.
"""

import os
from datetime import datetime
from pathlib import Path

TABLE = "reliability_recovery_heartbeat"
FILE = "reliability_heartbeat"
"""In the folder of a database's filestore."""
_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_MAX_BYTES = 100


def newest(cursor, of_cluster: bool = False) -> datetime | None:
    """Return the newest moment in a database, in UTC without a time zone.

    :param of_cluster: only those that are of the whole cluster
    :return: ``None`` where there is none, or the database never had heartbeats
    """
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [TABLE])
    if not cursor.fetchone()[0]:
        return None
    where = "WHERE is_cluster" if of_cluster else ""
    cursor.execute(f"SELECT max(moment) FROM {TABLE} {where}")
    return cursor.fetchone()[0]


def newest_file(folder: str | Path) -> datetime | None:
    """Return the moment in the folder of a filestore, in UTC without a time zone.

    :return: ``None`` where there is none, or none that can be read
    """
    try:
        with open(Path(folder) / FILE, "rb") as file:
            text = file.read(_MAX_BYTES).decode("ascii").strip()
        return datetime.strptime(text, _FORMAT)
    except (OSError, ValueError):
        return None


def write_file(folder: str | Path, moment: datetime) -> None:
    """Write the moment into the folder of a filestore; readers see it as a whole.

    :param moment: in UTC without a time zone; parts of a second are left out
    :raise OSError: the folder is full, or must not be written
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    # Not two processes on the same name: the file is of one of them, and whole.
    temporary = folder / f"{FILE}.{os.getpid()}.tmp"
    try:
        temporary.write_text(moment.strftime(_FORMAT), encoding="ascii")
        temporary.replace(folder / FILE)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
