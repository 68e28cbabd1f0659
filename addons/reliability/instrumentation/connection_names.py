"""A worker's connections are named after the worker, also those of a loaded registry.

Odoo calls a connection ``odoo-<pid>``, with the pid of the process that has loaded the
registry: in a prefork server, that is the master.  So nobody could tell by the name
which worker waits for a lock, or holds it.
"""

import functools
import logging
import os

from odoo import sql_db
from odoo.orm.registry import Registry

_logger = logging.getLogger(__name__)


@functools.cache
def install() -> None:
    """Name connections anew in each process that is forked from now on."""
    os.register_at_fork(after_in_child=_name_anew)


def _name_anew() -> None:
    try:
        # Not by its methods: a thread that is gone may hold their lock.
        for name, registry in list(Registry.registries._values.items()):
            registry._db = sql_db.db_connect(name)
            if registry._db_readonly is not None:
                registry._db_readonly = sql_db.db_connect(name, readonly=True)
    except Exception:
        _logger.exception("Connections keep the name of the process that was forked")
