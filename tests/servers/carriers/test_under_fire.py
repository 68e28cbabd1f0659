"""Whatever goes wrong while parcels are made: the ledger says what carriers did.

One connector speaks REST and one SOAP, their code unchanged.  Deliveries are validated
alone or as a batch transfer of two, where it goes wrong at the second; processes are
really killed, and PostgreSQL is really restarted.
"""

import contextlib
import itertools
import json
import os
import signal

import collecting
import pytest
from conversation import Conversation
from shipping.desk import FOLDER, patience_with

from setup import paths, postgres, processes
from setup.simulators import DOES_IT

KINDS = ("dhl_parcel", "mrw")
WAYS = {"alone": 1, "batch": 2}
FAULTS = ("refuses", "timeout_after", "cut")
SITUATIONS = (
    *FAULTS,
    "ok",
    "rollback",
    "serialization",
    "killed",
    "postgresql_restarted",
)
CELLS = list(itertools.product(KINDS, WAYS, SITUATIONS))

SUCCEEDED, FAILED, UNKNOWN = "succeeded", "failed", "unknown"
COMMITTED, ROLLED_BACK = "committed", "rolled_back"
WELL = ("succeeded", [SUCCEEDED], [COMMITTED], ["committed"])
MADE_IN_VAIN = ("failed", [SUCCEEDED], [ROLLED_BACK], ["orphaned"])
TWICE = (
    "succeeded",
    [SUCCEEDED] * 2,
    [ROLLED_BACK, COMMITTED],
    ["orphaned", "committed"],
)
NOBODY_KNOWS = ("unknown", [UNKNOWN], [ROLLED_BACK], [])

ALONE = {
    "ok": [WELL],
    "refuses": [("failed", [FAILED], [ROLLED_BACK], [])],
    "timeout_after": [NOBODY_KNOWS],
    "cut": [NOBODY_KNOWS],
    "rollback": [MADE_IN_VAIN],
    "serialization": [TWICE],
    "killed": [NOBODY_KNOWS],
    # The connector has its answer, and cannot write it down.
    "postgresql_restarted": [NOBODY_KNOWS],
}
# Odoo goes on where the second of a batch has no label: its activity says so.
BATCH = {
    "ok": [WELL, WELL],
    "refuses": [WELL, ("failed", [FAILED], [COMMITTED], [])],
    "timeout_after": [WELL, ("unknown", [UNKNOWN], [COMMITTED], [])],
    "cut": [WELL, ("unknown", [UNKNOWN], [COMMITTED], [])],
    "rollback": [MADE_IN_VAIN, MADE_IN_VAIN],
    "serialization": [TWICE, TWICE],
    "killed": [MADE_IN_VAIN, NOBODY_KNOWS],
    "postgresql_restarted": [MADE_IN_VAIN, NOBODY_KNOWS],
}
# But only over an error that is meant for people.  Some connectors let those of the
# network through as they are, and then all of the batch is undone.
ALL_UNDONE = [MADE_IN_VAIN, NOBODY_KNOWS]
LET_THROUGH = {("dhl_parcel", "cut"), ("mrw", "timeout_after"), ("mrw", "cut")}


def expected(kind, way, situation):
    """Return for each delivery what must be on record: the exchange's state, outcomes
    and transaction_states of its attempts, states of its parcels.
    """
    if way == "alone":
        return ALONE[situation]
    return ALL_UNDONE if (kind, situation) in LET_THROUGH else BATCH[situation]


ON_RECORD = """
    SELECT json_object_agg(res_name, json_build_object(
        'state', state,
        'outcomes', (SELECT json_agg(outcome ORDER BY id) FROM reliability_attempt
                      WHERE exchange_id = exchange.id),
        'transaction_states', (SELECT json_agg(transaction_state ORDER BY id) FROM reliability_attempt
                   WHERE exchange_id = exchange.id),
        'parcels', (SELECT coalesce(json_object_agg(name, state), '{}')
                      FROM reliability_reference WHERE exchange_id = exchange.id),
        'tracking', (SELECT coalesce(carrier_tracking_ref, '') FROM stock_picking
                      WHERE id = res_id)))
      FROM reliability_exchange AS exchange
     WHERE res_model = 'stock.picking' AND operation = 'label'
"""


class Fire(Conversation):
    """The process of :mod:`shipping.under_fire`."""

    def __init__(self, carriers):
        super().__init__(
            *("-m", "shipping.under_fire"),
            ODOO_RC=str(FOLDER / "odoo.conf"),
            PYTHONPATH=f"{paths.ROOT}:{paths.ROOT / 'tests'}",
            SIMULATED_CARRIERS=carriers.url,
        )

    def kill_who_validates(self):
        """Kill the process that validates deliveries just now."""
        for pid in processes.children(self.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def results(desk, database, carriers):
    """Let everything go wrong, and return cells → what is on record of each delivery
    and which parcels there are, in the order in which they were asked for."""
    asked_for = {}
    with Fire(carriers) as fire:
        for cell in CELLS:
            asked_for[cell] = _go_wrong(fire, desk, carriers, *cell)
    carriers.when_asked = lambda asked: None
    collecting.decide(database, FOLDER / "odoo.conf")
    on_record = json.loads(postgres.psql(ON_RECORD, database))
    return {
        cell: [
            (on_record.get(name), [of.number for of in carriers.parcels(name)])
            for name in names
        ]
        for cell, names in asked_for.items()
    }


def _go_wrong(fire, desk, carriers, kind, way, situation):
    """Validate deliveries; return their names as the carrier was asked for them."""
    deliveries = [desk.prepare(kind) for _one in range(WAYS[way])]
    names = {name for _id, name in deliveries}
    carriers.forget()
    if situation in FAULTS:
        for fault in [*["ok"] * (len(deliveries) - 1), situation]:
            carriers.behave(kind, fault, operation="shipment")
    asked_for = []

    def asked(what):
        if what.operation == "shipment" and what.reference in names:
            asked_for.append(what.reference)
            if len(asked_for) == len(deliveries):
                _happen(situation, fire)

    carriers.when_asked = asked
    ids = [one for one, _name in deliveries]
    fire.ask(ids, situation, patience_with(situation))
    return list(dict.fromkeys(asked_for))


def _happen(situation, fire):
    """Let happen what happens when the last parcel has been made."""
    if situation == "killed":
        fire.kill_who_validates()
    elif situation == "postgresql_restarted":
        postgres.stop()
        postgres.start()


@pytest.mark.parametrize("cell", CELLS, ids="-".join)
def test_the_ledger_says_what_the_carrier_did(results, cell):
    found = [
        (
            of["state"],
            of["outcomes"],
            of["transaction_states"],
            sorted(of["parcels"].values()),
        )
        for of, _there in results[cell]
    ]
    assert found == [(*of[:3], sorted(of[3])) for of in expected(*cell)]


@pytest.mark.parametrize("cell", CELLS, ids="-".join)
def test_no_parcel_is_lost_or_made_up(results, cell):
    _kind, _way, situation = cell
    for of, there in results[cell]:
        assert set(of["parcels"]) <= set(there)
        unnamed = len(there) - len(of["parcels"])
        assert unnamed <= of["outcomes"].count(UNKNOWN)
        kept = [name for name, state in of["parcels"].items() if state == "committed"]
        assert of["tracking"] == ",".join(kept)
    did_it = situation not in FAULTS or situation in DOES_IT
    (_of, there_for_the_last) = results[cell][-1]
    assert bool(there_for_the_last) == did_it
