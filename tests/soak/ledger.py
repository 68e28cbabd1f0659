"""Twenty thousand attempts of four workers while PostgreSQL is restarted twice.

At the end the ledger has each attempt once, with the outcome in the workers' own files
and the transaction state that the database shows.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from setup import databases, odoo_config, paths, postgres, python_env

sys.path.insert(0, str(Path(__file__).parents[1]))
import ledger_collector
from matrix import EXCHANGES

DATABASE = "reliability_soak_ledger"
FOLDER = paths.RUN / "soak" / "ledger"
ATTEMPTS = 20_000
RESTARTS = (1 / 3, 2 / 3)
"""Shares of the attempts after which PostgreSQL is restarted."""

LEDGER = """
    SELECT uid, outcome, transaction_state,
           (SELECT state FROM reliability_reference WHERE attempt_id = attempt.id)
      FROM reliability_attempt AS attempt
"""


@pytest.fixture
def config():
    shutil.rmtree(FOLDER, ignore_errors=True)
    path = FOLDER / "odoo.conf"
    databases.copy(databases.READY, DATABASE)
    odoo_config.write(path, {"db_name": DATABASE})
    postgres.psql(
        f"CREATE TABLE called (uid text); ALTER TABLE called OWNER TO {postgres.ROLE}",
        DATABASE,
    )
    return path


def written():
    """Return the outcomes in the workers' own files: uid → outcome."""
    lines = [line for path in FOLDER.glob("*.txt") for line in path.open()]
    outcomes = dict(line.split() for line in lines)
    assert len(outcomes) == len(lines)
    return outcomes


def run(config):
    """Run the workers and restart PostgreSQL meanwhile; return their exit code."""
    command = [paths.PYTHON, EXCHANGES / "crowd.py", FOLDER, str(ATTEMPTS // 4)]
    crowd = subprocess.Popen(
        command,
        cwd=paths.RUN,
        env=python_env.environ(ODOO_RC=str(config), PYTHONPATH=str(paths.ROOT)),
    )
    for share in RESTARTS:
        while crowd.poll() is None and len(written()) < share * ATTEMPTS:
            time.sleep(0.2)
        postgres.stop()
        time.sleep(1)
        postgres.start()
    return crowd.wait()


def test_no_attempt_is_lost_or_recorded_twice(config):
    started = time.monotonic()
    assert run(config) == 0
    took = time.monotonic() - started
    ledger_collector.wait_until_decided(DATABASE, config)
    rows = [row.split("|") for row in postgres.psql(LEDGER, DATABASE).splitlines()]
    ledger = {uid: what for uid, *what in rows}
    outcomes = written()
    committed = set(postgres.psql("SELECT uid FROM asked_for", DATABASE).split())
    print(f"\n{len(outcomes)} attempts in {took:.0f} s, {len(committed)} committed")
    assert len(outcomes) >= ATTEMPTS
    assert len(ledger) == len(rows), "recorded twice"
    assert ledger.keys() == outcomes.keys(), "lost"
    for uid, (outcome, transaction_state, reference) in ledger.items():
        assert outcome == outcomes[uid]
        assert transaction_state == ("committed" if uid in committed else "rolled_back")
        state = {"committed": "committed", "rolled_back": "orphaned"}[transaction_state]
        assert reference == (state if outcome == "succeeded" else "")
