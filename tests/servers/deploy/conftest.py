"""Programs that render and check manifests; no servers."""

import pytest

from setup import prepare


@pytest.fixture(scope="package", autouse=True)
def programs():
    prepare.for_checks()
