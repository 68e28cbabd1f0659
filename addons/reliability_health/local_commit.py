"""Commits that wait for no standby.

While no synchronous standby confirms commits, all other commits wait.  An evaluation
that waited, too, could not say so; one that is lost in a failover is made again after a
minute.
"""

from odoo.sql_db import BaseCursor


def commit_locally(cr: BaseCursor) -> None:
    """Let the commit of this transaction wait for the local disk alone.

    Not of the session: a pooler shares its connections.
    """
    cr.execute("SET LOCAL synchronous_commit = 'local'")
