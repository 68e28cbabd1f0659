"""The identity of a database: it changes when its data are restored; plain Python."""

from typing import NamedTuple

OTHER_CLUSTER, OTHER_DATABASE = "other_cluster", "other_database"
OTHER_TIMELINE = "other_timeline"


class Identity(NamedTuple):
    """Where the data of a database are.

    :ivar system: the identifier of the cluster in its control file; empty if unknown
    :ivar timeline: of its WAL; 0 if unknown
    :ivar database: the database's number in the cluster
    """

    system: str
    timeline: int
    database: str


def kind_of_change(before: Identity, now: Identity) -> str:
    """Return what differs most between two identities; empty if nothing does.

    What is unknown does not differ.
    """
    if before.system and now.system and before.system != now.system:
        return OTHER_CLUSTER
    if before.database != now.database:
        return OTHER_DATABASE
    if before.timeline and now.timeline and before.timeline != now.timeline:
        return OTHER_TIMELINE
    return ""


def known_of_both(before: Identity, now: Identity) -> Identity:
    """Return an identity, with what was known before where it is unknown now."""
    return Identity(
        now.system or before.system, now.timeline or before.timeline, now.database
    )
