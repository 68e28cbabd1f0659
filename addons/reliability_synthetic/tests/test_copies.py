"""A journey is duplicated for another warehouse, company or user."""

from odoo.tests import tagged

from .journeys import JourneyCase


@tagged("-at_install", "post_install")
class TestCopies(JourneyCase):
    """A copy has the steps, a name and a code of its own, and is switched off."""

    def test_its_steps_and_thresholds(self):
        self.journey.step_ids[0].slow_after = 3
        copied = self.journey.copy()
        thresholds = [(one.step, one.slow_after) for one in self.journey.step_ids]
        steps = [(one.step, one.slow_after) for one in copied.step_ids]
        self.assertEqual(steps, thresholds)

    def test_each_copy_has_another_code(self):
        code = self.journey.code
        first, second = self.journey.copy(), self.journey.copy()
        self.assertEqual((first.code, second.code), (f"{code}_2", f"{code}_3"))
        self.assertEqual(first.name, f"{self.journey.name} (copy)")

    def test_it_is_switched_off(self):
        self.journey.is_scheduled = True
        self.assertFalse(self.journey.copy().is_scheduled)
