"""The delivery method of checks over HTTP: what is refused, asked and cancelled."""

from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.reliability.api import is_unmeasured
from odoo.addons.reliability_synthetic.tests.synthetic_company import (
    SyntheticCompanyCase,
)

from ..models import reliability_synthetic_company as module

JOURNEY = "order_to_shipment_http"


class CarrierCase(SyntheticCompanyCase):
    """A carrier in its test environment, played by Odoo's fixed prices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carrier = cls.env["delivery.carrier"].create(
            {
                "name": "Parcels",
                "delivery_type": "fixed",
                "fixed_price": 8,
                "integration_level": "rate_and_ship",
                "product_id": cls.env["product.product"]
                .create({"name": "Parcels", "type": "service"})
                .id,
            }
        )
        cls.journey = cls.env.ref(f"reliability_synthetic.journey_{JOURNEY}")

    def setUp(self):
        super().setUp()
        self.enterContext(patch.object(module, "_WITHOUT_LABELS", ()))
        # What is cached has the taxes of all companies.
        self.env.flush_all()
        self.env.invalidate_all()

    def add(self, step, sequence):
        """Add a step to the journey."""
        self.journey.step_ids = [Command.create({"step": step, "sequence": sequence})]

    def plan(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.api.plan(JOURNEY)

    def assert_refused(self, sentence):
        with self.assertRaisesRegex(UserError, sentence):
            self.plan()


@tagged("-at_install", "post_install")
class TestPlan(CarrierCase):
    """A plan with steps of a carrier needs one that buys no labels."""

    def test_its_steps_are_in_their_order_and_the_carrier_is_named(self):
        self.add("rate_api", 75)
        self.add("label_api", 105)
        self.synthetic.carrier_id = self.carrier
        plan = self.plan()
        self.assertEqual(plan["steps"][:2], ["quotation_api", "rate_api"])
        self.assertEqual(plan["steps"][-3:], ["validate_api", "label_api", "clean_up"])
        self.assertEqual(plan["values"]["carrier_id"], self.carrier.id)
        self.assertEqual(plan["values"]["carrier"], "Parcels")

    def test_without_a_carrier_it_says_where_to_choose_one(self):
        for step in ("rate_api", "label_api"):
            self.add(step, 75)
            self.assert_refused(
                "choose a delivery method in Reliability › Configuration › Synthetic"
            )
            self.journey.step_ids.filtered(lambda one: one.sequence == 75).unlink()
        self.assertNotIn("carrier_id", self.plan()["values"])

    def test_one_that_went_into_production_is_refused(self):
        self.synthetic.carrier_id = self.carrier
        self.carrier.prod_environment = True
        self.assert_refused("Parcels is in production: a check would buy a label")

    def test_one_that_was_archived_is_refused(self):
        self.synthetic.carrier_id = self.carrier
        self.carrier.active = False
        self.assert_refused("Parcels is archived: restore it, or choose another")

    def test_one_without_labels_has_rates_only(self):
        self.synthetic.carrier_id = self.carrier
        self.add("rate_api", 75)
        with patch.object(module, "_WITHOUT_LABELS", ("fixed",)):
            self.plan()
            self.add("label_api", 105)
            self.assert_refused("Parcels makes no labels")
        self.carrier.integration_level = "rate"
        self.assert_refused("Parcels makes no labels")


@tagged("-at_install", "post_install")
class TestForm(CarrierCase):
    """System administrators choose the delivery method, and nothing else."""

    def setUp(self):
        super().setUp()
        self.user = self.administrator()

    def choose(self, carrier):
        with Form(self.synthetic.with_user(self.user)) as form:
            form.carrier_id = carrier

    def test_they_choose_one_and_clear_it(self):
        self.choose(self.carrier)
        self.assertEqual(self.synthetic.carrier_id, self.carrier)
        self.choose(self.carrier.browse())
        self.assertFalse(self.synthetic.carrier_id)

    def test_one_in_production_or_archived_is_refused(self):
        self.carrier.prod_environment = True
        with self.assertRaisesRegex(ValidationError, "Parcels is in production"):
            self.choose(self.carrier)
        self.carrier.prod_environment = False
        self.carrier.active = False
        with self.assertRaisesRegex(ValidationError, "Parcels is archived"):
            self.choose(self.carrier)

    def test_one_of_another_company_is_refused(self):
        self.carrier.product_id.company_id = self.env.ref("base.main_company")
        with self.assertRaisesRegex(UserError, "Parcels"):
            self.choose(self.carrier)

    def test_all_other_fields_are_read_only(self):
        view = self.synthetic.get_view(view_type="form")
        names = etree.fromstring(view["arch"]).xpath("//field/@name")
        fields = self.synthetic._fields
        self.assertEqual(
            [name for name in names if not fields[name].readonly], ["carrier_id"]
        )

    def test_they_are_not_written_in_another_way_either(self):
        one = self.synthetic.with_user(self.user)
        for values in ({"company_id": self.env.company.id}, {"active": False}):
            with self.assertRaises(AccessError):
                one.write(values)

    def test_users_of_the_company_do_not_choose_it(self):
        with self.assertRaises(AccessError):
            self.synthetic.with_user(self.synthetic.user_id).carrier_id = self.carrier

    def test_sender_receivers_and_product_get_what_carriers_need(self):
        main = self.env.ref("base.main_company").partner_id
        main.write({"street": "12 Test Street", "zip": "1000", "phone": "+32 2 1"})
        self.choose(self.carrier)
        one = self.synthetic
        for partner in (
            one.company_id.partner_id,
            one.warehouse_id.partner_id,
            one.partner_id,
            one.portal_user_id.partner_id,
        ):
            self.assertEqual(partner.street, "12 Test Street")
            self.assertEqual(partner.zip, "1000")
            self.assertEqual(partner.country_id, main.country_id)
            self.assertFalse(partner.email)
        self.assertGreater(one.product_id.weight, 0)


@tagged("-at_install", "post_install")
class TestLabels(CarrierCase):
    """A label is made as Odoo ships, and cancelled before the return."""

    def setUp(self):
        super().setUp()
        self.synthetic.carrier_id = self.carrier
        self.requests = []
        carriers = type(self.carrier)
        self.patch(carriers, "fixed_send_shipping", self._send)
        self.patch(carriers, "fixed_cancel_shipment", self._cancel)
        self.enterContext(mute_logger(module.__name__))

    def _send(self, transfers):
        self.requests.append(("label", transfers.picking_type_code, transfers.state))
        return [{"exact_price": 8.0, "tracking_number": "TRACK-1"}]

    def _cancel(self, transfers):
        made = transfers.sale_id.picking_ids
        self.requests.append(("cancel", len(made), is_unmeasured()))

    def rated(self):
        """Return an order with the rate of the carrier, as the probe asks for it."""
        order = self.order()
        dialog = order.env["choose.delivery.carrier"].create(
            {"order_id": order.id, "carrier_id": self.carrier.id}
        )
        dialog.update_price()
        dialog.button_confirm()
        return order

    def labelled(self):
        order = self.rated()
        order.action_confirm()
        order.picking_ids.action_assign()
        order.picking_ids.with_context(skip_sms=True).button_validate()
        self.assertEqual(order.picking_ids.state, "done")
        return order

    def clean_up(self, order):
        found = self.api.clean_up(order.ids)
        self.env.invalidate_all()
        return found

    def test_an_order_with_a_rate_leaves_nothing(self):
        order = self.rated()
        self.assertEqual(order.carrier_id, self.carrier)
        self.assertEqual(self.clean_up(order), {"orders": 0, "transfers": 0})

    def test_its_delivery_has_a_label_and_its_return_has_none(self):
        order = self.labelled()
        self.assertEqual(order.picking_ids.carrier_tracking_ref, "TRACK-1")
        self.assertEqual(self.clean_up(order), {"orders": 1, "transfers": 2})
        self.assertEqual([one[0] for one in self.requests], ["label", "cancel"])
        self.assertFalse(any(order.picking_ids.mapped("carrier_tracking_ref")))

    def test_it_is_cancelled_before_the_return_and_not_measured(self):
        order = self.labelled()
        self.clean_up(order)
        before_the_return = 1
        self.assertEqual(self.requests[-1], ("cancel", before_the_return, True))

    def test_it_is_cancelled_once(self):
        order = self.labelled()
        self.clean_up(order)
        self.assertFalse(self.synthetic._left_orders())
        self.clean_up(order)
        self.assertEqual([one[0] for one in self.requests], ["label", "cancel"])

    def test_a_carrier_that_does_not_cancel_does_not_stop_the_clean_up(self):
        order = self.labelled()
        delivery = order.picking_ids

        def refuse(_carrier, _transfers):
            raise NotImplementedError

        self.patch(type(self.carrier), "fixed_cancel_shipment", refuse)
        with self.assertLogs(module.__name__, "WARNING") as logs:
            self.assertEqual(self.clean_up(order), {"orders": 1, "transfers": 2})
        self.assertIn(delivery.name, logs.output[0])
        self.assertEqual(order.state, "cancel")

    def test_archiving_cancels_the_labels_that_are_left(self):
        self.labelled()
        self.synthetic._archive()
        self.assertEqual([one[0] for one in self.requests], ["label", "cancel"])
