"""OCA's connectors, unchanged, call carriers that speak their real protocols.

These tests compare what the carriers have with what Odoo has; other tests read the
ledger.
"""

import pytest

from setup.shipping.carriers import CARRIERS
from setup.simulators import DOES_IT, FAULTS
from setup.simulators.server import direct

KINDS = sorted(CARRIERS)
WITHOUT_CANCELLATION = {"correos_express"}
LABEL_IN_SECOND_REQUEST = {"mrw", "seur_atlas"}
"""Connectors that request the parcel first, and its label in a second request."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_delivery_is_validated_tracked_and_cancelled(shipping_driver, carriers, kind):
    delivery, name = shipping_driver.prepare(kind)
    assert shipping_driver.validate(delivery) == "done"
    (parcel,) = carriers.parcels(name, kind)
    transfer = shipping_driver.read(delivery)
    assert transfer["state"] == "done"
    assert transfer["tracking"] == parcel.number
    assert transfer["delivery_state"] == "shipping_recorded_in_carrier"
    assert list(transfer["labels"].values()) == ["%PDF"]

    carriers.move(parcel.number, "delivered")
    assert shipping_driver.track(delivery) == "done"
    tracking_state = shipping_driver.read(delivery)["tracking_state"]
    assert "entregado" in tracking_state.lower()

    assert shipping_driver.cancel(delivery) == "done"
    assert parcel.cancelled == (kind not in WITHOUT_CANCELLATION)
    transfer = shipping_driver.read(delivery)
    assert not transfer["tracking"]
    assert transfer["delivery_state"] == "canceled_shipment"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_leaves_a_parcel_only_where_the_carrier_made_one(
    shipping_driver, carriers, kind, fault
):
    delivery, name = shipping_driver.prepare(kind)
    carriers.behave(kind, fault, operation="shipment")
    outcome = shipping_driver.validate(delivery, fault)
    assert len(carriers.parcels(name, kind)) == (fault in DOES_IT)
    succeeds = fault in ("ok", "slow")
    assert (outcome == "done") == succeeds
    state = shipping_driver.read(delivery)["state"]
    assert state == ("done" if succeeds else "assigned")


@pytest.mark.parametrize("kind", sorted(LABEL_IN_SECOND_REQUEST))
def test_a_parcel_whose_label_cannot_be_fetched_stays_at_the_carrier(
    shipping_driver, carriers, kind
):
    delivery, name = shipping_driver.prepare(kind)
    carriers.behave(kind, "breaks", operation="label")
    assert shipping_driver.validate(delivery) == "UserError"
    (parcel,) = carriers.parcels(name, kind)
    assert not parcel.cancelled
    transfer = shipping_driver.read(delivery)
    assert (transfer["state"], transfer["tracking"]) == ("assigned", "")

    # Odoo asks before it buys another parcel.
    assert shipping_driver.validate(delivery) == "dialog"
    assert carriers.parcels(name, kind) == [parcel]


@pytest.mark.parametrize("kind", sorted(set(KINDS) - LABEL_IN_SECOND_REQUEST))
def test_other_connectors_get_the_label_with_the_parcel(
    shipping_driver, carriers, kind
):
    delivery, _name = shipping_driver.prepare(kind)
    carriers.behave(kind, "breaks", operation="label")
    assert shipping_driver.validate(delivery) == "done"


def test_other_processes_plan_faults_and_read_parcels_over_http(
    shipping_driver, carriers
):
    delivery, name = shipping_driver.prepare("dhl_parcel")
    plan = {"system": "dhl_parcel", "operation": "shipment", "fault": "refuses"}
    assert direct(carriers.url, "behave", **plan) == {}
    assert shipping_driver.validate(delivery) == "UserError"
    assert direct(carriers.url, "parcels", reference=name) == []
    assert shipping_driver.validate(delivery) == "done"
    (parcel,) = direct(carriers.url, "parcels", reference=name)
    assert not parcel["cancelled"]
    requests = direct(carriers.url, "asked", operation="shipment", reference=name)
    assert [request["fault"] for request in requests] == ["refuses", "ok"]
