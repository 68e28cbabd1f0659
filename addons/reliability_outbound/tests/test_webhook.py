"""A receiver of the webhook knows each state of each incident, in order."""

from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.reliability_incident.tests.common import after

from .common import REFUSED, UNAVAILABLE, OutboundCase

LOGGER = "odoo.addons.reliability_incident.models.reliability_notification"


@tagged("-at_install", "post_install")
class TestStates(OutboundCase):
    """Each state is one message, whatever people have switched on."""

    def test_from_its_begin_to_its_end(self):
        self.service.notify_by_activity = False
        for minute in range(3):
            self.follow(minute, self.alert())
        incident = self.incident()
        incident.with_user(self.user).action_acknowledge()
        self.follow(4, self.alert())
        self.follow(9)
        with freeze_time(after(10)):
            incident.with_user(self.manager).action_close()
        self.follow(11)
        self.follow(12)
        expected = ["opened", "acknowledged", "restored", "closed"]
        self.assertEqual(self.events(), expected)
        self.assertFalse(self.rows().user_id)

    def test_open_again_is_opened_again(self):
        self.follow(0, self.alert())
        self.follow(5)
        self.follow(6, self.alert())
        self.assertEqual(self.events(), ["opened", "restored", "opened"])
        self.assertEqual(self.received[-1]["incident"]["episode"], 1)

    def test_also_in_quiet_hours(self):
        self.service.write({"quiet_from": 11.0, "quiet_to": 14.0})
        self.follow(0, self.alert(severity="degraded"))
        self.assertEqual(self.events(), ["opened"])

    def test_one_that_was_merged_is_closed(self):
        self.follow(0, self.alert(), self.alert(warehouse="XX", subject="other"))
        first, second = self.incidents()
        (first | second).with_user(self.manager).action_merge()
        self.follow(1, self.alert(), self.alert(warehouse="XX", subject="other"))
        closed = self.received[-1]
        self.assertEqual(closed["event"], "closed")
        self.assertEqual(closed["incident"]["kind"], "duplicate")
        self.assertEqual(closed["incident"]["merged_into"], first.number)

    def test_none_without_an_address(self):
        notification = type(self.env["reliability.notification"])
        with patch.object(notification, "_webhook", lambda _self: None):
            self.follow(0, self.alert())
        self.assertFalse(self.rows())

    def test_none_of_a_neutralized_copy(self):
        self.evaluate(0, self.alert())
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.follow(1, self.alert())
        self.assertFalse(self.received)

    def test_it_is_sent_by_a_scheduled_action_of_its_own(self):
        cron = self.env.ref("reliability_outbound.cron_send")
        triggers = [("cron_id", "=", cron.id)]
        before = self.env["ir.cron.trigger"].search_count(triggers)
        self.evaluate(0, self.alert())
        self.assertFalse(self.received, "the evaluation waits for nobody")
        found = self.env["ir.cron.trigger"].search_count(triggers)
        self.assertEqual(found, before + 1)


@tagged("-at_install", "post_install")
class TestMessage(OutboundCase):
    def test_it_says_what_and_where_and_names_no_person(self):
        self.follow(0, self.alert())
        self.incident().with_user(self.user).action_acknowledge()
        self.follow(1, self.alert())
        opened, acknowledged = self.received
        self.assertEqual(opened["version"], 1)
        self.assertEqual(opened["database"], self.env.cr.dbname)
        self.assertNotEqual(opened["id"], acknowledged["id"])
        found = acknowledged["incident"]
        self.assertEqual(found["number"], self.incident().number)
        self.assertEqual(found["service"], self.service.code)
        self.assertEqual(found["warehouses"], ["WH"])
        self.assertEqual(found["company"]["id"], self.env.company.id)
        self.assertEqual((found["state"], found["tier"]), ("acknowledged", "page"))
        self.assertEqual(found["stamps"]["began"], "2026-03-02T11:58:00+00:00")
        self.assertIsNone(found["stamps"]["restored"])
        self.assertEqual(found["alert_count"], 1)
        self.assertIn(f"/{self.incident().id}", found["url"])
        self.assertNotIn(self.user.name, str(self.received))


@tagged("-at_install", "post_install")
class TestFailures(OutboundCase):
    """What was not accepted is sent later, in the order of its incident."""

    @mute_logger(LOGGER)
    def test_the_same_message_is_sent_again(self):
        self.error = UNAVAILABLE
        self.follow(0, self.alert())
        self.assertEqual(self.rows().mapped("error"), ["NotAccepted"])
        self.error = None
        self.send(0.5)
        self.assertFalse(self.received, "it is tried again after a minute")
        self.send(1)
        self.assertEqual(self.events(), ["opened"])
        self.assertEqual((self.rows().state, self.rows().tries), ("sent", 2))

    @mute_logger(LOGGER)
    def test_a_later_one_of_the_incident_waits_for_it(self):
        self.error = UNAVAILABLE
        self.follow(0, self.alert())
        self.error = None
        self.incident().with_user(self.user).action_acknowledge()
        self.follow(0.5, self.alert())
        self.assertFalse(self.received)
        self.follow(1, self.alert())
        self.assertEqual(self.events(), ["opened", "acknowledged"])

    @mute_logger(LOGGER)
    def test_a_receiver_that_is_down_is_asked_once(self):
        self.error = UNAVAILABLE
        alerts = self.alert(), self.alert(warehouse="XX", subject="other")
        self.follow(0, *alerts)
        self.assertEqual(self.rows().mapped("tries"), [1, 0])

    @mute_logger(LOGGER)
    def test_one_that_is_refused_keeps_no_other_from_being_sent(self):
        self.error = REFUSED
        alerts = self.alert(), self.alert(warehouse="XX", subject="other")
        self.follow(0, *alerts)
        self.assertEqual(self.rows().mapped("tries"), [1, 1])

    @mute_logger(LOGGER)
    def test_it_fails_after_seventeen_hours_and_others_follow(self):
        self.error = UNAVAILABLE
        self.evaluate(0, self.alert())
        for minute in (2**power - 1 for power in range(11)):
            self.assertEqual(self.rows().state, "waiting")
            self.send(minute)
        self.assertEqual(self.rows().state, "failed")

    @mute_logger(LOGGER)
    def test_that_it_fails_is_one_alert_and_not_sent_by_it(self):
        self.error = UNAVAILABLE
        self.follow(0, self.alert())
        with freeze_time(after(1)):
            found = self.env["reliability.health.provider"]._alerts()
        mine = [one for one in found if one.subject == "webhook"]
        self.assertEqual([one.cause for one in mine], ["channel"])
        self.error = None
        self.evaluate(1, self.alert(), *mine)
        about = self.incidents().filtered(
            lambda one: "channel" in one.evidence_ids.mapped("cause")
        )
        self.assertTrue(about)
        self.assertNotIn("webhook", about.notification_ids.mapped("channel"))
        page = self.alert(service="platform", company_id=None, warehouse="")
        self.follow(5, self.alert(), page._replace(is_shared=True))
        self.assertIn("webhook", about.notification_ids.mapped("channel"), "it works")
