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
        self.make_operation()
        with freeze_time(after(1)):
            self.count(NOON - timedelta(seconds=30), "success", "success", "failed")
            self.count(NOON - timedelta(seconds=90), "success")
            self.count(NOON + timedelta(seconds=30), "success")

    def test_what_was_done_between_the_heartbeat_and_the_failure(self):
        self.assertEqual(self.receive_drill(lost=[]).lost, "Probe: 2")

    def test_with_a_point_in_time_all_that_was_done_since(self):
        heartbeats = {"database": at(-1), "filestore": at(-1)}
        found = self.receive_drill(
            lost=[], heartbeats=heartbeats, target=at(-1), failed_at=at(-1)
        )
        self.assertEqual(found.lost, "Probe: 3")

    def test_nothing_is_said_where_it_is_unknown(self):
        heartbeats = {"database": None, "filestore": None}
        self.assertFalse(self.receive_drill(lost=[], heartbeats=heartbeats).lost)
        other = {"name": "reliability-drill-other", "database_uuid": "another"}
        self.assertFalse(self.receive_drill(lost=[], **other).lost)
