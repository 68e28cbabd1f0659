"""Whatever goes wrong, there and here: the ledger says what the counterpart did.

Each way in which a counterpart can fail, combined with each way in which our side can:
64 cells, on a real server of PostgreSQL, with real processes that are really killed.
"""

import contextlib
import json
import os
import signal
import sys
import threading

import ledger_collector
import pytest
from child_process import FAILED, REFUSED
from matrix import EXCHANGES, Driver, assert_is_documented

from setup import odoo_config, paths, postgres
from setup.simulators import DOES_IT

sys.path.insert(0, str(EXCHANGES))
from simulator import FAULTS, Simulator

SITUATIONS = (
    "commit",
    "rollback",
    "serialization",
    "savepoint",
    "kill_before",
    "kill_during",
    "kill_after",
    "postgresql_restarted",
)
CELLS = [(fault, situation) for situation in SITUATIONS for fault in FAULTS]
ANSWERS_WELL = {"ok", "slow"}
OUTCOME = {
    **dict.fromkeys(("ok", "slow"), "succeeded"),
    **dict.fromkeys(("refuses", "breaks", "tls"), "failed"),
    **dict.fromkeys(("timeout_before", "timeout_after", "cut"), "unknown"),
}
"""Fault → how the attempt ended, where its process lived to see it."""

FOUND = """
    SELECT json_object_agg(res_name, json_build_object(
        'state', state, 'attempts', attempt_count, 'orphans', orphan_count,
        'outcomes', (SELECT json_agg(outcome ORDER BY id) FROM reliability_attempt
                      WHERE exchange_id = exchange.id),
        'transaction_states', (SELECT json_agg(transaction_state ORDER BY id) FROM reliability_attempt
                   WHERE exchange_id = exchange.id),
        'references', (SELECT json_object_agg(name, state) FROM reliability_reference
                        WHERE exchange_id = exchange.id)))
      FROM reliability_exchange AS exchange
     WHERE res_name LIKE 'cell %'
"""


@pytest.fixture(scope="module")
def results(database):
    """Run all cells, let the ledger find out what nobody told it, and return cells →
    what the ledger has, what the counterpart has, and how the process ended."""
    names = {cell: f"cell {' '.join(cell)}" for cell in CELLS}
    ended = {}
    config = paths.RUN / "test" / "fault_matrix" / "odoo.conf"
    odoo_config.write(config, {"db_name": database})
    with (
        Simulator() as simulator,
        Driver("driver.py", config, simulator.port) as driver,
    ):
        for (fault, situation), name in names.items():
            record = partner(database, name)
            postgres.psql("CHECKPOINT")  # else a restart takes longer than patience
            simulator.happening[name] = _happening(situation, name)
            ended[fault, situation] = driver.run(name, record, fault, situation)
            with _one_restart:
                pass  # until PostgreSQL is there again
    ledger_collector.wait_until_decided(database, config)
    found = json.loads(postgres.psql(FOUND, database) or "{}")
    return {
        cell: (found.get(name), simulator.made[name], ended[cell])
        for cell, name in names.items()
    }


def partner(database, name):
    return int(
        postgres.psql(
            "INSERT INTO res_partner (name, complete_name, active, autopost_bills)"
            f" VALUES ('{name}', '{name}', true, 'ask') RETURNING id",
            database,
        ).split()[0]
    )


def _happening(situation, name):
    """Return what happens when the request has arrived."""
    if situation == "kill_during":
        return _kill_who_asks
    if situation == "postgresql_restarted":
        return lambda _headers: _restart_once(name)
    return None


def _kill_who_asks(headers):
    with contextlib.suppress(ProcessLookupError):  # he has given up
        os.kill(int(headers["X-Pid"]), signal.SIGKILL)


_restarted = set()
_one_restart = threading.Lock()


def _restart_once(name):
    with _one_restart:
        if name not in _restarted:
            _restarted.add(name)
            postgres.stop()
            postgres.start()


def expected(fault, situation):
    """Return what the ledger must have: state, outcomes, transaction_states, references' states."""
    outcome = OUTCOME[fault]
    did = fault in ANSWERS_WELL
    if situation in ("kill_before", "kill_during"):
        return "unknown", ["unknown"], ["rolled_back"], []
    if situation == "commit" and did:
        return "succeeded", [outcome], ["committed"], ["committed"]
    if situation == "serialization":
        if did:
            return (
                "succeeded",
                [outcome] * 2,
                ["rolled_back", "committed"],
                ["orphaned", "committed"],
            )
        return outcome, [outcome] * 2, ["rolled_back"] * 2, []
    state = "failed" if did else outcome
    return state, [outcome], ["rolled_back"], ["orphaned"] if did else []


def ending(fault, situation):
    """Return how the process of a cell must end, as exit codes are: negative, if it was
    killed."""
    if situation.startswith("kill"):
        return -signal.SIGKILL
    if situation == "savepoint":
        return 0  # the business does without what was refused
    if situation == "postgresql_restarted" and fault != "tls":  # else nobody is asked
        return FAILED  # also what was refused: Odoo cannot roll it back
    if situation == "rollback" or fault not in ANSWERS_WELL:
        return REFUSED
    return 0


GROUPS = (
    ("ok", "slow"),
    ("refuses", "breaks", "tls"),
    ("timeout_before", "timeout_after", "cut"),
)
"""Faults that the documentation shows as one column."""


def test_the_table_in_the_documentation_is_what_is_tested():
    assert_is_documented("integrations.md", expected, SITUATIONS, GROUPS)


@pytest.mark.parametrize("cell", CELLS, ids=" ".join)
def test_the_ledger_says_what_the_counterpart_did(results, cell):
    found, made, ended = results[cell]
    assert os.waitstatus_to_exitcode(ended) == ending(*cell)
    assert found, "no row"
    state, outcomes, transaction_states, references = expected(*cell)
    assert found["outcomes"] == outcomes
    assert found["transaction_states"] == transaction_states
    assert found["state"] == state
    assert found["attempts"] == len(outcomes)
    known = found["references"] or {}
    assert sorted(known.values()) == sorted(references)
    # What the ledger knows of exists there; what exists there and is not known is
    # an attempt of which the ledger says that nobody knows.
    assert set(known) <= set(made)
    assert len(made) - len(known) <= outcomes.count("unknown")
    assert bool(made) or not known
    if cell[0] in DOES_IT - {"ok", "slow"} and cell[1] not in ("kill_before",):
        assert made and "unknown" in outcomes
