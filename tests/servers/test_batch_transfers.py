"""Odoo's tests of the glue addon for batch transfers, in a database that has these."""

import subprocess
from xml.etree import ElementTree

import pytest

from setup import addons, databases, odoo_config, paths, python_env

SOURCE = databases.FULL
FOLDER = paths.RUN / "test" / "batch-transfers"
TESTS = paths.ADDONS / addons.BATCH_GLUE / "tests"


@pytest.fixture
def results(database):
    """Run the tests, and return the numbers of each result."""
    config, report = FOLDER / "odoo.conf", FOLDER / "tests.xml"
    odoo_config.write(config, {"db_name": database}, {"run_collector": False})
    command = [paths.PYTHON, "-m", "pytest", f"--odoo-config={config}"]
    run = subprocess.run(
        [*command, f"--junitxml={report}", TESTS],
        cwd=paths.ROOT,
        # Within xdist, pytest-odoo would copy the database once more.
        env=python_env.environ(PYTEST_XDIST_WORKER=""),
        capture_output=True,
        text=True,
        check=False,
    )
    assert not run.returncode, run.stdout + run.stderr
    return ElementTree.parse(report).find("testsuite").attrib


def test_rehearsals_join_no_batch_and_no_wave(results):
    assert int(results["tests"]) >= 2
    assert results["skipped"] == "0"
