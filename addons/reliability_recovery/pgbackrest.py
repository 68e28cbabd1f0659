"""Reports from what pgBackRest prints; plain Python.

``pgbackrest info --output=json`` has backups and repositories.  Of the archive it names
the first and the last segment only, so the names of all of them come from ``repo-ls``.

Source: https://pgbackrest.org/command.html#command-info
"""

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from odoo.addons.reliability_inbound.json_reading import MAX_ENTRIES

from . import contract, restorable, segments

OK = 0
_FILE = re.compile(r"([0-9A-F]{24})-[0-9a-f]{40}(\.\w+)?")
_MISSING = object()


class InvalidOutput(ValueError):
    """What pgBackRest does not print; the text says what is wrong with it."""


def parse_info(text: str) -> list[dict]:
    """Return the stanzas in the output of ``info --output=json``.

    :raise InvalidOutput: it is none
    """
    found = _parse(text)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InvalidOutput("pgBackRest has not printed a list of stanzas.")
    for stanza in found:
        if not isinstance(stanza.get("name"), str) or not stanza["name"]:
            raise InvalidOutput("pgBackRest has printed a stanza without a name.")
    return found


def archives_of(stanza: dict) -> list[tuple[int, str]]:
    """Return the archives of a stanza: keys of repositories, and ids."""
    return [
        (_key_of(archive), _get(archive, "id", str))
        for archive in _list(stanza, "archive")
    ]


def parse_listing(text: str) -> list[str]:
    """Return the names of files in the output of ``repo-ls --output=json``.

    :raise InvalidOutput: it is none
    """
    found = _parse(text)
    if not isinstance(found, dict):
        raise InvalidOutput("pgBackRest has not printed a list of files.")
    return list(found)


def segment_files(paths: Iterable[str]) -> dict[str, str]:
    """Return names of WAL segments → paths of their files."""
    found = {}
    for path in paths:
        if match := _FILE.fullmatch(path.rpartition("/")[2]):
            found[match[1]] = path
    return found


def report(
    stanza: dict,
    names: dict[tuple[int, str], Iterable[str]],
    taken_at: datetime,
    elsewhere: frozenset[str] = frozenset(),
    segment_bytes: int = segments.SEGMENT_BYTES,
    last_commit: Callable | None = None,
) -> dict:
    """Return the report of a stanza, as JSON.

    :param stanza: one of :func:`parse_info`
    :param names: of all archived segments, by archive
    :param taken_at: with a time zone
    :param elsewhere: names of repositories that are elsewhere, such as ``repo2``; of
        the others it is unknown
    :param last_commit: returns the time of the last commit in segments, or ``None``; it
        is called for the ends of chains, with the archive and the names of segments,
        the last one first
    :raise InvalidOutput: pgBackRest has printed something else
    """
    body = {
        "version": contract.VERSION,
        "name": stanza["name"],
        "contents": contract.CLUSTER,
        "tool": _tool(stanza),
        "taken_at": taken_at.isoformat(),
        "repositories": _repositories(stanza, elsewhere),
        "archives": [
            _archive(archive, found, segment_bytes) for archive, found in names.items()
        ],
        "backups": [
            _backup(one, stanza, names)
            for one in _list(stanza, "backup")[-MAX_ENTRIES:]
        ],
    }
    try:
        parsed = contract.parse(body)
    except contract.InvalidReport as error:
        raise InvalidOutput(
            f"pgBackRest has printed something else: {error}"
        ) from error
    if last_commit:
        _add_commits(body, parsed, names, last_commit)
    return body


def _parse(text):
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidOutput("pgBackRest has not printed JSON.") from error


def _tool(stanza):
    backups = _list(stanza, "backup")
    version = _get(backups[-1].get("backrest", {}), "version", str) if backups else ""
    return f"pgBackRest {version}".strip()


def _repositories(stanza, elsewhere):
    found = []
    for one in _list(stanza, "repo"):
        name = f"repo{_get(one, 'key', int)}"
        cipher = one.get("cipher")
        found.append(
            {
                "name": name,
                "elsewhere": True if name in elsewhere else None,
                "encrypted": cipher != "none" if isinstance(cipher, str) else None,
                "problem": _problem(_get(one, "status", dict)),
            }
        )
    if found:
        return found
    return [{"name": "repo1", "problem": _problem(_get(stanza, "status", dict))}]


def _problem(status):
    """Return what a status says; codes of other versions are problems, too."""
    if status.get("code") == OK and status.get("code") is not False:
        return ""
    message = status.get("message")
    text = message if isinstance(message, str) else "unknown status"
    return f"{text} (pgBackRest's code {status.get('code')})"


def _archive(archive, found, segment_bytes):
    runs = segments.ranges(segments.parse_name(name, segment_bytes) for name in found)
    return {
        "name": _archive_name(archive),
        "segment_bytes": segment_bytes,
        "ranges": [
            {
                key: segments.format_name(
                    segments.Segment(run.timeline, number), segment_bytes
                )
                for key, number in (("first", run.first), ("last", run.last))
            }
            for run in runs[-MAX_ENTRIES:]
        ],
    }


def _archive_name(archive):
    key, archive_id = archive
    return f"repo{key}/{archive_id}"


def _backup(one, stanza, names):
    times, info = _get(one, "timestamp", dict), _get(one, "info", dict)
    stored = info.get("repository")
    return {
        "label": _get(one, "label", str),
        "repository": f"repo{_key_of(one)}",
        "type": _get(one, "type", str),
        "begin": _moment(times.get("start")),
        "end": _moment(times.get("stop")),
        "size": info.get("size"),
        "repository_size": stored.get("size") if isinstance(stored, dict) else None,
        "error": _error(one),
        "needs": one.get("reference"),
        "wal": _wal(one, stanza, names),
    }


def _error(one):
    """Return what is wrong with a backup: pgBackRest has found damaged pages."""
    if not one.get("error"):
        return ""
    damaged = one.get("error-list")
    files = len(damaged) if isinstance(damaged, list) else "not listed"
    return f"Damaged pages were found during the backup; files: {files}"


def _wal(one, stanza, names):
    """Return the segments that a backup needs."""
    needed = one.get("archive")
    if not isinstance(needed, dict) or not needed.get("start"):
        return None
    archive = _archive_of(one, stanza)
    if archive not in names:
        raise InvalidOutput(
            f"pgBackRest has not listed the archive of backup {one.get('label')}."
        )
    return {
        "archive": _archive_name(archive),
        "first": needed["start"],
        "last": needed.get("stop"),
    }


def _archive_of(one, stanza):
    """Return the archive that a backup belongs to: of its database and repository."""
    for archive in _list(stanza, "archive"):
        if archive.get("database") == one.get("database"):
            return _key_of(archive), archive.get("id")
    return None


def _add_commits(body, parsed, names, last_commit):
    """Add the times of the last commits to the ends of chains."""
    keys = {_archive_name(archive): archive for archive in names}
    sizes = {one.name: one.segment_bytes for one in parsed.archives}
    ends = {
        (name, segments.format_name(segment, sizes[name]))
        for name, segment in restorable.chain_ends(parsed)
    }
    for archive in body["archives"]:
        for one in archive["ranges"]:
            if (archive["name"], one["last"]) in ends:
                run = [
                    name
                    for name in sorted(names[keys[archive["name"]]], reverse=True)
                    if one["first"] <= name <= one["last"]
                ]
                moment = last_commit(keys[archive["name"]], run)
                one["last_commit"] = moment and moment.isoformat()


def _key_of(value):
    return _get(_get(value, "database", dict), "repo-key", int)


def _moment(seconds):
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise InvalidOutput("pgBackRest has printed a time that is none.") from error


def _list(value, key):
    found = value.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InvalidOutput(f"pgBackRest has printed something else as {key!r}.")
    return found


def _get(value, key, kind):
    found = value.get(key, _MISSING) if isinstance(value, dict) else _MISSING
    if not isinstance(found, kind):
        raise InvalidOutput(f"pgBackRest has printed no {key!r}, or something else.")
    return found
