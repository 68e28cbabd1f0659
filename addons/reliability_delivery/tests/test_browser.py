"""What a warehouse sees of orphan parcels and does about them, in a browser."""

import requests

from odoo.tests import HttpCase, tagged

from odoo.addons.reliability.tests.clocks import LIMIT
from odoo.addons.reliability_integration.tests import screens
from odoo.addons.reliability_integration.tests.common import PartnerSystem

from ..models import delivery_carrier
from ..provider_instrumentation import code_of
from .common import KIND


@tagged("post_install", "-at_install", "-standard")
class TestInABrowser(screens.ScreensCase, HttpCase):
    """A carrier has made a parcel for a transfer, and Odoo has undone it."""

    # Odoo lets no standard test ask anybody; a carrier on loopback is asked here.
    test_tags = set()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        service = cls.env["product.product"].create(
            {"name": "Freight", "type": "service"}
        )
        cls.carrier = cls.env["delivery.carrier"].create(
            {"name": "Probe Parcels", "delivery_type": KIND, "product_id": service.id}
        )
        cls.dhl.write({"name": "Probe Parcels", "code": code_of(KIND)})

    def setUp(self):
        super().setUp()
        self.patch(delivery_carrier, "OF_ODOO", ())
        self.counterpart = PartnerSystem({"/cancel": lambda of: of.answer(200)})
        self.enterContext(self.counterpart)
        manager = self.users["manager"]
        manager.group_ids += self.env.ref("stock.group_stock_manager")
        kind = self.env.ref("stock.warehouse0").out_type_id
        self.picking = self.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "carrier_id": self.carrier.id,
                "partner_id": self.env["res.partner"].create({"name": "Clara"}).id,
            }
        )
        exchange = self.exchange(
            "failed",
            res_model=self.picking._name,
            res_id=self.picking.id,
            res_name=self.picking.name,
        )
        self.parcel = self.orphan(exchange, "T1")

    def provide(self, what, method):
        """Let the carrier have a method, as a provider has."""
        cls, name = type(self.env["delivery.carrier"]), f"{KIND}_{what}"

        def method(_carrier, about, do=method):
            return do(about)

        if hasattr(cls, name):
            self.patch(cls, name, method)
        else:
            setattr(cls, name, method)
            self.addCleanup(delattr, cls, name)

    def cancel_shipment(self, pickings):
        """Cancel as providers do."""
        for _picking in pickings:
            requests.post(f"{self.counterpart.url}/cancel", timeout=LIMIT)

    def go(self, tour):
        """Let a manager of the warehouse take a tour, from the transfer on."""
        self.start_tour(
            f"/odoo/action-stock.action_picking_tree_all/{self.picking.id}",
            f"reliability_delivery.{tour}",
            login=self.users["manager"].login,
            timeout=120,
        )
        self.env.invalidate_all()

    def test_it_is_taken_over(self):
        self.go("take_over")
        self.assertEqual(self.parcel.state, "adopted")
        self.assertEqual(self.picking.carrier_tracking_ref, "T1")

    def test_it_is_cancelled_at_the_carrier(self):
        self.provide("cancel_shipment", self.cancel_shipment)
        self.provide("find_parcels", lambda _picking: [])
        self.go("cancel")
        self.assertEqual(self.parcel.state, "cancelled")
        self.assertEqual(self.counterpart.requests, ["/cancel"])
        self.assertFalse(self.picking.activity_ids)

    def test_where_the_carrier_cannot_be_asked_a_person_cancels_it(self):
        self.provide("cancel_shipment", lambda _pickings: None)
        self.go("cancel_by_hand")
        self.assertEqual(self.parcel.state, "cancelled")
        self.assertEqual(self.counterpart.requests, [])
