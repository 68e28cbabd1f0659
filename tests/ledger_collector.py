"""A collector for a while: it brings what the ledger kept in files, and lets it find
out what nobody told it.
"""

import contextlib
import subprocess

from waiting import wait_until

from setup import paths, postgres, python_env

_UNDECIDED = """
    SELECT count(*) FROM reliability_attempt WHERE outcome IS NULL OR transaction_state IS NULL
        OR transaction_state = 'unknown'
"""


def decide(database, config):
    """Return when the ledger of a database knows how all its attempts ended.

    :param config: odoo.conf of those who asked
    :raise AssertionError: it does not find out
    """
    with _collector(config):
        wait_until(lambda: postgres.psql(_UNDECIDED, database) == "0", "undecided")


@contextlib.contextmanager
def _collector(config):
    command = [paths.PYTHON, paths.LAUNCHER, f"--addons-path={paths.ADDONS}"]
    process = subprocess.Popen(
        [*command, "reliability_collector", "-c", config],
        cwd=paths.RUN,
        env=python_env.environ(),
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)
