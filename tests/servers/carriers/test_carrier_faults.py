"""The ledger records what carriers did, whatever fault occurs while parcels are made.

One connector speaks REST and one SOAP, their code unchanged.  Deliveries are validated
alone or as a batch transfer of two, where the fault occurs at the second.  Processes
are really killed, and PostgreSQL is really restarted.
"""

import contextlib
import itertools
import json
import os
import signal

import ledger_collector
import pytest
from json_process import JsonProcess
from shipping.driver import FOLDER, timeout_for

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
CASES = list(itertools.product(KINDS, WAYS, SITUATIONS))

SUCCEEDED, FAILED, UNKNOWN = "succeeded", "failed", "unknown"
COMMITTED, ROLLED_BACK = "committed", "rolled_back"

# For one delivery: the exchange's state, its attempts' outcomes and transaction states,
# its parcels' states.
COMMITTED_PARCEL = ("succeeded", [SUCCEEDED], [COMMITTED], ["committed"])
ORPHANED_PARCEL = ("failed", [SUCCEEDED], [ROLLED_BACK], ["orphaned"])
UNKNOWN_PARCEL = ("unknown", [UNKNOWN], [ROLLED_BACK], [])

ALONE = {
    "ok": [COMMITTED_PARCEL],
    "refuses": [("failed", [FAILED], [ROLLED_BACK], [])],
    "timeout_after": [UNKNOWN_PARCEL],
    "cut": [UNKNOWN_PARCEL],
    "rollback": [ORPHANED_PARCEL],
    # Odoo repeats the request, and asks before it buys another parcel.
    "serialization": [ORPHANED_PARCEL],
    "killed": [UNKNOWN_PARCEL],
    # The connector has its answer, and cannot write it to the database.
    "postgresql_restarted": [UNKNOWN_PARCEL],
}
# Odoo continues where the second delivery of a batch gets no label: it schedules an
# activity.
BATCH = {
    "ok": [COMMITTED_PARCEL, COMMITTED_PARCEL],
    "refuses": [COMMITTED_PARCEL, ("failed", [FAILED], [COMMITTED], [])],
    "timeout_after": [COMMITTED_PARCEL, ("unknown", [UNKNOWN], [COMMITTED], [])],
    "cut": [COMMITTED_PARCEL, ("unknown", [UNKNOWN], [COMMITTED], [])],
    "rollback": [ORPHANED_PARCEL, ORPHANED_PARCEL],
    "serialization": [ORPHANED_PARCEL, ORPHANED_PARCEL],
    "killed": [ORPHANED_PARCEL, UNKNOWN_PARCEL],
    "postgresql_restarted": [ORPHANED_PARCEL, UNKNOWN_PARCEL],
}
# Odoo continues only after a UserError.  Some connectors do not convert network errors
# into one, and then the whole batch is rolled back.
BATCH_ROLLED_BACK = [ORPHANED_PARCEL, UNKNOWN_PARCEL]
NOT_CONVERTED = {("dhl_parcel", "cut"), ("mrw", "timeout_after"), ("mrw", "cut")}


def expected(kind, way, situation):
    """Return what must be on record for each delivery of a case."""
    if way == "alone":
        return ALONE[situation]
    if (kind, situation) in NOT_CONVERTED:
        return BATCH_ROLLED_BACK
    return BATCH[situation]


ON_RECORD = """
    SELECT json_object_agg(res_name, json_build_object(
        'state', state,
        'outcomes', (SELECT json_agg(outcome ORDER BY id) FROM reliability_attempt
                      WHERE exchange_id = exchange.id),
        'transaction_states', (
            SELECT json_agg(transaction_state ORDER BY id) FROM reliability_attempt
             WHERE exchange_id = exchange.id),
        'parcels', (SELECT coalesce(json_object_agg(name, state), '{}')
                      FROM reliability_reference WHERE exchange_id = exchange.id),
        'tracking', (SELECT coalesce(carrier_tracking_ref, '') FROM stock_picking
                      WHERE id = res_id)))
      FROM reliability_exchange AS exchange
     WHERE res_model = 'stock.picking' AND operation = 'label'
"""


class FaultProcess(JsonProcess):
    """The process of :mod:`shipping.fault_process`."""

    def __init__(self, carriers):
        super().__init__(
            *("-m", "shipping.fault_process"),
            ODOO_RC=str(FOLDER / "odoo.conf"),
            PYTHONPATH=f"{paths.ROOT}:{paths.ROOT / 'tests'}",
            SIMULATED_CARRIERS=carriers.url,
        )

    def kill_child(self):
        """Kill the child process that validates deliveries now."""
        for pid in processes.children(self.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def results(shipping_driver, database, carriers):
    """Run all cases.

    :return: case → for each delivery, in the order of its request: what is on record,
        and the numbers of the parcels that the carrier has
    """
    requested = {}
    with FaultProcess(carriers) as process:
        for case in CASES:
            requested[case] = _run_case(process, shipping_driver, carriers, *case)
    carriers.on_request = lambda asked: None
    ledger_collector.wait_until_decided(database, FOLDER / "odoo.conf")
    on_record = json.loads(postgres.psql(ON_RECORD, database))
    return {
        case: [
            (
                on_record.get(name),
                [parcel.number for parcel in carriers.parcels(name)],
            )
            for name in names
        ]
        for case, names in requested.items()
    }


def _run_case(process, shipping_driver, carriers, kind, way, situation):
    """Validate deliveries under a fault.

    :return: their names, in the order in which the carrier received the requests
    """
    deliveries = [shipping_driver.prepare(kind) for _number in range(WAYS[way])]
    names = {name for _id, name in deliveries}
    carriers.forget()
    if situation in FAULTS:
        for fault in [*["ok"] * (len(deliveries) - 1), situation]:
            carriers.behave(kind, fault, operation="shipment")
    requested = []

    def on_request(request):
        if request.operation == "shipment" and request.reference in names:
            requested.append(request.reference)
            if len(requested) == len(deliveries):
                _cause(situation, process)

    carriers.on_request = on_request
    ids = [delivery_id for delivery_id, _name in deliveries]
    process.ask(ids, situation, timeout_for(situation))
    return list(dict.fromkeys(requested))


def _cause(situation, process):
    """Cause a fault on our side, once the carrier has made the last parcel."""
    if situation == "killed":
        process.kill_child()
    elif situation == "postgresql_restarted":
        postgres.stop()
        postgres.start()


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_the_ledger_records_what_the_carrier_did(results, case):
    recorded = [
        (
            exchange["state"],
            exchange["outcomes"],
            exchange["transaction_states"],
            sorted(exchange["parcels"].values()),
        )
        for exchange, _numbers in results[case]
    ]
    assert recorded == [
        (state, outcomes, transaction_states, sorted(parcels))
        for state, outcomes, transaction_states, parcels in expected(*case)
    ]


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_no_parcel_is_lost_or_invented(results, case):
    _kind, _way, situation = case
    for exchange, numbers in results[case]:
        assert set(exchange["parcels"]) <= set(numbers)
        without_number = len(numbers) - len(exchange["parcels"])
        assert without_number <= exchange["outcomes"].count(UNKNOWN)
        committed = [
            name for name, state in exchange["parcels"].items() if state == "committed"
        ]
        assert exchange["tracking"] == ",".join(committed)
    is_made = situation not in FAULTS or situation in DOES_IT
    (_exchange, numbers_of_last) = results[case][-1]
    assert bool(numbers_of_last) == is_made
