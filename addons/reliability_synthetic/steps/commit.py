"""What a COMMIT would check."""

from .case import Case


def check_commit(case: Case) -> None:
    """Write what is pending, run what runs before a commit, and check constraints.

    :raise Exception: what a commit would refuse, such as a deferred constraint
    """
    case.env.cr.flush()
    case.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
