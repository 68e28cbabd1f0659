"""Incidents and notifications are measured when they are committed, each once."""

from collections import Counter
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from odoo.addons.reliability.api import unmeasured

from .. import measuring
from .common import IncidentCase, after


class MeasuredCase(IncidentCase):
    def setUp(self):
        super().setUp()
        self.waiting = []
        self.enterContext(
            patch.object(measuring, "listen", lambda _cr, one: self.waiting.append(one))
        )
        self.enterContext(
            patch.object(measuring, "is_measured", lambda _registry: True)
        )

    def recorded(self, outcome="success"):
        """End the transaction, and return what is recorded: (family, labels) → rest."""
        found = []

        def record(series, event_outcome, seconds):
            found.append((series.family, series.labels, event_outcome, seconds))

        with patch.object(measuring, "record", record):
            for listener in self.waiting:
                listener.on_end(outcome)
        self.waiting.clear()
        return found

    def times(self):
        """Return the times that are recorded: family → seconds."""
        return {
            family.removeprefix("incident_"): seconds
            for family, _labels, _outcome, seconds in self.recorded()
            if family != "incident_notification"
        }


@tagged("-at_install", "post_install")
class TestTimes(MeasuredCase):
    """A time is measured as soon as both of its stamps are known."""

    def test_from_begin_to_end(self):
        self.evaluate(0, self.alert(since=after(-7)))
        self.assertEqual(self.times(), {"detection": 7 * 60})
        with freeze_time(after(4)):
            self.incident().with_user(self.user).action_acknowledge()
        self.assertEqual(self.times(), {"acknowledgement": 4 * 60})
        self.evaluate(9)
        self.assertEqual(self.times(), {"restoration": 16 * 60})

    def test_by_service_and_severity(self):
        self.service.criticality = "critical"
        self.evaluate(0, self.alert())
        self.assertEqual(self.incident().severity, "major")
        labels = {
            labels for family, labels, *_rest in self.recorded() if "det" in family
        }
        self.assertEqual(labels, {(self.service.code, self.incident().severity)})

    def test_nothing_of_what_is_not_measured(self):
        with unmeasured():
            self.evaluate(0, self.alert())
        self.assertEqual(self.recorded(), [])

    def test_nothing_of_what_is_rolled_back(self):
        self.evaluate(0, self.alert())
        self.assertEqual(self.recorded("failed"), [])

    def test_nothing_while_a_stamp_is_unknown(self):
        self.evaluate(0, self.alert(since=None))
        self.assertEqual(self.times(), {})

    def test_a_stamp_that_becomes_known_counts_and_a_corrected_one_does_not(self):
        self.evaluate(0, self.alert(since=None))
        self.times()
        for minute, expected in ((-20, {"detection": 20 * 60}), (-30, {})):
            self.incident()._stamp("began", after(minute), "person", "a call")
            self.assertEqual(self.times(), expected)

    def test_no_drills_and_no_false_alarms(self):
        self.evaluate(0, self.alert())
        self.times()
        with freeze_time(after(5)):
            self.incident().with_user(self.manager).action_false_alarm()
        self.assertEqual(self.times(), {})
        self.incident().kind = "drill"
        self.incident().began_at = False
        self.incident()._stamp("began", after(-5), "person")
        self.assertEqual(self.times(), {})


@tagged("-at_install", "post_install")
class TestNotifications(MeasuredCase):
    """Each try to send a notification is measured, by its channel."""

    def tries(self):
        return Counter(
            (labels[0], outcome)
            for family, labels, outcome, _seconds in self.recorded()
            if family == "incident_notification"
        )

    def test_sent_and_failed(self):
        self.service.notify_by_mail = True
        notification = type(self.env["reliability.notification"])
        logger = "odoo.addons.reliability_incident.models.reliability_notification"
        failing = patch.object(notification, "_send_mail", side_effect=ValueError)
        with failing, self.assertLogs(logger):
            self.evaluate(0, self.alert())
        self.assertEqual(
            self.tries(), {("activity", "success"): 1, ("mail", "failed"): 1}
        )
        self.evaluate(1, self.alert())
        self.assertEqual(self.tries(), {("mail", "success"): 1})
