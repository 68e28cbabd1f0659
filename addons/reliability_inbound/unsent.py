"""Reports in a folder that Odoo has not accepted yet; plain Python.

A report is written before it is sent, so neither a kill nor an outage of Odoo loses it.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from .sending import NotSent, Refused

_MARK = ".unsent.json"


class Delivery(NamedTuple):
    """A report that was sent, or not.

    :ivar path: of its file, which is marked if the report is to be sent again
    :ivar error: ``None`` if Odoo has accepted it
    """

    path: Path
    report: dict
    error: NotSent | None


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

    What Odoo refuses is not sent again; its file stays, without the mark.

    :param prefix: which the names of the reports begin with
    :param send: raises ``NotSent`` where Odoo has not processed a report
    """
    for path in unsent(folder, prefix):
        report, error = json.loads(path.read_text()), None
        try:
            send(report)
        except NotSent as failed:
            error = failed
        if error is None or isinstance(error, Refused):
            path = path.rename(path.with_name(f"{path.name.removesuffix(_MARK)}.json"))
        yield Delivery(path, report, error)


def write_json(path: Path, content: dict) -> None:
    """Write a file so that a kill leaves the one before or this one."""
    draft = path.with_suffix(".new")
    with draft.open("w") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
