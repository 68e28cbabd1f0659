"""Real servers on the loopback, with real certificates."""

import contextlib

import pytest
from raw_server import Server

from setup.certificates import Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """Return a CA that the probe trusts."""
    return Authority(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def serve():
    """Return a function that starts a server, which ends with the test."""
    with contextlib.ExitStack() as servers:

        def start(*arguments, **options):
            server = Server(*arguments, **options)
            servers.callback(server.close)
            return server

        yield start
