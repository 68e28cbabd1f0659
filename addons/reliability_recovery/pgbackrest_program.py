"""Ask pgBackRest, with the configuration that it finds itself; plain Python.

It is only asked: ``info``, ``repo-ls`` and ``repo-get`` change nothing.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from . import pgbackrest

_TIMEOUT = 600  # seconds
_MAX_SEGMENTS = 16
"""So many segments, the last ones, are searched for a commit."""
_UNPACK = {
    "": None,
    ".gz": "gzip",
    ".bz2": "bzip2",
    ".lz4": "lz4",
    ".zst": "zstd",
}
"""The suffix of a file → the program that unpacks it with ``-dc``."""
_COMMIT = re.compile(
    rb"desc: COMMIT(?:_PREPARED)? (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+) UTC"
)


class ToolError(Exception):
    """A program is missing or has failed; the text says which one and how."""


def reports(
    stanzas: Iterable[str], elsewhere: frozenset[str], segment_bytes: int
) -> Iterator[dict]:
    """Yield the report of each stanza.

    :param stanzas: names; none for all that are in a repository
    :raise ToolError: pgBackRest has failed
    :raise pgbackrest.InvalidOutput: it has printed something else
    """
    taken_at = datetime.now(UTC)
    chosen = [[f"--stanza={name}"] for name in stanzas] or [[]]
    for options in chosen:
        text = _pgbackrest("info", "--output=json", *options)
        found = pgbackrest.parse_info(text)
        if not found:
            raise ToolError(
                "No repository of pgBackRest has a stanza: name it by --stanza."
            )
        for stanza in found:
            yield _report(stanza, taken_at, elsewhere, segment_bytes)


def _report(stanza, taken_at, elsewhere, segment_bytes):
    files = {}
    # A repository on another host may allow a stanza, and not all of them.
    name = f"--stanza={stanza['name']}"
    for key, archive in pgbackrest.archives_of(stanza):
        folder = f"archive/{stanza['name']}/{archive}"
        chosen = name, f"--repo={key}"
        listed = pgbackrest.parse_listing(
            _pgbackrest("repo-ls", *chosen, "--recurse", "--output=json", folder)
        )
        files[key, archive] = {
            name: f"{folder}/{path}"
            for name, path in pgbackrest.segment_files(listed).items()
        }

    def last_commit(archive, names):
        return _last_commit(archive, names, files[archive])

    return pgbackrest.report(
        stanza, files, taken_at, elsewhere, segment_bytes, last_commit
    )


def _last_commit(archive, names, files):
    """Return the time of the last commit in segments; ``None`` if it is not found.

    Without it a report is worth less, and is still right: what fails is printed.

    :param names: of segments, the last one first
    """
    try:
        return _find_commit(archive, names, files)
    except ToolError as error:
        sys.stderr.write(f"The time of the last commit is unknown: {error}\n")
        return None


def _find_commit(archive, names, files):
    key, archive_id = archive
    waldump = _waldump(archive_id.partition("-")[0])
    if not waldump:
        return None
    for name in names[:_MAX_SEGMENTS]:
        commits = _commits(waldump, _segment(key, files[name]), name)
        if commits:
            return datetime.fromisoformat(commits[-1].decode()).replace(tzinfo=UTC)
    return None


def _segment(key, path):
    """Return the contents of a segment."""
    suffix = Path(path).suffix
    if suffix not in _UNPACK:
        raise ToolError(f"The compression of {path} is not known.")
    _archive, stanza, *_rest = Path(path).parts
    chosen = f"--stanza={stanza}", f"--repo={key}"
    content = _run("pgbackrest", "repo-get", *chosen, path)
    program = _UNPACK[suffix]
    return _run(program, "-dc", stdin=content) if program else content


def _commits(waldump, content, name):
    """Return the times of commits in a segment, in their order.

    ``pg_waldump`` ends with an error where the segment has no more records.
    """
    with tempfile.TemporaryDirectory(prefix="reliability_backups_") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        in_utc = {**os.environ, "TZ": "UTC", "LC_ALL": "C"}
        done = _completed([waldump, "--rmgr=Transaction", path], env=in_utc)
    return _COMMIT.findall(done.stdout)


def _waldump(version):
    """Return ``pg_waldump`` of a version of PostgreSQL, or ``None``."""
    debian = Path(f"/usr/lib/postgresql/{version}/bin/pg_waldump")
    return debian if debian.exists() else shutil.which("pg_waldump")


def _pgbackrest(*arguments):
    return _run("pgbackrest", *arguments).decode("utf-8", "replace")


def _run(program, *arguments, stdin=None):
    done = _completed([program, *arguments], input=stdin)
    if done.returncode:
        reason = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        raise ToolError(f"{program} {arguments[0]} has failed: {reason}")
    return done.stdout


def _completed(command, **options):
    """Run a program to its end, whatever its exit code is."""
    program = command[0]
    try:
        return subprocess.run(
            command, capture_output=True, check=False, timeout=_TIMEOUT, **options
        )
    except FileNotFoundError as error:
        raise ToolError(f"{program} is not installed on this host.") from error
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"{program} has not ended within {_TIMEOUT} s.") from error
