"""Checks of the filestore: no file is missing, and contents are what they were."""

import hashlib
import random
from pathlib import Path

from .. import heartbeat
from .cluster import Cluster
from .evidence import Evidence, moment

_SAMPLES = 200
"""So many files are read; that they exist is checked of all."""
_FILES = """
    SELECT store_fname, max(checksum)
      FROM ir_attachment
     WHERE store_fname IS NOT NULL
     GROUP BY 1
"""


def check_files(
    cluster: Cluster, database: str, folder: Path | None, evidence: Evidence
) -> None:
    """Add the result to the evidence.

    :param folder: the restored filestore; ``None`` where none was restored
    """
    with cluster.cursor(database) as cr:
        cr.execute(_FILES)
        files = cr.fetchall()
    if folder is None:
        text = f"{len(files)} files of attachments were not restored: name a copy."
        evidence.check("attachments", text if files else "", is_skipped=bool(files))
        return
    newest = heartbeat.newest_file(folder)
    evidence.content["heartbeats"]["filestore"] = newest and moment(newest)
    evidence.check("attachments", find_error(files, folder))


def find_error(files: list[tuple[str, str]], folder: Path) -> str:
    """Return what is wrong with files; empty if nothing is.

    :param files: names below the folder, with the SHA-1 of their contents
    """
    missing = [name for name, _checksum in files if not (folder / name).is_file()]
    if missing:
        return (
            f"{len(missing)} of {len(files)} files are missing, such as {missing[0]}."
        )
    for name, checksum in random.sample(files, min(_SAMPLES, len(files))):
        content = (folder / name).read_bytes()
        # Odoo's name for the content of an attachment.
        if hashlib.sha1(content, usedforsecurity=False).hexdigest() != checksum:
            return f"The content of {name} is not what it was."
    return ""
