"""Orphan parcels of real connectors: used with their labels, or cancelled."""

import json

import pytest

from setup import postgres
from setup.shipping.carriers import CARRIERS

KINDS = sorted(CARRIERS)
WITHOUT_CANCELLATION = {"correos_express"}
WITHOUT_LABEL_COPY = {"seur_atlas"}
"""Connectors that fetch a label only together with its parcel."""
STATES = """
    SELECT coalesce(json_object_agg(name, state), '{{}}')
      FROM reliability_reference
     WHERE kind = 'tracking' AND exchange_id IN (
        SELECT id FROM reliability_exchange WHERE operation = 'label'
           AND res_model = 'stock.picking' AND res_id = {delivery})
"""


@pytest.fixture
def make_orphan(shipping_driver, carriers, database):
    """A function that makes a delivery whose parcel is an orphan.

    It takes a type of carrier, and returns the delivery, its parcel, and a function
    that returns number → state of the delivery's parcels.
    """

    def make(kind):
        delivery, name = shipping_driver.prepare(kind)
        assert shipping_driver.validate_and_roll_back(delivery) == "UserError"
        (parcel,) = carriers.parcels(name, kind)

        def states():
            row = postgres.psql(STATES.format(delivery=delivery), database)
            return json.loads(row)

        assert states() == {parcel.number: "orphaned"}
        return delivery, parcel, states

    return make


@pytest.mark.parametrize("kind", KINDS)
def test_an_orphan_is_used_with_its_label_or_a_task(
    shipping_driver, carriers, make_orphan, kind
):
    delivery, parcel, states = make_orphan(kind)
    assert shipping_driver.use_orphan(delivery) == "done"
    transfer = shipping_driver.read(delivery)
    assert transfer["tracking"] == parcel.number
    has_label = list(transfer["labels"].values()) == ["%PDF"]
    has_task = transfer["tasks"] == [f"Print the label of parcel {parcel.number}"]
    assert has_label == (kind not in WITHOUT_LABEL_COPY)
    assert has_task == (kind in WITHOUT_LABEL_COPY)

    # No other parcel is bought.
    assert shipping_driver.validate(delivery) == "done"
    assert carriers.parcels(parcel.reference, kind) == [parcel]
    assert states() == {parcel.number: "adopted"}


@pytest.mark.parametrize("kind", KINDS)
def test_an_orphan_is_cancelled_or_becomes_a_task(shipping_driver, make_orphan, kind):
    delivery, parcel, states = make_orphan(kind)
    shipping_driver.cancel_orphan(delivery)
    is_cancelled = kind not in WITHOUT_CANCELLATION
    assert parcel.cancelled == is_cancelled
    assert states() == {parcel.number: "cancelled" if is_cancelled else "orphaned"}
    (task,) = shipping_driver.read(delivery)["tasks"]
    assert task.startswith("Check that" if is_cancelled else "Cancel parcel")


def test_a_parcel_whose_cancellation_is_refused_stays_an_orphan(
    shipping_driver, carriers, make_orphan
):
    delivery, parcel, states = make_orphan("dhl_parcel")
    carriers.behave("dhl_parcel", "refuses", operation="cancel")
    assert shipping_driver.cancel_orphan(delivery) == "UserError"
    assert not parcel.cancelled
    assert states() == {parcel.number: "orphaned"}
