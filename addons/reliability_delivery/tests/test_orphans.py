"""Orphan parcels are cancelled by their own number, or taken over."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.reliability_integration.tests.common import refuse

from .common import KIND, CarrierCase


@tagged("post_install", "-at_install", "-standard")
class TestOrphans(CarrierCase):
    """The carrier has a parcel, and Odoo has undone what it is for."""

    def setUp(self):
        super().setUp()
        self.orphan("T1")
        self.cancelled = []

    def cancels(self, status=200):
        """Let the carrier cancel what a transfer carries, as providers do."""

        def cancel_shipment(_carrier, pickings):
            self.answer("/cancel", status)
            for picking in pickings:
                self.ask("POST", "/cancel")
                self.cancelled.append(picking.carrier_tracking_ref)
                picking.carrier_tracking_ref = False

        self.provide(cancel_shipment=cancel_shipment)

    def parcel(self, env):
        return env["reliability.reference"].search([("state", "=", "orphaned")])

    def ship_again(self):
        self.sends("T2")
        with self.committed() as env:
            self.validate(env)

    def test_it_is_cancelled_by_its_own_number(self):
        self.ship_again()
        self.cancels()
        with self.committed() as env:
            self.parcel(env).action_cancel_there()
            self.assertEqual(self.picking(env).carrier_tracking_ref, "T2")
            messages = self.picking(env).message_ids.mapped("body")
            self.assertTrue(any("has cancelled parcel T1" in text for text in messages))
        self.assertEqual(self.cancelled, ["T1"])
        asked = {of["operation"]: of["warehouse"] for of in self.exchanges()}
        self.assertEqual(asked["cancellation"], self.warehouse)
        self.assertEqual(self.references(), {"T1": "cancelled", "T2": "committed"})

    def test_where_the_carrier_refuses_it_stays_an_orphan(self):
        self.cancels(422)
        with self.assertRaises(UserError), self.committed() as env:
            self.parcel(env).action_cancel_there()
        self.assertEqual(self.references(), {"T1": "orphaned"})

    def test_what_was_cancelled_stays_so_where_the_next_is_refused(self):
        self.orphan("T2")
        left = [422, 200]

        def cancel_shipment(_carrier, pickings):
            self.answer("/cancel", left.pop())
            self.ask("POST", "/cancel")
            self.cancelled += pickings.mapped("carrier_tracking_ref")

        self.provide(cancel_shipment=cancel_shipment)
        with self.committed() as env:
            answer = self.parcel(env).action_cancel_there()
            refused = self.parcel(env).name
            self.assertIn(refused, answer["params"]["message"])
        (cancelled,) = self.cancelled
        expected = {cancelled: "cancelled", refused: "orphaned"}
        self.assertEqual(self.references(), expected)

    def test_where_nothing_is_on_record_the_carrier_s_word_counts(self):
        self.provide(cancel_shipment=lambda _carrier, _pickings: True)
        measured = "odoo.addons.reliability_integration.ledger.exchange.is_measured"
        with self.committed() as env, patch(measured, return_value=False):
            self.parcel(env).action_cancel_there()
            self.assertEqual(self.tasks(env), ["Check that parcel T1 is cancelled"])
        self.assertEqual(self.references(), {"T1": "cancelled"})

    def test_where_nobody_was_asked_it_becomes_a_task(self):
        """Some providers cancel nothing and say so to nobody."""
        self.provide(cancel_shipment=lambda _carrier, _pickings: None)
        with self.committed() as env:
            for _time in range(2):
                answer = self.parcel(env).action_cancel_there()
            self.assertIn("T1", answer["params"]["message"])
            tasks = self.picking(env).activity_ids.mapped("summary")
            (task,) = [text for text in tasks if "T1" in (text or "")]
            self.assertIn("Cancel parcel T1", task)
        self.assertEqual(self.references(), {"T1": "orphaned"})

    def finds(self, find_parcels):
        """Let the carrier tell which parcels it has."""
        self.provide(find_parcels=find_parcels)

    def test_a_cancellation_that_nobody_can_confirm_is_checked_by_a_person(self):
        self.cancels()
        with self.committed() as env:
            self.parcel(env).action_cancel_there()
            self.assertIn("Check that parcel T1 is cancelled", self.tasks(env))
        self.assertEqual(self.references(), {"T1": "cancelled"})

    def test_a_carrier_that_can_tell_is_asked_whether_it_is_cancelled(self):
        self.ship_again()
        self.cancels()
        self.finds(lambda _carrier, _picking: ["T2"])
        with self.committed() as env:
            self.parcel(env).action_cancel_there()
            self.assertEqual(self.tasks(env), [])
        self.assertEqual(self.references(), {"T1": "cancelled", "T2": "committed"})

    def test_a_parcel_that_is_there_still_is_not_cancelled(self):
        """Some answer well, and cancel nothing."""
        self.cancels()
        self.finds(lambda _carrier, _picking: ["T1"])
        with self.committed() as env:
            answer = self.parcel(env).action_cancel_there()
            self.assertIn("T1", answer["params"]["message"])
            (task,) = self.tasks(env)
            self.assertIn("Cancel parcel T1 at", task)
        self.assertEqual(self.references(), {"T1": "orphaned"})
        (asked,) = [of for of in self.exchanges() if of["operation"] == "cancellation"]
        self.assertEqual(asked["state"], "failed")

    def test_where_asking_fails_the_cancellation_stays(self):
        self.cancels()
        self.finds(lambda _carrier, _picking: refuse("Closed on Sundays"))
        with self.committed() as env:
            self.parcel(env).action_cancel_there()
            self.assertIn("Check that parcel T1 is cancelled", self.tasks(env))
        self.assertEqual(self.references(), {"T1": "cancelled"})

    def tasks(self, env):
        return [of for of in self.picking(env).activity_ids.mapped("summary") if of]

    def gets_label(self, get_label):
        """Let the carrier's provider fetch labels for transfers, as OCA's do."""
        with self.committed() as env:
            cls = type(env["stock.picking"])
        self.patch(cls, f"{KIND}_get_label", get_label)

    def test_the_label_of_what_is_taken_over_is_fetched(self):
        self.gets_label(
            lambda picking: picking.message_post(
                body="Here it is",
                attachments=[(f"{picking.carrier_tracking_ref}.pdf", b"%PDF")],
            )
        )
        with self.committed() as env:
            self.parcel(env).action_adopted()
            attached = self.picking(env).message_ids.attachment_ids
            self.assertEqual(attached.mapped("name"), ["T1.pdf"])
            self.assertEqual(self.tasks(env), [])

    def test_a_label_that_nobody_can_fetch_is_printed_by_a_person(self):
        with self.committed() as env:
            self.parcel(env).action_adopted()
            self.assertEqual(self.tasks(env), ["Print the label of parcel T1"])

    def test_where_fetching_fails_it_is_taken_over(self):
        def get_label(_picking):
            self.answer("/label", 500)
            self.ask("GET", "/label")

        self.gets_label(get_label)
        with self.committed() as env:
            self.parcel(env).action_adopted()
            self.assertEqual(self.picking(env).carrier_tracking_ref, "T1")
            self.assertEqual(self.tasks(env), ["Print the label of parcel T1"])
        self.assertEqual(self.references(), {"T1": "adopted"})
        asked = {of["operation"]: of["state"] for of in self.exchanges()}
        self.assertEqual(asked["label_copy"], "failed")

    def test_it_is_taken_over_instead_of_buying_another(self):
        self.sends("T2")
        with self.committed() as env:
            self.parcel(env).action_adopted()
        with self.committed() as env:
            self.validate(env)
            self.assertEqual(self.picking(env).carrier_tracking_ref, "T1")
        self.assertEqual(self.references(), {"T1": "adopted"})

    def test_a_transfer_that_has_a_parcel_takes_over_no_other(self):
        self.ship_again()
        with self.assertRaisesRegex(UserError, "has parcel T2 already"):
            with self.committed() as env:
                self.parcel(env).action_adopted()
        self.assertEqual(self.references()["T1"], "orphaned")

    def test_what_is_no_orphan_is_not_cancelled(self):
        self.ship_again()
        self.cancels()
        with self.assertRaises(UserError), self.committed() as env:
            env["reliability.reference"].search([]).action_cancel_there()
        self.assertEqual(self.cancelled, [])

    def test_only_managers_who_may_write_the_transfer_do_so(self):
        self.cancels()
        with self.committed() as env:
            users = {
                groups: new_test_user(env, f"{self.picking_id}{number}", groups).id
                for number, groups in enumerate(
                    (
                        "stock.group_stock_user,reliability.group_viewer",
                        "base.group_user,reliability.group_manager",
                    )
                )
            }
        for user in users.values():
            for method in ("action_cancel_there", "action_adopted"):
                with self.assertRaises(AccessError):
                    with self.committed(user) as env:
                        getattr(self.parcel(env), method)()
        self.assertEqual(self.references(), {"T1": "orphaned"})

    def test_the_transfer_shows_them(self):
        with self.committed() as env:
            self.assertEqual(self.picking(env).reliability_orphan_ids.name, "T1")
