"""The ledger records what the carriers of real connectors did, over REST and SOAP.

A parcel that a carrier has is never lost: its number is on record, or the outcome of
its attempt is unknown.
"""

import json

import pytest

from setup import postgres
from setup.shipping.carriers import CARRIERS
from setup.simulators import FAULTS

KINDS = sorted(CARRIERS)
SUCCESSFUL = {"ok", "slow"}
UNANSWERED = {"timeout_before", "timeout_after", "cut"}
LABEL_IN_SECOND_REQUEST = {"mrw", "seur_atlas"}
ON_RECORD = """
    SELECT json_build_object(
        'state', state, 'orphans', orphan_count,
        'is_possibly_duplicated', is_possibly_duplicated,
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
def read_exchange(database):
    """A function that returns a delivery's label exchange as the ledger has it."""

    def read(delivery):
        row = postgres.psql(ON_RECORD.format(delivery=delivery), database)
        return json.loads(row)

    return read


def expected_outcome(fault):
    if fault in SUCCESSFUL:
        return "succeeded"
    return "unknown" if fault in UNANSWERED else "failed"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_outcome_at_the_carrier_is_on_record(
    shipping_driver, carriers, read_exchange, kind, fault
):
    delivery, name = shipping_driver.prepare(kind)
    carriers.behave(kind, fault, operation="shipment")
    shipping_driver.validate(delivery, fault)
    exchange = read_exchange(delivery)
    assert exchange["integration"] == kind
    assert exchange["outcomes"] == [expected_outcome(fault)]
    assert exchange["state"] == expected_outcome(fault)
    parcels = {parcel.number: "committed" for parcel in carriers.parcels(name, kind)}
    assert exchange["references"] == (parcels if fault in SUCCESSFUL else {})


@pytest.mark.parametrize("kind", sorted(LABEL_IN_SECOND_REQUEST))
def test_a_parcel_whose_label_cannot_be_fetched_is_not_lost(
    shipping_driver, carriers, read_exchange, kind
):
    delivery, name = shipping_driver.prepare(kind)
    carriers.behave(kind, "breaks", operation="label")
    shipping_driver.validate(delivery)
    (parcel,) = carriers.parcels(name, kind)
    exchange = read_exchange(delivery)
    is_named = exchange["references"] == {parcel.number: "orphaned"}
    assert is_named or exchange["outcomes"] == ["unknown"]

    # Odoo asks before it buys another parcel.
    assert shipping_driver.validate(delivery) == "dialog"
    assert carriers.parcels(name, kind) == [parcel]
    assert read_exchange(delivery) == exchange
