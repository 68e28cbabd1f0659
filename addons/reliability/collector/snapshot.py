"""The snapshot: the last content of ``/metrics``, in a file that every worker can read.

With it Odoo itself can serve ``/metrics`` where Prometheus reaches only Odoo's port,
also while the collector is down.  The snapshot has an age.
"""

import json
import os
import re
from collections.abc import Collection, Iterable, Iterator, Set
from pathlib import Path
from typing import NamedTuple

from prometheus_client import generate_latest

from ..telemetry.access import EVERYTHING, Access
from ..telemetry.exposition.rendering import render
from ..telemetry.slots.lease import boot_time
from .collector import Collector

_NAME = "snapshot.prom"
_SAMPLE = re.compile(r"[^{ ]+")
"""The name of the sample at the beginning of a line."""


class Snapshot(NamedTuple):
    """The first line of a snapshot; the metrics are read on demand.

    :ivar path: the file: these attributes in its first line, as JSON, and then the
        metrics in Prometheus' text format
    :ivar taken: when it was taken, in seconds since the host booted
    :ivar databases: database → digest of its token
    :ivar enabled: whether the server was measured
    :ivar waiting: database → number of waiting batches
    :ivar without_slot: number of processes that want to record and had no slot
    :ivar refused: databases whose token opens another database, see :class:`Access`
    :ivar existing: all databases of PostgreSQL
    """

    path: Path
    taken: float
    databases: dict[str, str]
    enabled: bool
    waiting: dict[str, int]
    without_slot: int = 0
    refused: Collection[str] = ()
    existing: Collection[str] = ()

    @property
    def age(self) -> float:
        """Seconds since it was taken."""
        return boot_time() - self.taken

    @property
    def known(self) -> Set[str]:
        """The databases that can be asked for, with or without metrics."""
        return {*self.existing, *self.databases, *self.waiting}

    def part(self, scope: str, names: Set[str] = frozenset()) -> str:
        """Return the metrics that a scope opens, see :meth:`Access.scope`.

        :param names: of the families or samples to return; all if there are none
        :raise OSError: the file is gone
        """
        # A name may contain a carriage return, which is no end of line here.
        with self.path.open(newline="\n") as file:
            file.readline()
            lines = _named(file, names) if names else file
            if scope == EVERYTHING:
                return "".join(lines)
            name = json.dumps(scope, ensure_ascii=False)[1:-1]
            label = re.compile(rf'[{{,]db="{re.escape(name)}"[,}}]')
            return "".join(
                line for line in lines if line.startswith("#") or label.search(line)
            )


def _named(lines: Iterable[str], names: Set[str]) -> Iterator[str]:
    """Yield the lines of the families and samples with these names."""
    head: list[str] = []
    family = ""
    for line in lines:
        if line.startswith("#"):
            _mark, _kind, name, _rest = line.split(" ", 3)
            head, family = [*(head if name == family else ()), line], name
        elif {family, family.removesuffix("_total"), _SAMPLE.match(line)[0]} & names:
            yield from (*head, line)
            head = []


def take(folder: Path, collector: Collector, access: Access) -> None:
    """Replace the snapshot in ``folder``.

    :raise OSError: the storage is full or read-only; the last snapshot stays
    """
    text = render(collector.page(EVERYTHING), generate_latest).decode()
    state = (
        collector.enabled,
        collector.waiting_batches(),
        collector.without_slot(),
        sorted(access.refused),
        sorted(collector.existing),
    )
    draft = folder / f"{_NAME}.draft"
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with open(fd, "w", newline="\n") as file:
        file.write(json.dumps([boot_time(), access.databases, *state]) + "\n" + text)
    draft.replace(folder / _NAME)


def last(folder: Path) -> Snapshot | None:
    """Return the snapshot in ``folder``; ``None`` if none can be read.

    A snapshot from before the host booted is not used.
    """
    path = folder / _NAME
    try:
        with path.open() as file:
            found = Snapshot(path, *json.loads(file.readline()))
        return found if found.age >= 0 else None
    except (OSError, ValueError, TypeError):
        return None
