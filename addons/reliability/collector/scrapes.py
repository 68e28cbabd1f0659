"""When ``/metrics`` was last read with a token: the time of a file for each scope.

The collector answers requests on a port of its own, and Odoo's workers on theirs; both
record it here.
"""

import contextlib
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

from ..telemetry.access import EVERYTHING


def record(folder: Path, scope: str) -> None:
    """Record that the metrics of a scope are read now, see :meth:`Access.scope`.

    Where storage is full or read-only, it is not recorded.
    """
    with contextlib.suppress(OSError):
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW
        fd = os.open(_path(folder, scope), flags, 0o600)
        try:
            os.utime(fd)
        finally:
            os.close(fd)


def last(folder: Path, db: str) -> datetime | None:
    """Return when the metrics of a database were last read on this host, in UTC.

    ``None`` if they were not, as far as the host remembers.
    """
    times = [_time(_path(folder, scope)) for scope in (EVERYTHING, db)]
    latest = max(times)
    return datetime.fromtimestamp(latest, UTC).replace(tzinfo=None) if latest else None


def _time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _path(folder: Path, scope: str) -> Path:
    """Return the file of a scope; the name of a database may be no file name."""
    name = hashlib.sha256(scope.encode()).hexdigest()[:16] if scope else "everything"
    return folder / f"scrape-{name}"
