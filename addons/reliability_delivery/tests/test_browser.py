"""People of a warehouse settle parcels in a browser: orphans and unconfirmed labels."""

import requests

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.reliability.tests.clocks import LIMIT
from odoo.addons.reliability_integration.tests import screens
from odoo.addons.reliability_integration.tests.common import PartnerSystem

from ..models import delivery_carrier
from ..provider_instrumentation import system_code
from .common import DELIVERY_TYPE


class ParcelsCase(screens.ScreensCase, HttpCase):
    """A transfer, its carrier, and a warehouse manager who is a viewer."""

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
        self.manager = self.users["viewer"]
        self.manager.group_ids += self.env.ref("stock.group_stock_manager")
        picking_type = self.env.ref("stock.warehouse0").out_type_id
        picking_type.print_label = True
        self.picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "carrier_id": self.carrier.id,
                "partner_id": self.env["res.partner"].create({"name": "Clara"}).id,
            }
        )

    def request(self, state):
        """Create a request for the label of the transfer."""
        return self.exchange(
            state,
            res_model=self.picking._name,
            res_id=self.picking.id,
            res_name=self.picking.name,
        )

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

    def run_tour(self, tour, user=None, path=None):
        """Run a tour; as a manager of the warehouse and beginning at the transfer, if
        not given otherwise.
        """
        transfers = "/odoo/action-stock.action_picking_tree_all"
        self.start_tour(
            path or f"{transfers}/{self.picking.id}",
            f"reliability_delivery.{tour}",
            login=(user or self.manager).login,
            timeout=120,
        )
        self.env.invalidate_all()


@tagged("post_install", "-at_install", "-standard")
class TestOrphanInBrowser(ParcelsCase):
    """A carrier has a parcel for a transfer that Odoo did not save."""

    test_tags = set()

    def setUp(self):
        super().setUp()
        self.parcel = self.orphan(self.request("failed"), "T1")

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

    def test_an_operator_hands_the_parcel_over(self):
        """The operator may not even read transfers."""
        colleague = self.manager.copy({"name": "Petra Picker", "login": "petra"})
        path = f"/odoo/reliability-exchanges/{self.parcel.exchange_id.id}"
        self.run_tour("hand_over", self.users["manager"], path)
        self.assertEqual(self.picking.activity_ids.user_id, colleague)
        self.assertEqual(self.parcel.state, "orphaned")


@tagged("post_install", "-at_install", "-standard")
class TestUnconfirmedInBrowser(ParcelsCase):
    """A carrier has not answered the label request of a transfer."""

    test_tags = set()

    def setUp(self):
        super().setUp()
        self.carrier.integration_level = "rate_and_ship"
        self.label = self.request("unknown")
        self.attempt(self.label, "unknown")
        product = self.env["product.product"].create({"name": "Goods", "type": "consu"})
        move = {"product_id": product.id, "product_uom_qty": 1}
        locations = ("location_id", "location_dest_id")
        move |= {name: self.picking[name].id for name in locations}
        self.picking.move_ids = [fields.Command.create(move)]
        self.picking.action_confirm()

    def test_a_manager_finds_out_that_there_is_none(self):
        self.run_tour("resolve_none")
        self.assertEqual(self.label.resolution, "Called them: there is none")
        self.assertTrue(self.label.is_verified)
        self.assertEqual(self.picking.state, "assigned")

    def test_a_picker_without_a_role_is_asked_and_validates(self):
        # Odoo's form of a transfer reads zip prefixes, which only sales may read.
        groups = "stock.group_stock_user,sales_team.group_sale_salesman"
        picker = new_test_user(self.env, "picker", groups, tz="UTC")
        self.run_tour("answer_and_validate", picker)
        self.assertEqual(self.picking.carrier_tracking_ref, "T9")
        self.assertEqual(self.picking.state, "done")
        self.assertEqual(self.label.resolved_by_id, picker)
