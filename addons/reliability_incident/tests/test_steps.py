"""The procedures of the affected services are on the form, with a checklist to tick."""

from odoo.tests import tagged

from .common import IncidentCase


@tagged("-at_install", "post_install")
class TestChecklist(IncidentCase):
    def setUp(self):
        super().setUp()
        self.service.contingency = (
            "<h3>Now</h3><ol><li>Use paper</li><li>Call the customer</li></ol>"
        )
        self.service.runbook = "<p>Look at the printer</p>"
        self.evaluate(0, self.alert())
        self.mine = self.incident().with_user(self.user)

    def test_procedures_are_shown(self):
        self.assertIn("Use paper", self.mine.procedures)
        self.assertIn("Look at the printer", self.mine.procedures)

    def test_it_is_started_once_with_the_items_of_the_procedure(self):
        self.assertTrue(self.mine.can_start_checklist)
        self.mine.action_start_checklist()
        self.mine.action_start_checklist()
        self.assertEqual(
            self.mine.step_ids.mapped(lambda step: (step.section, step.text)),
            [("Now", "Use paper"), ("Now", "Call the customer")],
        )
        self.assertFalse(self.mine.can_start_checklist)

    def test_a_service_that_is_affected_later_adds_its_steps(self):
        self.mine.action_start_checklist()
        other = self.env["reliability.service"].create(
            {
                "name": "Other",
                "code": "second",
                "contingency": "<ul><li>Wait</li></ul>",
            }
        )
        self.incident().service_ids += other
        self.assertTrue(self.mine.can_start_checklist)
        self.mine.action_start_checklist()
        self.assertEqual(len(self.mine.step_ids), 3)

    def test_it_stays_as_it_was_when_the_procedure_is_changed(self):
        self.mine.action_start_checklist()
        self.service.contingency = "<ul><li>Nothing</li></ul>"
        self.assertEqual(self.mine.step_ids[0].text, "Use paper")

    def test_viewers_tick_and_who_and_when_is_kept(self):
        self.mine.action_start_checklist()
        step = self.mine.step_ids[0]
        step.action_tick()
        self.assertEqual((step.is_done, step.done_by_id), (True, self.user))
        self.assertTrue(step.done_at)
        message = self.incident().message_ids[0]
        self.assertIn("Done: Use paper", message.body)
        self.assertEqual(message.author_id, self.user.partner_id)

    def test_a_tick_is_taken_back(self):
        self.mine.action_start_checklist()
        step = self.mine.step_ids[0]
        step.action_tick()
        step.action_untick()
        self.assertFalse(step.is_done or step.done_by_id or step.done_at)

    def test_without_a_list_there_is_nothing_to_start(self):
        self.service.contingency = "<p>Wait</p>"
        self.assertFalse(self.mine.can_start_checklist)
