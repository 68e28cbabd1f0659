"""A manager writes what happened and what helped, and who does what by when."""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import IncidentCase


@tagged("-at_install", "post_install")
class TestReview(IncidentCase):
    def setUp(self):
        super().setUp()
        self.evaluate(0, self.alert())
        self.mine = self.incident().with_user(self.manager)

    def dialog(self):
        """Return the dialog as the button opens it."""
        action = self.mine.action_review()
        model = self.env[action["res_model"]].with_user(self.manager)
        return Form(model.with_context(**action["context"]))

    def follow_up(self):
        """Add a follow-up through Odoo's dialog."""
        action = self.mine.action_follow_up()
        dialog = self.env[action["res_model"]].with_user(self.manager)
        dialog = Form(dialog.with_context(**action["context"]))
        dialog.summary = "Buy a second printer"
        dialog.date_deadline = fields.Date.add(fields.Date.today(), days=30)
        dialog.activity_user_id = self.user
        dialog.save().action_schedule_activities()

    def test_it_is_stored_with_who_wrote_it_and_when(self):
        with self.dialog() as dialog:
            dialog.what_happened = "<p>The printer was off</p>"
            dialog.what_helped = "<p>A cable</p>"
        dialog.record.action_save()
        self.assertIn("printer", self.mine.what_happened)
        self.assertIn("cable", self.mine.what_helped)
        self.assertEqual(self.mine.reviewed_by_id, self.manager)
        self.assertTrue(self.mine.reviewed_at)
        self.assertIn("printer", self.dialog().what_happened, "as it was")

    def test_viewers_read_and_do_not_write_it(self):
        incident = self.incident().with_user(self.user)
        self.assertFalse(incident.what_happened)
        for action in (incident.action_review, incident.action_follow_up):
            with self.assertRaises(AccessError):
                action()

    def test_follow_ups_are_activities_with_a_date(self):
        self.follow_up()
        activity = self.mine.follow_up_ids
        self.assertEqual(activity.summary, "Buy a second printer")
        self.assertEqual(activity.user_id, self.user)

    def test_a_follow_up_acknowledges_nothing_and_outlives_the_incident(self):
        owner = self.mine.user_id
        self.follow_up()
        self.assertEqual((self.mine.state, self.mine.user_id), ("open", owner))
        self.evaluate(1)
        self.mine.action_close()
        self.assertTrue(self.mine.follow_up_ids.active)

    def test_a_follow_up_that_is_done_stays_in_the_review(self):
        self.follow_up()
        self.mine.follow_up_ids.with_user(self.user).action_feedback(feedback="Bought")
        self.mine.invalidate_recordset()
        self.assertFalse(self.mine.follow_up_ids.active)
