"""Orphan parcels are cancelled by their own number, or taken over."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CarrierCase


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
        self.assertEqual(self.references(), {"T1": "cancelled", "T2": "kept"})

    def test_where_the_carrier_refuses_it_stays_an_orphan(self):
        self.cancels(422)
        with self.assertRaises(UserError), self.committed() as env:
            self.parcel(env).action_cancel_there()
        self.assertEqual(self.references(), {"T1": "orphaned"})

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
