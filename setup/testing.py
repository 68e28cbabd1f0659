"""Run the tests, each time on a fresh copy of a database with our addons."""

import signal
import subprocess

from . import addons, databases, odoo_config, paths, python_env
from .lock import lock
from .steps import say, step

READY = "reliability_ready"
WITH_CARRIERS = "reliability_carriers"
WITH_PARTNERS = "reliability_partners"
DATABASE = "reliability_test"
FOLDER = paths.RUN / "test"


def run(arguments):
    """Run pytest.

    :param arguments: for pytest, instead of all tests.
    :return: its exit code.
    """
    with lock("tests"):
        databases.ensure(READY)
        with step(f"Copying it to {DATABASE}"):
            databases.copy(READY, DATABASE)
        config = FOLDER / "odoo.conf"
        # Nobody visits the database meanwhile but the tests themselves.
        alone = {"run_collector": False}
        odoo_config.write(config, {"db_name": DATABASE}, alone)
        say("-> Running the tests")
        pytest = [paths.PYTHON, "-m", "pytest", f"--odoo-config={config}"]
        tests = subprocess.Popen(
            [*pytest, "--odoo-http", *arguments], cwd=paths.ROOT, env=_environ()
        )
        return wait_for(tests)


def ensure_carriers():
    """Let there be a database with our addons and OCA's connectors, redirected.

    :return: its name, for :func:`~.databases.copy`
    """
    modules = [*addons.with_carriers(), "delivery_mondialrelay"]
    databases.ensure(WITH_CARRIERS, modules)
    return WITH_CARRIERS


def ensure_partners():
    """Let there be a database with our addons whose EDI partners are simulated.

    :return: its name, for :func:`~.databases.copy`
    """
    databases.ensure(WITH_PARTNERS, addons.with_partners(addons.installable()))
    return WITH_PARTNERS


def run_without_odoo(arguments):
    """Run pytest for tests that bring servers of their own.

    :return: its exit code.
    """
    with lock("tests"):
        pytest = [paths.PYTHON, "-m", "pytest", "-p", "no:odoo", *arguments]
        return wait_for(subprocess.Popen(pytest, cwd=paths.ROOT, env=_environ()))


def wait_for(tests):
    """Return the exit code of tests; those that are interrupted clean up first."""
    signal.signal(signal.SIGTERM, lambda *_: tests.send_signal(signal.SIGINT))
    while True:
        try:
            return tests.wait()
        except KeyboardInterrupt:  # which the tests get from the terminal, too
            say("-> Interrupted: waiting for the tests to clean up")


def _environ():
    """What the tests and their tools write stays below ``.run/``."""
    return python_env.environ(
        PYTHONPATH=str(paths.ROOT),
        COVERAGE_FILE=str(FOLDER / "coverage"),
        HYPOTHESIS_STORAGE_DIRECTORY=str(FOLDER / "hypothesis"),
    )
