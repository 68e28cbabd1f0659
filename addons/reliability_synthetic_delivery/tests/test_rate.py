"""The rate of a delivery method is a step of a rehearsal."""

import socket

from lxml import etree

from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.reliability_synthetic.tests.common import CopiedRehearsalCase


class RateCase(CopiedRehearsalCase):
    """A journey with the rate of a delivery method."""

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


@tagged("-at_install", "post_install")
class TestRate(RateCase):
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


@tagged("-at_install", "post_install")
class TestRights(RateCase):
    """Administrators of Reliability compose journeys without rights in Sales."""

    def form_of(self, groups):
        """Return the form of the journey, its user, and the fields in its view."""
        user = new_test_user(self.env, "composing", groups)
        journey = self.journey.with_user(user)
        form = Form(journey)
        view = etree.fromstring(journey.get_view(view_type="form")["arch"])
        return form, journey, view.xpath("//field/@name")

    def test_they_read_which_delivery_method_it_is(self):
        form, _journey, names = self.form_of("reliability.group_admin")
        with form.step_ids.edit(1) as step:
            self.assertEqual(step.carrier_name, "Messenger")
        self.assertNotIn("carrier_id", names)

    def test_all_that_they_may_choose_can_be_read(self):
        _form, journey, names = self.form_of("reliability.group_admin")
        for fields in journey._fields, journey.step_ids._fields:
            for name in {*names} & {*fields}:
                if fields[name].type == "many2one" and not fields[name].readonly:
                    journey.env[fields[name].comodel_name].name_search("")

    def test_the_method_stays_when_they_save(self):
        form, journey, _names = self.form_of("reliability.group_admin")
        with form.step_ids.edit(1) as step:
            step.slow_after = 3
        form.save()
        self.assertEqual(self.journey.step_ids[1].carrier_id, self.method)
        self.assertEqual(journey.step_ids[1].slow_after, 3)

    def test_users_of_sales_choose_it(self):
        groups = "reliability.group_admin,sales_team.group_sale_salesman"
        _form, _journey, names = self.form_of(groups)
        self.assertIn("carrier_id", names)
        self.assertNotIn("carrier_name", names)
