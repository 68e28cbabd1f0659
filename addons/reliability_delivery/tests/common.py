"""What the tests of carriers share: a carrier that asks a counterpart on loopback."""

import requests

from odoo import fields

from odoo.addons.reliability.tests.clocks import LIMIT
from odoo.addons.reliability_integration.tests.common import (
    LedgerCase,
    PartnerSystem,
    refuse,
)

from ..models import delivery_carrier
from ..provider_instrumentation import ASKED, asking

KIND = "fixed"
"""Odoo's own type of carrier plays a provider: its methods are replaced by ours."""


class CarrierCase(LedgerCase):
    """A transfer to be sent with a carrier whose methods a test gives."""

    # Odoo lets no standard test ask anybody; these ask themselves.
    test_tags = set()

    def setUp(self):
        super().setUp()
        self.patch(delivery_carrier, "OF_ODOO", ())
        self.answers = {}
        self.counterpart = PartnerSystem(self.answers)
        self.enterContext(self.counterpart)
        with self.committed() as env:
            self.warehouse = env.ref("stock.warehouse0").code
            self.product_id = self._make_product(env)
            self.carrier_id = self._make_carrier(env)
            self.picking_id = self.make_picking(env)

    def _make_product(self, env):
        product = env["product.product"].create(
            {"name": self.id(), "type": "consu", "is_storable": True, "weight": 1}
        )
        stock = env.ref("stock.warehouse0").lot_stock_id
        env["stock.quant"]._update_available_quantity(product, stock, 100)
        return product.id

    def _make_carrier(self, env):
        service = env["product.product"].create({"name": "Freight", "type": "service"})
        carrier = env["delivery.carrier"].create(
            {
                "name": "Probe Parcels",
                "delivery_type": KIND,
                "product_id": service.id,
                "integration_level": "rate_and_ship",
            }
        )
        return carrier.id

    def make_picking(self, env, **values):
        """Return the id of a delivery that is ready."""
        kind = env.ref("stock.warehouse0").out_type_id
        kind.print_label = True
        customers = env.ref("stock.stock_location_customers")
        places = {
            "location_id": kind.default_location_src_id.id,
            "location_dest_id": customers.id,
        }
        move = {"product_id": self.product_id, "product_uom_qty": 1, **places}
        picking = env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "carrier_id": self.carrier_id,
                "move_ids": [fields.Command.create(move)],
                **places,
                **values,
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking.id

    def picking(self, env):
        """Return the transfer."""
        return env["stock.picking"].browse(self.picking_id)

    def carrier(self, env):
        """Return the carrier."""
        return env["delivery.carrier"].browse(self.carrier_id)

    def answer(self, path, status, content=""):
        """Let the counterpart answer at a path."""
        self.answers[path] = lambda handler: handler.answer(status, content)

    def provide(self, **methods):
        """Let the carrier have methods as a provider has, such as ``send_shipping``."""
        with self.committed() as env:
            cls = type(env["delivery.carrier"])
        for what, method in methods.items():
            if what in ASKED:
                method = asking(KIND, ASKED[what], method)
            self.patch(cls, f"{KIND}_{what}", method)

    def patch(self, of, name, value):
        """Replace an attribute for this test, also one that is not there."""
        if hasattr(of, name):
            return super().patch(of, name, value)
        setattr(of, name, value)
        self.addCleanup(delattr, of, name)
        return value

    def ask(self, method, path):
        """Ask the counterpart, and refuse as connectors do."""
        answer = requests.request(method, self.counterpart.url + path, timeout=LIMIT)
        if not answer.ok:
            refuse("The carrier says no.")
        return answer.text

    def sends(self, *numbers):
        """Let the carrier make parcels with these numbers, one after the other."""
        left = list(numbers)
        self.answer("/parcels", 200, "made")

        def send_shipping(_carrier, pickings):
            for _picking in pickings:
                self.ask("POST", "/parcels")
            return [
                {"exact_price": 1.0, "tracking_number": left.pop(0)}
                for _one in pickings
            ]

        self.provide(send_shipping=send_shipping)

    def validate(self, env, *picking_ids):
        """Validate transfers as the warehouse does."""
        pickings = env["stock.picking"].browse(picking_ids or [self.picking_id])
        pickings.move_ids.picked = True
        return pickings.button_validate()

    def orphan(self, number="T1"):
        """Let the carrier make a parcel whose validation is undone."""
        self.sends(number)
        with self.assertRaises(ZeroDivisionError), self.committed() as env:
            self.validate(env)
            raise ZeroDivisionError
        self.assertEqual(self.references()[number], "orphaned")
