"""OCA's connectors, unchanged, ask carriers that speak their real protocols.

What carriers then have, and what Odoo has; what is on record is tested elsewhere.
"""

import pytest

from setup.shipping.carriers import CARRIERS
from setup.simulators import DOES_IT, FAULTS
from setup.simulators.server import direct

KINDS = sorted(CARRIERS)
CANCEL_NOTHING = {"correos_express"}
FETCH_A_LABEL = {"mrw", "seur_atlas"}
"""Connectors that ask for a parcel first, and then for its label."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_delivery_is_validated_tracked_and_cancelled(desk, carriers, kind):
    delivery, name = desk.prepare(kind)
    assert desk.validate(delivery) == "done"
    (parcel,) = carriers.parcels(name, kind)
    found = desk.look(delivery)
    assert found["state"] == "done"
    assert found["tracking"] == parcel.number
    assert found["delivery_state"] == "shipping_recorded_in_carrier"
    assert list(found["labels"].values()) == ["%PDF"]

    carriers.move(parcel.number, "delivered")
    assert desk.track(delivery) == "done"
    assert "entregado" in desk.look(delivery)["tracking_state"].lower()

    assert desk.cancel(delivery) == "done"
    assert parcel.cancelled == (kind not in CANCEL_NOTHING)
    found = desk.look(delivery)
    assert not found["tracking"]
    assert found["delivery_state"] == "canceled_shipment"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_parcel_exists_where_its_carrier_made_it(desk, carriers, kind, fault):
    delivery, name = desk.prepare(kind)
    carriers.behave(kind, fault, operation="shipment")
    said = desk.validate(delivery, fault)
    assert len(carriers.parcels(name, kind)) == (fault in DOES_IT)
    is_well = fault in ("ok", "slow")
    assert (said == "done") == is_well
    assert desk.look(delivery)["state"] == ("done" if is_well else "assigned")


@pytest.mark.parametrize("kind", sorted(FETCH_A_LABEL))
def test_a_parcel_whose_label_cannot_be_fetched_stays(desk, carriers, kind):
    delivery, name = desk.prepare(kind)
    carriers.behave(kind, "breaks", operation="label")
    assert desk.validate(delivery) == "UserError"
    (parcel,) = carriers.parcels(name, kind)
    assert not parcel.cancelled
    found = desk.look(delivery)
    assert (found["state"], found["tracking"]) == ("assigned", "")

    # Whoever tries again makes another one.
    assert desk.validate(delivery) == "done"
    assert len(carriers.parcels(name, kind)) == 2


@pytest.mark.parametrize("kind", sorted(set(KINDS) - FETCH_A_LABEL))
def test_other_labels_come_with_the_parcel(desk, carriers, kind):
    delivery, _name = desk.prepare(kind)
    carriers.behave(kind, "breaks", operation="label")
    assert desk.validate(delivery) == "done"


def test_others_plan_faults_and_ask_for_parcels_over_http(desk, carriers):
    delivery, name = desk.prepare("dhl_parcel")
    plan = {"system": "dhl_parcel", "operation": "shipment", "fault": "refuses"}
    assert direct(carriers.url, "behave", **plan) == {}
    assert desk.validate(delivery) == "UserError"
    assert direct(carriers.url, "parcels", reference=name) == []
    assert desk.validate(delivery) == "done"
    (parcel,) = direct(carriers.url, "parcels", reference=name)
    assert not parcel["cancelled"]
    asked = direct(carriers.url, "asked", operation="shipment", reference=name)
    assert [of["fault"] for of in asked] == ["refuses", "ok"]
