"""A server with a job runner, shared by all tests of background work."""

import pytest
from background import workers

from setup import databases

CHANNELS = "root:4,root.sequence:1:sequential,root.night:1:paused"


@pytest.fixture(scope="package")
def database():
    """A database with our addons and the jobs."""
    with databases.copied(databases.PROBED, "reliability_test_background") as name:
        yield name


@pytest.fixture(scope="package")
def running(database):
    """A server with a runner."""
    with workers.Queue(database, CHANNELS) as queue:
        yield queue


@pytest.fixture
def queue(running):
    """The server, without jobs of other tests."""
    running.reset()
    return running
