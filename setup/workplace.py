"""The workplace of this process: a PostgreSQL cluster and a folder for Odoo's data.

The demo, each lane of the tests, soak, benchmarks and Odoo's own tests run at the same
time and share neither, so that each may restart, fill or delete its own.  A workplace
is a copy of ``build``, where databases are made once.

Its name is in the environment, so that child processes have the same workplace.
"""

import os
from contextlib import contextmanager

from . import paths

BUILD, DEMO = "build", "demo"
ROLLED_BACK = "odoo"
"""That of the lane whose tests roll their transactions back."""
_VARIABLE = "RELIABILITY_WORKPLACE"


def name():
    """Return the name of this process's workplace, by default the demo's."""
    return os.environ.get(_VARIABLE, DEMO)


def use(chosen):
    """Use another workplace from now on."""
    os.environ[_VARIABLE] = chosen


@contextmanager
def at(chosen):
    """Use another workplace for the block."""
    usual = os.environ.get(_VARIABLE)
    use(chosen)
    try:
        yield
    finally:
        if usual is None:
            del os.environ[_VARIABLE]
        else:
            use(usual)


def odoo_data():
    """Return Odoo's data folder, with the filestores of the cluster's databases."""
    return paths.ODOO_DATA / name()


def filestore(database):
    """Return the filestore of a database."""
    return odoo_data() / "filestore" / database
