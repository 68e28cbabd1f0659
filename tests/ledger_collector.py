"""Run a collector until the ledger is complete.

The collector delivers the messages in the ledger's outbox and decides the state of
transactions that are still unknown.
"""

import contextlib
import subprocess

from waiting import wait_until

from setup import paths, postgres, python_env

_UNDECIDED = """
    SELECT count(*) FROM reliability_attempt
     WHERE outcome IS NULL OR transaction_state IS NULL
        OR transaction_state = 'unknown'
"""


def wait_until_decided(database, config, **variables):
    """Wait until the ledger has the outcome and transaction state of all attempts.

    :param config: odoo.conf of the processes that made the attempts
    :param variables: of the environment
    :raise AssertionError: some attempts remain undecided
    """
    with _collector(config, variables):
        wait_until(lambda: postgres.psql(_UNDECIDED, database) == "0", "undecided")


@contextlib.contextmanager
def _collector(config, variables):
    command = [paths.PYTHON, paths.LAUNCHER, f"--addons-path={paths.ADDONS}"]
    process = subprocess.Popen(
        [*command, "reliability_collector", "-c", config],
        cwd=paths.RUN,
        env=python_env.environ(**variables),
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)
