"""Incidents name the deployment that they may be due to, until somebody decides."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.reliability_incident.tests import common as incidents

from .common import after
from .ended import EndedCase


@tagged("-at_install", "post_install")
class TestSuggested(EndedCase):
    """The last successful deployment before an incident began, within 24 hours."""

    def cause(self, incident):
        return incident.deployment_id, incident.deployment_state

    def test_the_last_one_before(self):
        self.deploy(0)
        last = self.deploy(2)
        self.deploy(5)
        self.assertEqual(self.cause(self.incident(3)), (last, "suggested"))

    def test_within_24_hours(self):
        deployment = self.deploy(0)
        none = deployment.browse()
        self.assertEqual(self.incident(24).deployment_id, deployment)
        self.assertEqual(self.cause(self.incident(24.1)), (none, False))

    def test_what_began_in_the_minute_of_the_roll_out_or_later(self):
        """An incident begins with a bad minute."""
        before = self.deploy(-1)
        begin = after(0) + timedelta(seconds=40)
        deployment = self.deploy(1, begin=begin, state="running")
        for minutes, expected in {-1: before, 0: deployment, 30: deployment}.items():
            incident = self.incident(minutes / 60)
            self.assertEqual(incident.deployment_id, expected, minutes)
        self.assertRegex(incident.deployment_text, "^Began during the roll-out of: ")

    def test_none_that_failed_or_was_never_seen(self):
        deployment = self.deploy(0)
        self.deploy(1, state="failed")
        self.deploy(1, is_seen=False, is_reported=True)
        self.assertEqual(self.incident(2).deployment_id, deployment)

    def test_a_roll_out_that_is_not_over_yet_and_one_that_is_partial(self):
        for state in ("running", "partial"):
            deployment = self.deploy(0, state=state)
            self.assertEqual(self.incident().deployment_id, deployment)

    def test_not_for_drills_false_alarms_and_duplicates(self):
        self.deploy()
        for kind in ("drill", "false_alarm", "duplicate"):
            self.assertFalse(self.incident(kind=kind).deployment_id)

    def test_not_if_nobody_knows_when_it_began(self):
        self.deploy()
        incident = self.incident(began_at=False)
        self.assertFalse(incident.deployment_id)

    def test_another_one_once_the_begin_is_corrected(self):
        first, last = self.deploy(0), self.deploy(2)
        incident = self.incident(3)
        self.assertEqual(incident.deployment_id, last)
        incident._stamp("began", after(60), "person", "a call")
        self.suggest()
        self.assertEqual(self.cause(incident), (first, "suggested"))
        incident.kind = "false_alarm"
        self.suggest()
        self.assertEqual(self.cause(incident), (first.browse(), False))

    def test_another_one_once_a_later_deployment_is_known(self):
        self.deploy(0)
        incident = self.incident(3)
        later = self.deploy(2)
        self.suggest()
        self.assertEqual(incident.deployment_id, later)

    def test_people_read_how_long_after(self):
        self.deploy(0)
        incident = self.incident(7 / 60)
        text = f"Began 7 min after: {incident.deployment_id.name}"
        self.assertEqual(incident.deployment_text, text)
        self.assertRegex(text, "19.0.2$")


@tagged("-at_install", "post_install")
class TestEvaluated(incidents.IncidentCase):
    """An evaluation suggests the deployment as it opens the incident."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["reliability.deployment"].search([]).unlink()
        cls.deployment = cls.env["reliability.deployment"].create(
            {"begin": after(-9), "end": after(-9), "is_seen": True, "state": "done"}
        )

    def test_at_once(self):
        self.evaluate(0, self.alert(since=after(-2)))
        self.assertEqual(self.incident().deployment_id, self.deployment)

    def test_without_news_nothing_is_written(self):
        self.evaluate(0, self.alert())
        with patch.object(type(self.incident()), "write") as write:
            self.evaluate(1, self.alert())
        write.assert_not_called()

    def test_an_error_stops_no_incident(self):
        model = type(self.env["reliability.incident"])
        broken = patch.object(model, "_suggest_deployments", side_effect=ValueError)
        with broken, mute_logger("odoo.addons.reliability_change"):
            self.evaluate(0, self.alert())
        self.assertEqual(self.incident().state, "open")


@tagged("-at_install", "post_install")
class TestDecided(EndedCase):
    """Managers confirm, reject or choose a deployment; their name is logged."""

    def setUp(self):
        super().setUp()
        self.first, self.last = self.deploy(0), self.deploy(2)
        self.one = self.incident(3).with_user(self.manager)

    def logged(self):
        """Return the newest message of the incident: who, what."""
        message = self.one.message_ids[0]
        return message.author_id, str(message.body)

    def test_confirmed(self):
        self.one.action_confirm_deployment()
        self.assertEqual(self.one.deployment_state, "confirmed")
        author, text = self.logged()
        self.assertEqual(author, self.manager.partner_id)
        self.assertIn("Due to a deployment: ", text)
        self.deploy(2.5)
        self.suggest()
        self.assertEqual(self.one.deployment_id, self.last, "what is confirmed stays")

    def test_rejected(self):
        self.one.action_reject_deployment()
        self.assertEqual(self.one.deployment_state, "rejected")
        self.assertIn("Not due to the deployment: ", self.logged()[1])
        self.suggest()
        self.assertEqual(self.one.deployment_state, "rejected", "none is suggested")
        later = self.deploy(2.5)
        self.suggest()
        self.assertEqual(self.one.deployment_id, later)
        self.assertEqual(self.one.deployment_state, "suggested")

    def test_chosen(self):
        action = self.one.action_choose_deployment()
        dialogs = self.env[action["res_model"]].with_user(self.manager)
        form = Form(dialogs.with_context(**action["context"]))
        form.deployment_id = self.first
        form.save().action_confirm()
        self.assertEqual(self.one.deployment_id, self.first)
        self.assertEqual(self.one.deployment_state, "confirmed")

    def test_a_deployment_is_found_by_what_it_has_changed(self):
        other = self.deploy(1, name="stock")
        found = self.env["reliability.deployment"].name_search("stock")
        self.assertEqual([pair[0] for pair in found], other.ids)

    def test_not_by_viewers(self):
        for action in ("confirm", "reject", "choose"):
            method = getattr(
                self.one.with_user(self.viewer), f"action_{action}_deployment"
            )
            with self.assertRaises(AccessError):
                method()


@tagged("-at_install", "post_install")
class TestFailed(EndedCase):
    """A deployment says why it has failed."""

    def test_an_incident_followed(self):
        deployment = self.deploy()
        self.assertFalse(deployment.failure)
        incident = self.incident()
        self.assertEqual(
            deployment.failure, "An incident followed; nobody has confirmed the cause"
        )
        incident.with_user(self.manager).action_confirm_deployment()
        self.assertEqual(deployment.failure, "Caused an incident")
        incident.with_user(self.manager).action_reject_deployment()
        self.assertFalse(deployment.failure)

    def test_its_incidents_are_opened(self):
        deployment = self.deploy()
        incident, other = self.incident(1), self.incident(2)
        other.with_user(self.manager).action_reject_deployment()
        self.assertEqual(deployment.incident_count, 1)
        domain = deployment.with_user(self.viewer).action_open_incidents()["domain"]
        self.assertEqual(self.env["reliability.incident"].search(domain), incident)

    def test_rolled_back_or_broken(self):
        deployment = self.deploy(state="failed")
        back = self.deploy(1, rolls_back_id=deployment.id)
        self.assertEqual(deployment.failure, "The roll-out failed, Rolled back")
        self.assertFalse(back.failure)

    def test_repaired_within_a_day(self):
        deployment = self.deploy()
        self.deploy(25, fixes_id=deployment.id)
        self.assertFalse(deployment.failure)
        self.deploy(24, fixes_id=deployment.id)
        self.assertEqual(deployment.failure, "Hot fix within a day")

    def test_somebody_says_so(self):
        deployment = self.deploy().with_user(self.manager)
        deployment.action_mark_failed()
        self.assertEqual(deployment.failure, "Marked as failed")
        self.assertEqual(deployment.marked_by_id, self.manager)
        self.assertTrue(deployment.marked_at)
        deployment.action_unmark_failed()
        self.assertFalse(deployment.failure)
        authors = deployment.message_ids[:2].author_id
        self.assertEqual(authors, self.manager.partner_id)
        with self.assertRaises(AccessError):
            deployment.with_user(self.viewer).action_mark_failed()
