"""Reports in a folder that Odoo has not accepted yet; plain Python.

A report is written before it is sent, so neither a kill nor an outage of Odoo loses it.
"""

import contextlib
import fcntl
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from .sending import NotSent, Refused

_MARK = ".unsent.json"
_DRAFT, _NO_REPORT = ".new", ".no-report"
_UNREADABLE = (OSError, ValueError, RecursionError)


class InUse(Exception):
    """Another process sends the reports in a folder; the text says what to do."""


class Delivery(NamedTuple):
    """A report that was sent, or not.

    :ivar path: of its file, which is marked if the report is to be sent again
    :ivar error: ``None`` if Odoo has accepted it
    """

    path: Path
    report: dict
    error: NotSent | None


@contextlib.contextmanager
def alone(folder: Path, prefix: str, option: str) -> Iterator[None]:
    """Have the reports in a folder for this process while the context lasts.

    Two that send the same reports would send them twice, and delete them under one
    another.  Drafts that killed processes have left are deleted.

    :param prefix: which the names of the reports begin with
    :param option: by which another folder is named
    :raise InUse: another process has them
    """
    path = folder / f"{prefix}lock"
    with path.open("a") as file:
        if not _is_locked(file, path):
            raise InUse(
                f"Another process sends the reports in {folder}: name another folder by"
                f" {option}, or wait until it has ended."
            )
        try:
            for draft in folder.glob(f"{prefix}*{_DRAFT}"):
                draft.unlink()
            yield
        finally:
            path.unlink(missing_ok=True)


def _is_locked(file, path):
    """Return whether this process has the lock, which ends with it, also by a kill."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The process that had it may have deleted the file meanwhile.
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


def store(folder: Path, name: str, report: dict) -> None:
    """Write a report, marked as not sent yet."""
    write_json(folder / f"{name}{_MARK}", report)


def unsent(folder: Path, prefix: str) -> list[Path]:
    """Return the files with reports that are to be sent, sorted by their names.

    :param prefix: which the names of the reports begin with
    """
    return sorted(folder.glob(f"{prefix}*{_MARK}"))


def deliver(
    folder: Path, prefix: str, send: Callable[[dict], object]
) -> Iterator[Delivery]:
    """Send what was not sent yet, and yield each report afterwards.

    What Odoo refuses is not sent again; its file stays, without the mark.  A file that
    is no report is quarantined, and stops none behind it.

    :param prefix: which the names of the reports begin with
    :param send: raises ``NotSent`` where Odoo has not processed a report
    """
    for path in unsent(folder, prefix):
        report, error = _read(path), None
        if report is None:
            continue
        try:
            send(report)
        except NotSent as failed:
            error = failed
        if error is None or isinstance(error, Refused):
            path = path.rename(path.with_name(f"{path.name.removesuffix(_MARK)}.json"))
        yield Delivery(path, report, error)


def _read(path):
    """Return the report in a file; ``None`` if it is none, or is gone."""
    try:
        report = json.loads(path.read_text())
        if not isinstance(report, dict):
            raise ValueError("it is no JSON object")
    except FileNotFoundError:
        return None
    except _UNREADABLE as error:
        quarantine = path.with_name(f"{path.name.removesuffix(_MARK)}{_NO_REPORT}")
        path.rename(quarantine)
        sys.stderr.write(
            f"{path} is no report ({error}): it is now {quarantine.name}.\n"
        )
        return None
    return report


def write_json(path: Path, content: dict) -> None:
    """Write a file so that a kill leaves the one before or this one."""
    draft = path.with_suffix(_DRAFT)
    try:
        with draft.open("w") as file:
            json.dump(content, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:  # the disk may be full, and a draft would fill it further
        draft.unlink(missing_ok=True)
        raise
