"""Real servers on their own databases, in the workplace of this process."""

import itertools
import os
from collections import Counter
from contextlib import ExitStack

import pytest
from xdist.scheduler import LoadScopeScheduling

from setup import busy_machine, databases, paths, workplace
from setup.odoo_server import OdooServer
from setup.traffic import ApiUser

FOLDER = paths.RUN / "test"
HERE = paths.ROOT / "tests" / "servers"

workplace.use(f"servers-{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}")


class SharedServerScheduling(LoadScopeScheduling):
    """Runs tests of a file or folder in one process, since they share a server."""

    def _split_scope(self, nodeid):
        return _group(nodeid)


def _group(nodeid):
    file = paths.ROOT / nodeid.partition("::")[0]
    return str(file if file.parent == HERE else file.parent)


def pytest_xdist_make_scheduler(config, log):
    return SharedServerScheduling(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Begin with groups of few tests, since each of these tests takes long."""
    sizes = Counter(_group(item.nodeid) for item in items)
    items.sort(key=lambda item: sizes[_group(item.nodeid)])


@pytest.fixture(scope="module")
def database(request):
    """A database with demo data and our addons, dropped after the module's tests.

    It is a copy of the module's ``SOURCE``, by default of ``databases.READY``.
    """
    name = f"reliability_{request.module.__name__}"
    source = getattr(request.module, "SOURCE", databases.READY)
    with databases.copied(source, name):
        busy_machine.allow_for(name)
        yield name


@pytest.fixture
def make_database():
    """Make copies of databases, which are dropped after the test."""
    with ExitStack() as copies:

        def make(name, source=databases.READY):
            copies.enter_context(databases.copied(source, name))
            busy_machine.allow_for(name)
            return name

        yield make


@pytest.fixture
def make_server(database, request):
    """Start servers on the database, which are stopped after the test."""
    numbers = itertools.count(1)
    with ExitStack() as servers:

        def make(**options):
            folder = FOLDER / request.node.name / f"server-{next(numbers)}"
            return servers.enter_context(OdooServer(database, folder, **options))

        yield make


@pytest.fixture
def admin(database):
    """Log in to a server as administrator, in this database or another."""
    return lambda server, db=database: ApiUser(server.url, db, "admin", "admin")
