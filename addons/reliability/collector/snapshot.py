"""What ``/metrics`` showed last, in a file that every worker can read.

So Odoo itself can serve it where Prometheus reaches no port but Odoo's, also while the
collector is down; its age says how old it is.
"""

import json
import os
import re
from pathlib import Path
from typing import NamedTuple

from prometheus_client import generate_latest

from ..telemetry.access import EVERYTHING, Access
from ..telemetry.exposition.rendering import render
from ..telemetry.slots.lease import boot_time
from .collector import Collector

_NAME = "snapshot.prom"


class Snapshot(NamedTuple):
    """What was shown, and to whom; the numbers are read when they are asked for.

    :ivar path: of the file: this in its first line, as JSON, and then the numbers in
        Prometheus' text format
    :ivar taken: when, in seconds since the host booted
    :ivar databases: database → digest of its token
    :ivar enabled: whether the server was measured
    :ivar waiting: database → batches that it did not have yet
    """

    path: Path
    taken: float
    databases: dict[str, str]
    enabled: bool
    waiting: dict[str, int]

    @property
    def age(self) -> float:
        """Seconds."""
        return boot_time() - self.taken

    def part(self, scope: str) -> str:
        """Return what a scope may see, see :meth:`Access.scope`.

        :raise OSError: the file is gone
        """
        # A name may hold a carriage return, which ends no line of this format.
        with self.path.open(newline="\n") as file:
            file.readline()
            if scope == EVERYTHING:
                return file.read()
            name = json.dumps(scope, ensure_ascii=False)[1:-1]
            of_it = re.compile(rf'[{{,]db="{re.escape(name)}"[,}}]')
            return "".join(x for x in file if x.startswith("#") or of_it.search(x))


def take(folder: Path, collector: Collector, access: Access) -> None:
    """Replace the snapshot in ``folder``.

    :raise OSError: the storage is full or read-only; the snapshot before stays
    """
    text = render(collector.page(EVERYTHING), generate_latest).decode()
    about = collector.enabled, collector.waiting_batches()
    draft = folder / f"{_NAME}.draft"
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with open(fd, "w", newline="\n") as file:
        file.write(json.dumps([boot_time(), access.databases, *about]) + "\n" + text)
    draft.replace(folder / _NAME)


def last(folder: Path) -> Snapshot | None:
    """Return the snapshot in ``folder``; nothing where there is none to be read.

    One from before the host was started tells nothing, either.
    """
    path = folder / _NAME
    try:
        with path.open() as file:
            found = Snapshot(path, *json.loads(file.readline()))
        return found if found.age >= 0 else None
    except (OSError, ValueError, TypeError):
        return None
