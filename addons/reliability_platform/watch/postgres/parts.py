"""All parts that PostgreSQL is checked in."""

from collections.abc import Callable
from typing import Any

from .archiving import Archiving
from .commits import Commits
from .connections import Connections
from .disk import Disk
from .failover import Failover
from .part import Part
from .replication import Replication
from .rights import Rights
from .sizes import Sizes
from .statements import Statements
from .temporary_files import TemporaryFiles
from .transactions import Transactions
from .wraparound import Wraparound


def make_parts(connect: Callable[..., Any]) -> list[Part]:
    """Return new parts.

    :param connect: as for :class:`.postgres_watch.PostgresWatch`
    """
    disk = Disk()
    return [
        Failover(connect),
        Rights(),
        Connections(),
        Transactions(),
        Wraparound(),
        TemporaryFiles(),
        Archiving(),
        Replication(),
        disk,
        Sizes(),
        Statements(),
        Commits(disk),
    ]
