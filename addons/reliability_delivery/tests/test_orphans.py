"""Orphan parcels are cancelled by their own number, or used for the transfer."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.reliability_integration.tests.common import refuse

from .common import DELIVERY_TYPE, CarrierCase


@tagged("post_install", "-at_install", "-standard")
class TestOrphans(CarrierCase):
    """The carrier has a parcel that Odoo did not save."""

    def setUp(self):
        super().setUp()
        # These tests buy another parcel at once.
        self.buy_without_asking()
        self.make_orphan("T1")
        self.cancelled = []

    def provide_cancellation(self, status=200):
        """Let the carrier cancel the number that a transfer has, as providers do."""

        def cancel_shipment(_carrier, pickings):
            self.answer("/cancel", status)
            for picking in pickings:
                self.send_request("POST", "/cancel")
                self.cancelled.append(picking.carrier_tracking_ref)
                picking.carrier_tracking_ref = False

        self.provide(cancel_shipment=cancel_shipment)

    def orphan(self, env):
        """Return the orphan parcels."""
        return env["reliability.reference"].search([("state", "=", "orphaned")])

    def ship_again(self):
        self.provide_parcels("T2")
        with self.committed() as env:
            self.validate(env)

    def test_an_orphan_is_cancelled_by_its_own_number(self):
        self.ship_again()
        self.provide_cancellation()
        with self.committed() as env:
            self.orphan(env).action_cancel_at_carrier()
            self.assertEqual(self.picking(env).carrier_tracking_ref, "T2")
            messages = self.picking(env).message_ids.mapped("body")
            self.assertTrue(any("has cancelled parcel T1" in text for text in messages))
        self.assertEqual(self.cancelled, ["T1"])
        warehouses = {
            exchange["operation"]: exchange["warehouse"]
            for exchange in self.exchanges()
        }
        self.assertEqual(warehouses["cancellation"], self.warehouse)
        self.assertEqual(self.references(), {"T1": "cancelled", "T2": "committed"})

    def test_a_parcel_whose_cancellation_is_refused_stays_an_orphan(self):
        self.provide_cancellation(422)
        with self.assertRaises(UserError), self.committed() as env:
            self.orphan(env).action_cancel_at_carrier()
        self.assertEqual(self.references(), {"T1": "orphaned"})

    def test_a_cancellation_stays_saved_where_the_next_is_refused(self):
        self.make_orphan("T2")
        statuses = [422, 200]

        def cancel_shipment(_carrier, pickings):
            self.answer("/cancel", statuses.pop())
            self.send_request("POST", "/cancel")
            self.cancelled += pickings.mapped("carrier_tracking_ref")

        self.provide(cancel_shipment=cancel_shipment)
        with self.committed() as env:
            answer = self.orphan(env).action_cancel_at_carrier()
            refused = self.orphan(env).name
            self.assertIn(refused, answer["params"]["message"])
        (cancelled,) = self.cancelled
        expected = {cancelled: "cancelled", refused: "orphaned"}
        self.assertEqual(self.references(), expected)

    def test_without_a_recorded_attempt_the_carrier_counts_as_having_answered(self):
        self.provide(cancel_shipment=lambda _carrier, _pickings: True)
        is_measured = "odoo.addons.reliability_integration.ledger.exchange.is_measured"
        with self.committed() as env, patch(is_measured, return_value=False):
            self.orphan(env).action_cancel_at_carrier()
            self.assertEqual(self.tasks(env), ["Check that parcel T1 is cancelled"])
        self.assertEqual(self.references(), {"T1": "cancelled"})

    def test_a_provider_that_sends_no_request_leaves_one_task(self):
        """Some providers cancel nothing and raise no error."""
        self.provide(cancel_shipment=lambda _carrier, _pickings: None)
        with self.committed() as env:
            for _time in range(2):
                answer = self.orphan(env).action_cancel_at_carrier()
            self.assertIn("T1", answer["params"]["message"])
            (task,) = [task for task in self.tasks(env) if "T1" in task]
            self.assertIn("Cancel parcel T1", task)
        self.assertEqual(self.references(), {"T1": "orphaned"})

    def test_a_cancellation_that_cannot_be_verified_leaves_a_task(self):
        self.provide_cancellation()
        with self.committed() as env:
            self.orphan(env).action_cancel_at_carrier()
            self.assertIn("Check that parcel T1 is cancelled", self.tasks(env))
        self.assertEqual(self.references(), {"T1": "cancelled"})

    def test_a_cancellation_is_verified_where_the_carrier_lists_parcels(self):
        self.ship_again()
        self.provide_cancellation()
        self.provide(find_parcels=lambda _carrier, _picking: ["T2"])
        with self.committed() as env:
            self.orphan(env).action_cancel_at_carrier()
            self.assertEqual(self.tasks(env), [])
        self.assertEqual(self.references(), {"T1": "cancelled", "T2": "committed"})

    def test_a_parcel_that_the_carrier_still_lists_is_not_cancelled(self):
        """Some carriers report success and cancel nothing."""
        self.provide_cancellation()
        self.provide(find_parcels=lambda _carrier, _picking: ["T1"])
        with self.committed() as env:
            answer = self.orphan(env).action_cancel_at_carrier()
            self.assertIn("T1", answer["params"]["message"])
            (task,) = self.tasks(env)
            self.assertIn("Cancel parcel T1 at", task)
        self.assertEqual(self.references(), {"T1": "orphaned"})
        states = {
            exchange["operation"]: exchange["state"] for exchange in self.exchanges()
        }
        self.assertEqual(states["cancellation"], "failed")

    def test_a_cancellation_stays_saved_where_its_verification_fails(self):
        self.provide_cancellation()
        self.provide(
            find_parcels=lambda _carrier, _picking: refuse("Closed on Sundays")
        )
        with self.committed() as env:
            self.orphan(env).action_cancel_at_carrier()
            self.assertIn("Check that parcel T1 is cancelled", self.tasks(env))
        self.assertEqual(self.references(), {"T1": "cancelled"})

    def provide_label(self, get_label):
        """Let the provider fetch labels for transfers, as OCA's connectors do."""
        with self.committed() as env:
            cls = type(env["stock.picking"])
        self.patch(cls, f"{DELIVERY_TYPE}_get_label", get_label)

    def test_the_label_of_a_parcel_that_is_used_is_fetched(self):
        self.provide_label(
            lambda picking: picking.message_post(
                body="Here it is",
                attachments=[(f"{picking.carrier_tracking_ref}.pdf", b"%PDF")],
            )
        )
        with self.committed() as env:
            self.orphan(env).action_adopted()
            attached = self.picking(env).message_ids.attachment_ids
            self.assertEqual(attached.mapped("name"), ["T1.pdf"])
            self.assertEqual(self.tasks(env), [])

    def test_a_label_that_cannot_be_fetched_becomes_a_task(self):
        with self.committed() as env:
            self.orphan(env).action_adopted()
            self.assertEqual(self.tasks(env), ["Print the label of parcel T1"])

    def test_a_parcel_is_used_where_fetching_its_label_fails(self):
        def get_label(_picking):
            self.answer("/label", 500)
            self.send_request("GET", "/label")

        self.provide_label(get_label)
        with self.committed() as env:
            self.orphan(env).action_adopted()
            self.assertEqual(self.picking(env).carrier_tracking_ref, "T1")
            self.assertEqual(self.tasks(env), ["Print the label of parcel T1"])
        self.assertEqual(self.references(), {"T1": "adopted"})
        states = {
            exchange["operation"]: exchange["state"] for exchange in self.exchanges()
        }
        self.assertEqual(states["label_copy"], "failed")

    def test_a_parcel_that_is_used_replaces_buying_another(self):
        self.provide_parcels("T2")
        with self.committed() as env:
            self.orphan(env).action_adopted()
        with self.committed() as env:
            self.validate(env)
            self.assertEqual(self.picking(env).carrier_tracking_ref, "T1")
        self.assertEqual(self.references(), {"T1": "adopted"})

    def test_a_transfer_that_has_a_parcel_uses_no_other(self):
        self.ship_again()
        with self.assertRaisesRegex(UserError, "has parcel T2 already"):
            with self.committed() as env:
                self.orphan(env).action_adopted()
        self.assertEqual(self.references()["T1"], "orphaned")

    def test_only_orphans_are_cancelled(self):
        self.ship_again()
        self.provide_cancellation()
        with self.assertRaises(UserError), self.committed() as env:
            env["reliability.reference"].search([]).action_cancel_at_carrier()
        self.assertEqual(self.cancelled, [])

    def test_the_transfer_shows_its_orphan_and_what_to_do(self):
        with self.committed() as env:
            picking = self.picking(env)
            self.assertEqual(picking.reliability_orphan_ids.name, "T1")
            text = f"has parcel T1 for {picking.name}, which is not validated: use it"
            self.assertIn(text, picking.reliability_orphan_text)
            self.assertFalse(picking.reliability_unconfirmed_text)
        self.ship_again()
        with self.committed() as env:
            text = self.picking(env).reliability_orphan_text
            self.assertIn("which uses parcel T2: cancel T1", text)
            self.assertFalse(self.orphan(env).can_adopt)
