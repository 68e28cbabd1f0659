"""People are notified of an incident: once, in time, and not in quiet hours."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import IncidentCase, after

LOGGER = "odoo.addons.reliability_incident.models.reliability_notification"


@tagged("-at_install", "post_install")
class TestOnce(IncidentCase):
    def test_one_activity_for_the_owner_done_when_it_is_over(self):
        for minute in range(4):
            self.evaluate(minute, self.alert())
        activity = self.activities()
        self.assertEqual(
            activity.mapped("summary"),
            [f"Probing: interrupted ({self.incident().number})"],
        )
        self.assertIn("WH: broken.", activity.note)
        self.evaluate(9)
        self.assertFalse(self.activities(), "it is done")

    def test_mail_and_chat_if_the_service_has_them_enabled(self):
        self.service.write({"notify_by_mail": True, "notify_by_chat": True})
        mails, messages = self.env["mail.mail"], self.env["mail.message"]
        about = [("subject", "=like", "Probing:%")]
        chat = [("body", "ilike", "Probing: "), ("model", "=", "discuss.channel")]
        for minute in range(4):
            self.evaluate(minute, self.alert(), self.alert("slow"))
        self.assertEqual(
            mails.search(about).mapped("email_to"), [self.user.email_formatted]
        )
        self.assertEqual(len(messages.search(chat)), 1)
        self.evaluate(5)
        self.assertEqual(len(mails.search(about)), 2, "one more when it is over")
        self.assertEqual(len(messages.search(chat)), 2)

    def test_again_when_a_ticket_becomes_a_page(self):
        self.service.notify_by_mail = True
        self.evaluate(0, self.alert(severity="degraded"))
        self.evaluate(1, self.alert())
        events = self.incident().notification_ids.filtered(
            lambda one: one.channel == "mail"
        )
        self.assertEqual(set(events.mapped("event")), {"opened", "worse"})

    def test_what_a_database_refuses_to_store_twice(self):
        self.evaluate(0, self.alert())
        sent = self.incident().notification_ids
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(Exception, "once"):
            sent.copy({"state": "waiting"})

    def test_none_in_a_neutralized_copy(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.evaluate(0, self.alert())
        self.assertEqual(self.incident().state, "open")
        self.assertFalse(self.activities())


@tagged("-at_install", "post_install")
class TestQuietHours(IncidentCase):
    def test_tickets_wait_for_their_end(self):
        self.service.write({"quiet_from": 11.0, "quiet_to": 12.25})
        self.evaluate(0, self.alert(severity="degraded"))
        self.assertFalse(self.activities())
        self.evaluate(16, self.alert(severity="degraded"))
        self.assertTrue(self.activities())

    def test_pages_do_not(self):
        self.service.write({"quiet_from": 11.0, "quiet_to": 12.25})
        self.evaluate(0, self.alert())
        self.assertTrue(self.activities())

    def test_pages_do_if_the_service_says_so(self):
        self.service.write(
            {"quiet_from": 11.0, "quiet_to": 12.25, "quiet_for": "everything"}
        )
        self.evaluate(0, self.alert())
        self.assertFalse(self.activities())

    def test_none_of_what_ended_within_them(self):
        self.service.write({"quiet_from": 22.0, "quiet_to": 13.0})
        self.evaluate(0, self.alert(severity="degraded"))
        self.evaluate(9)
        self.evaluate(120)
        self.assertFalse(self.incident().notification_ids)


@tagged("-at_install", "post_install")
class TestWho(IncidentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = new_test_user(
            cls.env, "second", "base.group_user,reliability.group_viewer"
        )

    def test_only_of_the_companies_of_the_user(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.evaluate(0, self.alert(company_id=other.id))
        self.assertFalse(self.activities())

    def test_the_deputy_if_nobody_acknowledges(self):
        self.service.deputy_id = self.second
        self.evaluate(0, self.alert())
        self.evaluate(14, self.alert())
        self.assertFalse(self.activities(self.second))
        self.evaluate(15, self.alert())
        self.assertIn("nobody has acknowledged", self.activities(self.second).summary)

    def test_not_the_deputy_once_somebody_takes_care(self):
        self.service.deputy_id = self.second
        self.evaluate(0, self.alert())
        with freeze_time(after(5)):
            self.incident().with_user(self.user).action_acknowledge()
        self.evaluate(20, self.alert())
        self.assertFalse(self.activities(self.second))

    def test_who_is_on_call_then_who_else_is(self):
        lines = self.env["reliability.on.call"].create(
            [{"user_id": self.second.id}, {"user_id": self.manager.id}]
        )
        lines[0].calendar_id = self.calendar(8, 13)
        self.evaluate(0, self.alert())
        self.assertTrue(self.activities(self.second))
        self.assertFalse(self.activities(), "not the owner")
        self.evaluate(15, self.alert())
        self.assertTrue(self.activities(self.manager))

    def test_by_working_hours(self):
        lines = self.env["reliability.on.call"].create(
            [{"user_id": self.second.id}, {"user_id": self.manager.id}]
        )
        lines[0].calendar_id = self.calendar(13, 18)
        self.evaluate(0, self.alert())
        self.assertFalse(self.activities(self.second))
        self.assertTrue(self.activities(self.manager))

    def test_working_hours_that_are_empty_are_refused(self):
        calendar = self.calendar(8, 13)
        calendar.attendance_ids = [Command.clear()]
        with self.assertRaisesRegex(ValidationError, "never be on call"):
            self.env["reliability.on.call"].create(
                {"user_id": self.second.id, "calendar_id": calendar.id}
            )

    def test_only_users_with_a_role(self):
        user = new_test_user(self.env, "without role", "base.group_user")
        for values in ({"notify_user_ids": user.ids}, {"deputy_id": user.id}):
            with self.assertRaisesRegex(ValidationError, "role Viewer"):
                self.service.write(values)

    def calendar(self, begin, end):
        """Return working hours of each day, in UTC."""
        return self.env["resource.calendar"].create(
            {
                "name": f"{begin} to {end}",
                "tz": "UTC",
                "attendance_ids": [
                    Command.create(
                        {
                            "name": f"day {day}",
                            "dayofweek": str(day),
                            "hour_from": begin,
                            "hour_to": end,
                        }
                    )
                    for day in range(7)
                ],
            }
        )


@tagged("-at_install", "post_install")
class TestFailure(IncidentCase):
    """A channel that fails is tried again, and told by another one."""

    def failing(self, channel="mail", error=ValueError):
        notification = type(self.env["reliability.notification"])
        return patch.object(notification, f"_send_{channel}", side_effect=error)

    def test_for_one_person_does_not_affect_others(self):
        second = new_test_user(
            self.env, "second", "base.group_user,reliability.group_viewer"
        )
        self.service.notify_user_ids = [Command.set([self.user.id, second.id])]
        notification = type(self.env["reliability.notification"])
        original = notification._send_activity

        def fail_for_one(one, incident, message):
            if one.user_id == self.user:
                raise ValueError("no")
            return original(one, incident, message)

        with (
            patch.object(notification, "_send_activity", fail_for_one),
            self.assertLogs(LOGGER),
        ):
            self.evaluate(0, self.alert())
        self.assertTrue(self.activities(second))
        self.assertFalse(self.activities())

    def test_it_is_tried_again_after_longer_and_longer_times(self):
        self.service.notify_by_mail = True
        with self.failing(), self.assertLogs(LOGGER):
            self.evaluate(0, self.alert())
            self.evaluate(1, self.alert())
        notification = self.incident().notification_ids.filtered(
            lambda one: one.channel == "mail"
        )
        self.assertEqual(notification.tries, 2)
        self.assertEqual(notification.next_try, after(1) + timedelta(minutes=2))
        self.evaluate(2, self.alert())
        self.assertEqual(notification.state, "waiting", "not yet")
        self.evaluate(3, self.alert())
        self.assertEqual(notification.state, "sent")

    def test_it_is_given_up_after_five_tries(self):
        self.service.notify_by_mail = True
        with self.failing(), self.assertLogs(LOGGER):
            for minute in range(40):
                self.evaluate(minute, self.alert())
        notification = self.incident().notification_ids.filtered(
            lambda one: one.channel == "mail"
        )
        self.assertEqual((notification.state, notification.tries), ("failed", 5))

    def test_one_alert_says_so_and_is_not_sent_by_that_channel(self):
        platform = self.env["reliability.service"]._by_code("platform")
        platform.write(
            {
                "owner_id": self.manager.id,
                "notify_by_activity": False,
                "notify_by_mail": True,
            }
        )
        self.service.notify_by_mail = True
        with self.failing(), self.assertLogs(LOGGER):
            self.evaluate(0, self.alert())
            with freeze_time(after(1)):
                found = self.env["reliability.health.provider"]._alerts()
            mine = [alert for alert in found if alert.provider == "incident"]
            self.assertEqual([alert.subject for alert in mine], ["mail"])
            self.evaluate(30, *mine, self.alert())
        incident = self.incidents()[-1]
        self.assertEqual(incident.notification_ids.mapped("channel"), ["activity"])
        self.assertIn("Mail: a notification could not be sent", incident.text)
