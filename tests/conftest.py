"""A real server on a database of its own, for the tests that cross addons."""

import shutil

import pytest

from setup import databases, paths, testing
from setup.odoo_server import OdooServer
from setup.traffic import ApiUser

FOLDER = paths.RUN / "test"

collect_ignore = ["demo"]  # `make test-demo` runs them: they take minutes


@pytest.fixture(scope="module")
def database(request):
    """A database with demo data and our addons, dropped after the module's tests."""
    name = f"reliability_{request.module.__name__}"
    databases.copy(testing.READY, name)
    yield name
    databases.drop(name)


@pytest.fixture
def make_database():
    """Make databases as the one above is; they are dropped after the test."""
    names = []

    def make(name, source=testing.READY):
        names.append(name)
        databases.copy(source, name)
        return name

    yield make
    for name in names:
        databases.drop(name)


@pytest.fixture
def make_server(database, request):
    """Start servers on the database; they are stopped after the test."""
    servers = []
    shutil.rmtree(FOLDER / request.node.name, ignore_errors=True)

    def make(**options):
        folder = FOLDER / request.node.name / f"server-{1 + len(servers)}"
        servers.append(OdooServer(database, folder, **options))
        servers[-1].start()
        return servers[-1]

    yield make
    for server in servers:
        server.stop()


@pytest.fixture
def admin(database):
    """Log in to a server as its administrator, in this database or another."""
    return lambda server, db=database: ApiUser(server.url, db, "admin", "admin")
