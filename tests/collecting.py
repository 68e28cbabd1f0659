"""A collector for a while: it brings what the ledger kept in files, and lets it find
out what nobody told it.
"""

import contextlib
import subprocess
import time

from setup import paths, postgres, python_env

_UNDECIDED = """
    SELECT count(*) FROM reliability_attempt WHERE outcome IS NULL OR fate IS NULL
        OR fate = 'unknown'
"""


def decide(database, config, patience=60):
    """Return when the ledger of a database knows how all its attempts ended.

    :param config: odoo.conf of those who asked
    :param patience: seconds after which it returns anyway
    """
    with _collector(config):
        until = time.monotonic() + patience
        while int(postgres.psql(_UNDECIDED, database)) and time.monotonic() < until:
            time.sleep(0.5)


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
