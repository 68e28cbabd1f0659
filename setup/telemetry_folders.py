"""The telemetry folders of the demo's servers: in memory, as that of an installed Odoo.

They outlive servers that are restarted, until :func:`remove_all`.
"""

import hashlib
import os
import shutil
from pathlib import Path

from . import paths

MEMORY = Path("/dev/shm")
NEEDED = 32 * 2**20
"""Free bytes; slots and the collector's state of the demo take half of it."""
_MARK = hashlib.sha256(str(paths.ROOT).encode()).hexdigest()[:12]
PREFIX = f"reliability-{os.geteuid()}-{_MARK}-"
"""Of the names of this checkout's folders."""


def of_server(folder):
    """Return the telemetry folder of a server.

    :param folder: where the server writes everything else, and also its telemetry if
        too little memory is free; a folder that is in memory stays there
    """
    in_memory = MEMORY / f"{PREFIX}{folder.name}"
    return in_memory if in_memory.exists() or _has_room() else folder / "telemetry"


def remove(folder):
    """Delete the telemetry folder of a server that does not run."""
    shutil.rmtree(of_server(folder), ignore_errors=True)


def remove_all():
    """Delete all folders in memory of this checkout, whose servers do not run."""
    for folder in MEMORY.glob(f"{PREFIX}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _has_room():
    return MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= NEEDED
