"""Names of connections: each forked worker names its connections after itself.

Odoo names a connection ``odoo-<pid>``, with the pid of the process that has loaded the
registry.  In a prefork server that is the master, so that the name would not say which
worker waits for a lock or holds it.
"""

import functools
import logging
import os

from odoo import sql_db
from odoo.orm.registry import Registry

_logger = logging.getLogger(__name__)


@functools.cache
def install() -> None:
    """Rename connections in each process that is forked from now on."""
    os.register_at_fork(after_in_child=_rename)


def _rename() -> None:
    try:
        # Without the methods of the container: a thread that no longer exists in this
        # process may hold their lock.
        for name, registry in list(Registry.registries._values.items()):
            registry._db = sql_db.db_connect(name)
            if registry._db_readonly is not None:
                registry._db_readonly = sql_db.db_connect(name, readonly=True)
    except Exception:
        _logger.exception("Connections keep the name of the process that was forked")
