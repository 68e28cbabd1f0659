"""Synthetic checks in the cockpit: one card, and a step in the checklist."""

from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.reliability.api import Scope

from .journeys import JourneyCase, after, failed, passed


@tagged("-at_install", "post_install")
class TestCard(JourneyCase):
    """The card is as bad as the worst journey; without a run it is never fine."""

    def setUp(self):
        super().setUp()
        self.journey.is_scheduled = True

    def card(self, minutes=2, scope=None, user=None):
        """Return state and text of the card; nothing without a card."""
        self.env.invalidate_all()
        provider = self.env["reliability.health.provider"].with_user(
            user or self.env.user
        )
        with freeze_time(after(minutes)):
            cards = provider._cards(scope or Scope((self.env.company.id,)))
        found = [card for card in cards if card.key == "synthetic_checks"]
        return [(card.state, card.text) for card in found]

    def test_the_last_run(self):
        self.ran(0, passed(seconds=1.8))
        self.assertEqual(
            self.card(), [("fine", "Order to shipment: 2 min ago, 1.8 s.")]
        )

    def test_no_run_yet_is_no_data(self):
        self.assertEqual(self.card(), [("no_data", "Order to shipment: No run yet.")])

    def test_an_old_run_is_no_data(self):
        self.ran(0, passed(seconds=1.8))
        self.assertEqual(self.card(60)[0][0], "no_data")

    def test_a_failing_journey_is_named_first(self):
        self.ran(0, passed())
        other = self.make_journey(
            name="Another order", code="other_order", is_scheduled=True
        )
        self.ran(0, failed(), journey=other)
        ((state, text),) = self.card()
        self.assertEqual(state, "interrupted")
        self.assertTrue(
            text.startswith("Another order: Fails at Reserve since 12:00. Order"), text
        )

    def test_one_without_data_is_not_hidden_by_one_that_is_fine(self):
        self.ran(0, passed())
        self.make_journey(name="Another order", code="other_order", is_scheduled=True)
        self.assertEqual(self.card()[0][0], "no_data")

    def test_journeys_that_are_switched_off_have_none(self):
        self.journey.is_scheduled = False
        self.assertEqual(self.card(), [])

    def test_nor_have_those_of_other_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(self.card(scope=Scope((other.id,))), [])

    def test_nor_has_a_user_without_a_role(self):
        plain = new_test_user(self.env, "plain_of_cards", "base.group_user")
        self.assertEqual(self.card(user=plain), [])
        groups = "base.group_user,reliability.group_viewer"
        viewer = new_test_user(self.env, "viewer_of_cards", groups)
        self.assertEqual(len(self.card(user=viewer)), 1)


@tagged("-at_install", "post_install")
class TestSetup(JourneyCase):
    def step(self):
        steps = self.env["reliability.health.provider"]._setup_steps()
        (found,) = [step for step in steps if step.key == "synthetic"]
        return found

    def test_it_is_done_when_a_journey_is_switched_on(self):
        self.assertFalse(self.step().is_done)
        self.assertIn("No journey runs", self.step().text)
        self.journey.is_scheduled = True
        self.assertTrue(self.step().is_done)
