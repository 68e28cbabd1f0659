"""A warehouse manager uses or cancels an orphan parcel in a browser."""

import requests

from odoo.tests import HttpCase, tagged

from odoo.addons.reliability.tests.clocks import LIMIT
from odoo.addons.reliability_integration.tests import screens
from odoo.addons.reliability_integration.tests.common import PartnerSystem

from ..models import delivery_carrier
from ..provider_instrumentation import system_code
from .common import DELIVERY_TYPE


@tagged("post_install", "-at_install", "-standard")
class TestOrphanInBrowser(screens.ScreensCase, HttpCase):
    """A carrier has a parcel for a transfer that Odoo did not save."""

    # Odoo blocks network requests in standard tests; these tests make some.
    test_tags = set()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        service = cls.env["product.product"].create(
            {"name": "Freight", "type": "service"}
        )
        cls.carrier = cls.env["delivery.carrier"].create(
            {
                "name": "Probe Parcels",
                "delivery_type": DELIVERY_TYPE,
                "product_id": service.id,
            }
        )
        cls.dhl.write({"name": "Probe Parcels", "code": system_code(DELIVERY_TYPE)})

    def setUp(self):
        super().setUp()
        self.patch(delivery_carrier, "BUILT_IN_TYPES", ())
        self.partner_system = PartnerSystem(
            {"/cancel": lambda handler: handler.answer(200)}
        )
        self.enterContext(self.partner_system)
        manager = self.users["manager"]
        manager.group_ids += self.env.ref("stock.group_stock_manager")
        picking_type = self.env.ref("stock.warehouse0").out_type_id
        self.picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
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

    def provide(self, suffix, function):
        """Give the carrier a method as a provider has.

        :param function: takes the method's argument without the carrier
        """
        cls, name = type(self.env["delivery.carrier"]), f"{DELIVERY_TYPE}_{suffix}"

        def method(_carrier, argument):
            return function(argument)

        if hasattr(cls, name):
            self.patch(cls, name, method)
        else:
            setattr(cls, name, method)
            self.addCleanup(delattr, cls, name)

    def cancel_shipment(self, pickings):
        """Send a request for each transfer, as providers do."""
        for _picking in pickings:
            requests.post(f"{self.partner_system.url}/cancel", timeout=LIMIT)

    def run_tour(self, tour):
        """Run a tour as a manager of the warehouse, beginning at the transfer."""
        self.start_tour(
            f"/odoo/action-stock.action_picking_tree_all/{self.picking.id}",
            f"reliability_delivery.{tour}",
            login=self.users["manager"].login,
            timeout=120,
        )
        self.env.invalidate_all()

    def test_the_parcel_is_used(self):
        self.run_tour("use_parcel")
        self.assertEqual(self.parcel.state, "adopted")
        self.assertEqual(self.picking.carrier_tracking_ref, "T1")

    def test_the_parcel_is_cancelled_at_the_carrier(self):
        self.provide("cancel_shipment", self.cancel_shipment)
        self.provide("find_parcels", lambda _picking: [])
        self.run_tour("cancel")
        self.assertEqual(self.parcel.state, "cancelled")
        self.assertEqual(self.partner_system.requests, ["/cancel"])
        self.assertFalse(self.picking.activity_ids)

    def test_a_parcel_that_odoo_cannot_cancel_is_marked_as_cancelled_by_hand(self):
        self.provide("cancel_shipment", lambda _pickings: None)
        self.run_tour("cancel_by_hand")
        self.assertEqual(self.parcel.state, "cancelled")
        self.assertEqual(self.partner_system.requests, [])
