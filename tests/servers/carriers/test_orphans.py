"""Orphan parcels of real connectors: taken over with their labels, or cancelled."""

import json

import pytest

from setup import postgres
from setup.shipping.carriers import CARRIERS

KINDS = sorted(CARRIERS)
CANCEL_NOTHING = {"correos_express"}
FETCH_NO_LABEL = {"seur_atlas"}
"""Connectors that fetch a label only together with its parcel."""
STATES = """
    SELECT coalesce(json_object_agg(name, state), '{{}}')
      FROM reliability_reference
     WHERE kind = 'tracking' AND exchange_id IN (
        SELECT id FROM reliability_exchange WHERE operation = 'label'
           AND res_model = 'stock.picking' AND res_id = {delivery})
"""


@pytest.fixture
def orphan(desk, carriers, database):
    """Make a delivery whose parcel is an orphan.

    :return: of a type of carrier: the delivery, its parcel, and a function that tells
        number → state of its parcels
    """

    def make(kind):
        delivery, name = desk.prepare(kind)
        assert desk.validate_in_vain(delivery) == "UserError"
        (parcel,) = carriers.parcels(name, kind)

        def states():
            row = postgres.psql(STATES.format(delivery=delivery), database)
            return json.loads(row)

        assert states() == {parcel.number: "orphaned"}
        return delivery, parcel, states

    return make


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_taken_over_with_its_label(desk, carriers, orphan, kind):
    delivery, parcel, states = orphan(kind)
    assert desk.take_over(delivery) == "done"
    found = desk.look(delivery)
    assert found["tracking"] == parcel.number
    is_printed = list(found["labels"].values()) == ["%PDF"]
    is_task = found["tasks"] == [f"Print the label of parcel {parcel.number}"]
    assert (is_printed, is_task) == (kind not in FETCH_NO_LABEL, kind in FETCH_NO_LABEL)

    # No other is bought.
    assert desk.validate(delivery) == "done"
    assert carriers.parcels(parcel.reference, kind) == [parcel]
    assert states() == {parcel.number: "adopted"}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_cancelled_or_becomes_a_task(desk, orphan, kind):
    delivery, parcel, states = orphan(kind)
    desk.cancel_orphan(delivery)
    is_cancelled = kind not in CANCEL_NOTHING
    assert parcel.cancelled == is_cancelled
    assert states() == {parcel.number: "cancelled" if is_cancelled else "orphaned"}
    (task,) = desk.look(delivery)["tasks"]
    assert task.startswith("Check that" if is_cancelled else "Cancel parcel")


def test_where_the_carrier_refuses_it_stays_an_orphan(desk, carriers, orphan):
    delivery, parcel, states = orphan("dhl_parcel")
    carriers.behave("dhl_parcel", "refuses", operation="cancel")
    assert desk.cancel_orphan(delivery) == "UserError"
    assert not parcel.cancelled
    assert states() == {parcel.number: "orphaned"}
