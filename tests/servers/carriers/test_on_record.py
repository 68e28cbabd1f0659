"""The ledger says what the carriers of real connectors did, over REST and SOAP.

A parcel that a carrier has is on record with its number, or its attempt is one of which
nobody knows: it is never lost.
"""

import json

import pytest

from setup import postgres
from setup.shipping.carriers import CARRIERS
from setup.simulators import FAULTS

KINDS = sorted(CARRIERS)
WELL = {"ok", "slow"}
NOBODY_KNOWS = {"timeout_before", "timeout_after", "cut"}
FETCH_A_LABEL = {"mrw", "seur_atlas"}
ON_RECORD = """
    SELECT json_build_object(
        'state', state, 'orphans', orphan_count, 'doubtful', is_possibly_duplicated,
        'integration', (SELECT code FROM reliability_integration
                         WHERE id = integration_id AND kind = 'carrier'),
        'outcomes', (SELECT json_agg(outcome ORDER BY id) FROM reliability_attempt
                      WHERE exchange_id = exchange.id),
        'references', (SELECT coalesce(json_object_agg(name, state), '{{}}')
                         FROM reliability_reference WHERE exchange_id = exchange.id))
      FROM reliability_exchange AS exchange
     WHERE res_model = 'stock.picking' AND res_id = {delivery} AND operation = 'label'
"""


@pytest.fixture
def on_record(database):
    """Return what the ledger has of the label of a delivery."""

    def read(delivery):
        row = postgres.psql(ON_RECORD.format(delivery=delivery), database)
        return json.loads(row)

    return read


def expected(fault):
    if fault in WELL:
        return "succeeded"
    return "unknown" if fault in NOBODY_KNOWS else "failed"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_the_carrier_did_is_on_record(desk, carriers, on_record, kind, fault):
    delivery, name = desk.prepare(kind)
    carriers.behave(kind, fault, operation="shipment")
    desk.validate(delivery, fault)
    found = on_record(delivery)
    assert found["integration"] == kind
    assert found["outcomes"] == [expected(fault)]
    assert found["state"] == expected(fault)
    there = {parcel.number: "committed" for parcel in carriers.parcels(name, kind)}
    assert found["references"] == (there if fault in WELL else {})


@pytest.mark.parametrize("kind", sorted(FETCH_A_LABEL))
def test_a_parcel_whose_label_cannot_be_fetched_is_not_lost(
    desk, carriers, on_record, kind
):
    delivery, name = desk.prepare(kind)
    carriers.behave(kind, "breaks", operation="label")
    desk.validate(delivery)
    (parcel,) = carriers.parcels(name, kind)
    found = on_record(delivery)
    is_named = found["references"] == {parcel.number: "orphaned"}
    assert is_named or found["outcomes"] == ["unknown"]

    # Whoever tries again makes another one, and that stays visible.
    assert desk.validate(delivery) == "done"
    found = on_record(delivery)
    assert found["state"] == "succeeded"
    assert bool(found["orphans"]) == is_named
    assert found["doubtful"] == (not is_named)
