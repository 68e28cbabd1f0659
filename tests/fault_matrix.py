"""The cells of the fault matrix: how to run them, and what the ledger must have.

Each of eight faults of a partner system is combined with each of eight situations on
Odoo's side: 64 cells, on a real PostgreSQL server, with real processes that are killed.
"""

import contextlib
import json
import os
import signal
import sys
import threading

import ledger_collector
from child_process import FAILED, REFUSED
from matrix import COMMON_SITUATIONS, EXCHANGES, Driver

from setup import postgres
from setup.simulators import DOES_IT

sys.path.insert(0, str(EXCHANGES))
from simulator import FAULTS, Simulator

SITUATIONS = (*COMMON_SITUATIONS, "postgresql_restarted")
CELLS = [(fault, situation) for situation in SITUATIONS for fault in FAULTS]
ANSWERS_WELL = {"ok", "slow"}
OUTCOME = {
    **dict.fromkeys(("ok", "slow"), "succeeded"),
    **dict.fromkeys(("refuses", "breaks", "tls"), "failed"),
    **dict.fromkeys(("timeout_before", "timeout_after", "cut"), "unknown"),
}
"""Fault → outcome of the attempt, if its process was not killed."""

FOUND = """
    SELECT json_object_agg(res_name, json_build_object(
        'state', state, 'attempts', attempt_count, 'orphans', orphan_count,
        'outcomes', (SELECT json_agg(outcome ORDER BY id) FROM reliability_attempt
                      WHERE exchange_id = exchange.id),
        'transaction_states', (
            SELECT json_agg(transaction_state ORDER BY id) FROM reliability_attempt
             WHERE exchange_id = exchange.id),
        'references', (SELECT json_object_agg(name, state) FROM reliability_reference
                        WHERE exchange_id = exchange.id)))
      FROM reliability_exchange AS exchange
     WHERE res_name LIKE 'cell %'
"""


def run_cells(database, config, cells, **variables):
    """Run cells and the maintenance of the ledger.

    :param config: path of odoo.conf
    :param variables: the environment of the processes of this host
    :return: cell → exchange in the ledger, parcels at the carrier, and exit status of
        the process
    """
    names = {cell: f"cell {' '.join(cell)}" for cell in cells}
    ended = {}
    _restarted.clear()
    with (
        Simulator() as simulator,
        Driver("driver.py", config, simulator.port, **variables) as driver,
    ):
        for (fault, situation), name in names.items():
            record = partner(database, name)
            postgres.psql("CHECKPOINT")  # else a restart takes longer than the timeout
            simulator.callbacks[name] = _callback(situation, name)
            ended[fault, situation] = driver.run(name, record, fault, situation)
            with _one_restart:
                pass  # until PostgreSQL is available again
    ledger_collector.wait_until_decided(database, config, **variables)
    found = json.loads(postgres.psql(FOUND, database) or "{}")
    return {
        cell: (found.get(name), simulator.parcels[name], ended[cell])
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


def _callback(situation, name):
    """Return what to do when the request is done and not answered yet."""
    if situation == "kill_during":
        return _kill_client
    if situation == "postgresql_restarted":
        return lambda _headers: _restart_once(name)
    return None


def _kill_client(headers):
    with contextlib.suppress(ProcessLookupError):  # it has given up
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
    """Return what the ledger must have: state, outcomes, states of transactions, and
    states of references."""
    outcome = OUTCOME[fault]
    is_done = fault in ANSWERS_WELL
    if situation in ("kill_before", "kill_during"):
        return "unknown", ["unknown"], ["rolled_back"], []
    if situation == "commit" and is_done:
        return "succeeded", [outcome], ["committed"], ["committed"]
    if situation == "serialization":
        if is_done:
            return (
                "succeeded",
                [outcome] * 2,
                ["rolled_back", "committed"],
                ["orphaned", "committed"],
            )
        return outcome, [outcome] * 2, ["rolled_back"] * 2, []
    state = "failed" if is_done else outcome
    return state, [outcome], ["rolled_back"], ["orphaned"] if is_done else []


def ending(fault, situation):
    """Return the exit code of the process of a cell: negative if it was killed."""
    if situation.startswith("kill"):
        return -signal.SIGKILL
    if situation == "savepoint":
        return 0  # the business goes on after the rollback of the savepoint
    if (
        situation == "postgresql_restarted" and fault != "tls"
    ):  # else there is no request
        return FAILED  # also after a refusal: Odoo cannot roll it back
    if situation == "rollback" or fault not in ANSWERS_WELL:
        return REFUSED
    return 0


def assert_is_true(cell, exchange, parcels, ended):
    """Assert that the ledger has what the partner system did, see :func:`run_cells`."""
    assert os.waitstatus_to_exitcode(ended) == ending(*cell)
    assert exchange, "no row"
    state, outcomes, transaction_states, references = expected(*cell)
    assert exchange["outcomes"] == outcomes
    assert exchange["transaction_states"] == transaction_states
    assert exchange["state"] == state
    assert exchange["attempts"] == len(outcomes)
    known = exchange["references"] or {}
    assert sorted(known.values()) == sorted(references)
    # Parcels in the ledger exist at the carrier.  Each other parcel at the carrier
    # belongs to an attempt that the ledger calls unknown.
    assert set(known) <= set(parcels)
    assert len(parcels) - len(known) <= outcomes.count("unknown")
    assert bool(parcels) or not known
    if cell[0] in DOES_IT - {"ok", "slow"} and cell[1] not in ("kill_before",):
        assert parcels and "unknown" in outcomes
