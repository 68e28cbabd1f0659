"""The ledger says what the partner did, whatever fails at the partner or in Odoo.

This includes errors that OCA's framework catches, and jobs that are rolled back and
retried.
"""

import contextlib
import json
import os
import signal

import ledger_collector
import pytest
from child_process import FAILED, REFUSED
from edi_documents import make
from matrix import COMMON_SITUATIONS, Driver, assert_is_documented

from setup import databases, odoo_config, partners, paths, postgres

SOURCE = databases.FULL
FOLDER = paths.RUN / "test" / "edi_matrix"
PARTNER = "acme_corporation"
FAULTS = ("ok", "refuses", "unavailable", "timeout_after", "cut")
SITUATIONS = (*COMMON_SITUATIONS, "job", "job_again", "job_kill_during")
CELLS = [(fault, situation) for situation in SITUATIONS for fault in FAULTS]
OUTCOME = {
    "ok": "succeeded",
    **dict.fromkeys(("refuses", "unavailable"), "failed"),
    **dict.fromkeys(("timeout_after", "cut"), "unknown"),
}
CAUGHT = {"ok", "refuses"}
"""After these the framework writes a state; others roll the transaction back."""

EXCHANGES = """
    SELECT json_object_agg(res_id, json_build_object(
        'state', state,
        'is_possibly_duplicated', is_possibly_duplicated,
        'outcomes', (SELECT json_agg(outcome ORDER BY id) FROM reliability_attempt
                      WHERE exchange_id = exchange.id),
        'transaction_states', (SELECT json_agg(transaction_state ORDER BY id)
                                 FROM reliability_attempt
                                WHERE exchange_id = exchange.id),
        'references', (SELECT json_agg(state ORDER BY id) FROM reliability_reference
                        WHERE exchange_id = exchange.id)))
      FROM reliability_exchange AS exchange WHERE operation = 'send'
"""


@pytest.fixture(scope="module")
def results(database):
    """Cell → its exchange, how many documents the partner has taken, and exit status.

    All cells run first; then the ledger decides the outcomes of killed processes.
    """
    config, pid_file = FOLDER / "odoo.conf", FOLDER / "pid"
    odoo_config.write(config, {"db_name": database})
    documents = make(config, PARTNER, len(CELLS))
    ended, taken = {}, {}
    with (
        partners.Simulator() as simulator,
        Driver("edi_driver.py", config, pid_file) as driver,
    ):
        for (fault, situation), document in zip(CELLS, documents, strict=True):
            simulator.plan.forget()
            times = 2 if situation == "serialization" else 1
            if fault != "ok":
                simulator.behave(PARTNER, fault, times, seconds=1.0)
            if situation.endswith("kill_during"):
                simulator.on_request = lambda _asked: _kill(pid_file)
            else:
                simulator.on_request = lambda _asked: None
            before = sum(map(len, simulator.taken.values()))
            cell = f"{fault} {situation}"
            ended[fault, situation] = driver.run(
                cell, document, simulator.url, situation
            )
            taken[fault, situation] = sum(map(len, simulator.taken.values())) - before
    ledger_collector.wait_until_decided(database, config)
    exchanges = json.loads(postgres.psql(EXCHANGES, database) or "{}")
    return {
        cell: (exchanges.get(str(document)), taken[cell], ended[cell])
        for cell, document in zip(CELLS, documents, strict=True)
    }


def _kill(pid_file):
    with contextlib.suppress(ProcessLookupError):  # it has ended
        os.kill(int(pid_file.read_text()), signal.SIGKILL)


def expected(fault, situation):
    """Return the expected state, outcomes, transaction states and reference states."""
    outcome = OUTCOME[fault]
    is_taken = fault == "ok"
    if situation.endswith(("kill_before", "kill_during")):
        return "unknown", ["unknown"], ["rolled_back"], []
    if situation in ("job", "job_again") and fault not in CAUGHT:
        if situation == "job":
            return "retrying", [outcome], ["rolled_back"], []
        return (
            "succeeded",
            [outcome, "succeeded"],
            ["rolled_back", "committed"],
            ["committed"],
        )
    if situation == "serialization" and fault in CAUGHT:
        transaction_states = ["rolled_back", "committed"]
        return (
            outcome,
            [outcome] * 2,
            transaction_states,
            ["orphaned", "committed"] if is_taken else [],
        )
    if situation in ("commit", "serialization", "job", "job_again"):
        transaction_state = "committed" if fault in CAUGHT else "rolled_back"
        if situation == "job_again" and fault == "refuses":
            # The framework has marked it as failed; the second job succeeds.
            return (
                "succeeded",
                ["failed", "succeeded"],
                ["committed", "committed"],
                ["committed"],
            )
        return (
            outcome,
            [outcome],
            [transaction_state],
            ["committed"] if is_taken else [],
        )
    state = "failed" if is_taken else outcome
    return state, [outcome], ["rolled_back"], ["orphaned"] if is_taken else []


def ending(fault, situation):
    """Return the expected exit code of the process: negative where it is killed."""
    if "kill" in situation:
        return -signal.SIGKILL
    if situation == "savepoint" or situation.startswith("job"):
        return 0
    if fault not in CAUGHT:
        return FAILED
    return REFUSED if situation == "rollback" else 0


GROUPS = (("ok",), ("refuses",), ("unavailable",), ("timeout_after", "cut"))
"""Faults that share a column of the documentation."""


def test_the_table_in_the_documentation_is_tested():
    assert_is_documented("edi.md", expected, SITUATIONS, GROUPS)


@pytest.mark.parametrize("cell", CELLS, ids=" ".join)
def test_the_ledger_says_what_the_partner_did(results, cell):
    exchange, taken, ended = results[cell]
    assert os.waitstatus_to_exitcode(ended) == ending(*cell)
    assert exchange, "no row"
    state, outcomes, transaction_states, references = expected(*cell)
    assert exchange["outcomes"] == outcomes
    assert exchange["transaction_states"] == transaction_states
    assert exchange["state"] == state
    assert sorted(exchange["references"] or []) == sorted(references)
    # The partner has taken all that the ledger has as succeeded; whatever else it has
    # taken is an unknown outcome.
    assert outcomes.count("succeeded") <= taken
    assert taken <= outcomes.count("succeeded") + outcomes.count("unknown")
    # No answer, then retried with success: the partner may have taken it twice.
    assert exchange["is_possibly_duplicated"] == (
        state == "succeeded" and "unknown" in outcomes
    )
