"""Problems of one watch that are only the consequence of those of another."""

from collections.abc import Sequence

from .problem import Problem

_OF_A_DISK = {
    "disk_slow": "commits_slow",
    "host_disk_short": "postgres_disk_short",
    "postgres_disk_full": "host_disk_short",  # it is worse
}
"""Code → code of its consequence on the same disk.

A disk is known by the number of its file system: where PostgreSQL's is not known, or
there are two on one disk, both problems are named.
"""


def without_consequences(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems without those that another one has in its ``explains``."""
    found = {problem.key: problem for problem in problems}
    for problem in problems:
        for cause in problems:
            if problem.key in found and cause.key in found and _causes(cause, problem):
                explains = (*found[cause.key].explains, problem.key)
                found[cause.key] = found[cause.key]._replace(explains=explains)
                del found[problem.key]
    return list(found.values())


def _causes(cause: Problem, problem: Problem) -> bool:
    """Return whether a disk that has one problem is all that has another."""
    return (
        _OF_A_DISK.get(cause.code) == problem.code
        and bool(problem.devices)
        and set(problem.devices) <= set(cause.devices)
    )
