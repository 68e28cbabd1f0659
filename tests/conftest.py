"""A real server on a database of its own, for the tests that cross addons."""

import shutil

import pytest

from setup import databases, paths, testing
from setup.odoo_server import OdooServer
from setup.traffic import ApiUser

FOLDER = paths.RUN / "test"


@pytest.fixture(scope="module")
def database(request):
    """A database with demo data and our addons, dropped after the module's tests."""
    name = f"reliability_{request.module.__name__}"
    databases.copy(testing.READY, name)
    yield name
    databases.drop(name)


@pytest.fixture
def make_server(database, request):
    """Start servers on the database; they are stopped after the test."""
    servers = []

    def make(**options):
        folder = FOLDER / request.node.name
        shutil.rmtree(folder, ignore_errors=True)
        servers.append(OdooServer(database, folder, **options))
        servers[-1].start()
        return servers[-1]

    yield make
    for server in servers:
        server.stop()


@pytest.fixture
def admin(database):
    """Log in to a server as its administrator."""
    return lambda server: ApiUser(server.url, database, "admin", "admin")
