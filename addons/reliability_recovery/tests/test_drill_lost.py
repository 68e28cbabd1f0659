"""What would be lost follows from the calls since the newest heartbeat."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from odoo.addons.reliability.tests.counting import CountedCase

from .common import NOON, DrillCase, after, at


@tagged("-at_install", "post_install")
class TestWorkLost(CountedCase, DrillCase):
    """The declared failure is at noon, the newest heartbeat a minute before."""

    def setUp(self):
        super().setUp()
        # Tests with connections of their own have committed calls, of any moment.
        for table in ("minute", "hour"):
            self.env.cr.execute(f"DELETE FROM reliability_rollup_{table}")
        self.make_operation()
        with freeze_time(after(1)):
            self.count(NOON - timedelta(seconds=30), "success", "success", "failed")
            self.count(NOON - timedelta(seconds=90), "success")
            self.count(NOON + timedelta(seconds=30), "success")

    def test_what_was_done_between_the_heartbeat_and_the_failure(self):
        self.assertEqual(self.receive_drill(lost=[]).lost, "Probe: 0 to 2")

    def test_with_a_point_in_time_all_that_was_done_since(self):
        heartbeats = {"database": at(-1), "filestore": at(-1)}
        found = self.receive_drill(
            lost=[], heartbeats=heartbeats, target=at(-1), failed_at=at(-1)
        )
        self.assertEqual(found.lost, "Probe: 3")

    def test_how_many_of_the_minute_of_the_heartbeat_are_lost_is_unknown(self):
        heartbeats = {"database": "2026-11-29T11:58:50Z", "filestore": at(-1)}
        found = self.receive_drill(lost=[], heartbeats=heartbeats)
        self.assertEqual(found.lost, "Probe: 2 to 3")

    def test_nothing_is_said_where_it_is_unknown(self):
        heartbeats = {"database": None, "filestore": None}
        self.assertFalse(self.receive_drill(lost=[], heartbeats=heartbeats).lost)
        other = {"name": "reliability-drill-other", "database_uuid": "another"}
        self.assertFalse(self.receive_drill(lost=[], **other).lost)


@tagged("-at_install", "post_install")
class TestDocumentsLost(DrillCase):
    """Each order that production has, and what was restored has not, is named."""

    def setUp(self):
        super().setUp()
        if "sale.order" not in self.env:
            self.skipTest("the app Sales is not installed")
        partner = self.env["res.partner"].create({"name": "Buyer"})
        self.orders = self.env["sale.order"].create(
            [{"partner_id": partner.id, "name": name} for name in ("A", "B", "C", "D")]
        )
        for order, minutes in zip(self.orders, (-2, -1, 0, 1), strict=True):
            moment = NOON + timedelta(minutes=minutes)
            order.write({"state": "sale", "date_order": moment})

    def lost(self, *inside, **values):
        ids = [order.id for order in inside]
        known = {"table": "sale_order", "since": "2026-11-29T11:49:00Z", "ids": ids}
        return self.receive_drill(lost=[], documents=[known], **values).lost

    def test_those_until_the_failure(self):
        self.assertEqual(self.lost(self.orders[0]), "Sales Order: 2 (B, C)")

    def test_one_confirmed_after_the_heartbeat_may_be_inside(self):
        self.assertEqual(self.lost(*self.orders[:2]), "Sales Order: 1 (C)")

    def test_one_whose_transaction_began_before_the_heartbeat_may_be_lost(self):
        self.assertEqual(self.lost(self.orders[1]), "Sales Order: 2 (A, C)")

    def test_with_a_point_in_time_all_since_then(self):
        early = "2026-11-29T11:30:00Z"
        found = self.lost(self.orders[0], target=early, failed_at=early)
        self.assertEqual(found, "Sales Order: 2 (B, C)")

    def test_none_is_lost(self):
        self.assertFalse(self.lost(*self.orders))
