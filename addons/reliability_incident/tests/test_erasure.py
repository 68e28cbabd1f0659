"""Old incidents keep their figures, and lose what is about persons."""

from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import IncidentCase, after

STAMPS = ("began_at", "detected_at", "acknowledged_at", "restored_at", "closed_at")


@tagged("-at_install", "post_install")
class TestErasure(IncidentCase):
    def setUp(self):
        super().setUp()
        self.evaluate(0, self.alert(values={"document": "Anna Smith"}))
        with freeze_time(after(3)):
            self.incident().with_user(self.user).action_acknowledge()
        self.evaluate(5)
        with freeze_time(after(9)):
            self.incident().with_user(self.manager).action_close()
        self.incident().message_post(body="Anna has called")

    def test_figures_stay_and_persons_go(self):
        incident = self.incident()
        before = {name: incident[name] for name in STAMPS}
        incident._erase()
        self.assertEqual({name: incident[name] for name in STAMPS}, before)
        self.assertFalse(incident.user_id | incident.acknowledged_by_id)
        self.assertFalse(incident.message_ids)
        self.assertFalse(incident.notification_ids)
        self.assertFalse(incident.stamp_ids.user_id)
        self.assertNotIn("Anna", str(incident.evidence_ids.read()))

    def test_it_can_still_be_read(self):
        self.incident()._erase()
        self.assertTrue(self.incident().with_user(self.user).text)

    def test_only_what_was_closed_long_ago(self):
        long_ago = fields.Datetime.now() - timedelta(days=401)
        incident = self.incident()
        incident.write(dict.fromkeys(STAMPS, fields.Datetime.now()))
        self.env["reliability.incident"]._gc_personal_data()
        self.assertFalse(incident.is_erased)
        incident.write(dict.fromkeys(STAMPS, long_ago))
        self.env["reliability.incident"]._gc_personal_data()
        self.assertTrue(incident.is_erased)
