"""What the tests of carriers share: a carrier whose partner system is on loopback."""

import requests

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.reliability.tests.clocks import LIMIT
from odoo.addons.reliability_integration.tests.common import (
    LedgerCase,
    PartnerSystem,
    refuse,
)

from ..models import delivery_carrier
from ..models.stock_picking import UNCONFIRMED_WAITS
from ..provider_instrumentation import PROVIDER_METHODS, instrumented

DELIVERY_TYPE = "fixed"
"""Odoo's own type of carrier plays a provider: tests replace its methods."""


class CarrierCase(LedgerCase):
    """A transfer to be sent with a carrier whose methods a test provides."""

    # Odoo blocks network requests in standard tests; these tests make some.
    test_tags = set()

    def setUp(self):
        super().setUp()
        self.patch(delivery_carrier, "BUILT_IN_TYPES", ())
        self.answers = {}
        self.partner_system = PartnerSystem(self.answers)
        self.enterContext(self.partner_system)
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
                "delivery_type": DELIVERY_TYPE,
                "product_id": service.id,
                "integration_level": "rate_and_ship",
                # Most tests are not about labels, and their parcels have none.
                "reliability_gives_label": False,
            }
        )
        return carrier.id

    def make_picking(self, env, **values):
        """Return the id of a delivery that is ready."""
        picking_type = env.ref("stock.warehouse0").out_type_id
        picking_type.print_label = True
        customers = env.ref("stock.stock_location_customers")
        locations = {
            "location_id": picking_type.default_location_src_id.id,
            "location_dest_id": customers.id,
        }
        move = {"product_id": self.product_id, "product_uom_qty": 1, **locations}
        picking = env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "carrier_id": self.carrier_id,
                "move_ids": [fields.Command.create(move)],
                **locations,
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

    def tasks(self, env):
        """Return the summaries of the tasks on the transfer."""
        return list(filter(None, self.picking(env).activity_ids.mapped("summary")))

    def answer(self, path, status, content=""):
        """Set the partner system's answer to requests for a path."""
        self.answers[path] = lambda handler: handler.answer(status, content)

    def provide(self, **methods):
        """Give the carrier methods as a provider has, such as ``send_shipping``."""
        with self.committed() as env:
            cls = type(env["delivery.carrier"])
        for suffix, method in methods.items():
            if suffix in PROVIDER_METHODS:
                method = instrumented(DELIVERY_TYPE, PROVIDER_METHODS[suffix], method)
            self.patch(cls, f"{DELIVERY_TYPE}_{suffix}", method)

    def patch(self, target, name, value):
        """Replace an attribute for this test, or set one that does not exist."""
        if hasattr(target, name):
            return super().patch(target, name, value)
        setattr(target, name, value)
        self.addCleanup(delattr, target, name)
        return value

    def send_request(self, method, path):
        """Send a request to the partner system; a refusal raises, as in connectors."""
        url = self.partner_system.url + path
        response = requests.request(method, url, timeout=LIMIT)
        if not response.ok:
            refuse("The carrier says no.")
        return response.text

    def provide_parcels(self, *numbers):
        """Let the carrier make parcels with these numbers, one after the other."""
        remaining = list(numbers)
        self.answer("/parcels", 200, "made")

        def send_shipping(_carrier, pickings):
            for _picking in pickings:
                self.send_request("POST", "/parcels")
            return [
                {"exact_price": 1.0, "tracking_number": remaining.pop(0)}
                for _picking in pickings
            ]

        self.provide(send_shipping=send_shipping)

    def validate(self, env, *picking_ids):
        """Validate transfers as the warehouse does."""
        pickings = env["stock.picking"].browse(picking_ids or [self.picking_id])
        pickings.move_ids.picked = True
        return pickings.button_validate()

    def buy_without_asking(self):
        """Switch the question off, for this test."""
        self.set_parameter("False")
        self.addCleanup(self.set_parameter, False)

    def set_parameter(self, value):
        """Set the parameter of Settings; ``False`` deletes it."""
        with self.committed() as env:
            env["ir.config_parameter"].set_param(UNCONFIRMED_WAITS.key, value)

    def leave_unconfirmed(self, *picking_ids):
        """Let the carrier not answer the label requests of transfers."""
        self.answers["/parcels"] = lambda handler: handler.connection.close()

        def send_shipping(_carrier, _pickings):
            try:
                self.send_request("POST", "/parcels")
            except requests.RequestException:
                refuse("No answer.")

        self.provide(send_shipping=send_shipping)
        for picking_id in picking_ids or [self.picking_id]:
            with mute_logger("odoo.sql_db"), self.assertRaises(UserError):
                with self.committed() as env:
                    self.validate(env, picking_id)

    def window_of(self, env, action):
        """Return the window that an action opens, as the web client opens it."""
        window = env[action["res_model"]].browse(action["res_id"])
        return window.with_context(**action["context"])

    def answer_question(self, env, action, parcel, number=False):
        """Answer the window of an action; return what it opens next."""
        window = self.window_of(env, action)
        window.write({"parcel": parcel, "number": number, "reason": "called them"})
        return window.action_resolve()

    def make_user(self, groups, **values):
        """Return the id of a new user."""
        with self.committed() as env:
            number = env["res.users"].search_count([])
            login = f"{self.picking_id}-{number}"
            return new_test_user(env, login, groups, **values).id

    def make_orphan(self, number="T1"):
        """Let the carrier make a parcel whose validation is rolled back."""
        self.provide_parcels(number)
        with self.assertRaises(ZeroDivisionError), self.committed() as env:
            self.validate(env)
            raise ZeroDivisionError
        self.assertEqual(self.references()[number], "orphaned")
