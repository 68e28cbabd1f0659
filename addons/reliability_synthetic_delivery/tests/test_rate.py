"""The rate of a delivery method is a step of a rehearsal."""

import socket

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.reliability_synthetic.tests.common import CopiedRehearsalCase


@tagged("-at_install", "post_install")
class TestRate(CopiedRehearsalCase):
    def setUp(self):
        super().setUp()
        self.method = self.env["delivery.carrier"].create(
            {
                "name": "Messenger",
                "delivery_type": "fixed",
                "fixed_price": 8,
                "product_id": self.env["product.product"]
                .create({"name": "Messenger", "type": "service"})
                .id,
            }
        )
        self.journey = self.make_journey(
            code="rated_order",
            user_id=self.user.id,
            step_ids=[
                Command.create({"step": "quotation"}),
                Command.create({"step": "rate", "carrier_id": self.method.id}),
            ],
        )

    def connecting(self):
        """Let the delivery method ask the server of a carrier."""

        def rate_shipment(_method, _order):
            return {"success": socket.create_connection(("rates.example.com", 443))}

        self.patch(type(self.method), "fixed_rate_shipment", rate_shipment)

    def test_a_method_with_a_rate_passes(self):
        self.assertPasses(self.rehearse())

    def test_a_method_without_a_rate_for_the_address_says_so(self):
        self.company.country_id = self.env.ref("base.be")
        self.method.country_ids = self.env.ref("base.us")
        sentence = self.assertFails(self.rehearse(), "rate", "no_rate")
        self.assertIn("Messenger has no rate", sentence)
        self.assertIn("not available for this address", sentence)

    def test_an_archived_method_is_named(self):
        self.method.active = False
        sentence = self.assertFails(self.rehearse(), "rate", "carrier_archived")
        self.assertIn("Messenger is archived", sentence)

    def test_a_step_without_a_method_says_so(self):
        self.journey.step_ids[1].carrier_id = False
        self.assertFails(self.rehearse(), "rate", "no_carrier")

    def test_a_method_that_connects_to_a_carrier_is_refused_by_name(self):
        self.connecting()
        sentence = self.assertFails(self.rehearse(), "rate", "refused_lookup")
        self.assertIn("rates.example.com", sentence)
