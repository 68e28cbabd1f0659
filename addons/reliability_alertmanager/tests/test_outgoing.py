"""Each incident is an alert of Alertmanager while it is open."""

from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.reliability_incident.tests.common import IncidentCase, after

from ..settings import Outgoing, read

MODELS = "odoo.addons.reliability_alertmanager.models"
LOGGERS = [
    f"{MODELS}.reliability_notification",
    "odoo.addons.reliability_incident.models.reliability_notification",
]


class Server:
    """Keeps what it was sent.

    :ivar posts: the alerts of each request
    :ivar error: of each request; ``None`` where it is accepted
    """

    def __init__(self):
        self.posts = []
        self.error = None
        self.fires = []
        self.silenced = []
        self.has = set()

    def post_alerts(self, alerts):
        if self.error:
            raise self.error
        self.posts.append(alerts)

    def firing(self, _receiver):
        return self.fires

    def fingerprints(self):
        return self.has

    def silences(self):
        return []

    def set_silence(self, silence):
        self.silenced.append(silence)


@tagged("-at_install", "post_install")
class TestOutgoing(IncidentCase):
    def setUp(self):
        super().setUp()
        self.server = Server()
        self.enterContext(self.odoo_conf(Outgoing(self.server, silences=True)))
        cron, never = type(self.env["ir.cron"]), lambda *_args, **_named: 1
        self.enterContext(patch.object(cron, "_commit_progress", never))

    def odoo_conf(self, outgoing):
        """Return a block in which odoo.conf says this."""
        notification = type(self.env["reliability.notification"])
        return patch.object(notification, "_alertmanager", lambda _self: outgoing)

    def follow(self, minutes, *alerts):
        """Evaluate with these alerts, and send what is due."""
        self.evaluate(minutes, *alerts)
        with freeze_time(after(minutes)):
            self.env["reliability.notification"]._send_outside()

    def rows(self):
        return self.env["reliability.notification"].search(
            [("channel", "=", "alertmanager")], order="id"
        )

    def received(self, **labels):
        """Return Alertmanager's message about one alert."""
        labels = {"alertname": "QueueFull", "severity": "page"} | labels
        begin = f"{after(0).isoformat()}Z"
        alert = {"status": "firing", "labels": labels, "startsAt": begin}
        with freeze_time(after(0)):
            message = {"alerts": [alert], "receiver": "odoo (b)", "truncatedAlerts": 2}
            return self.env["reliability.inbound"]._receive_alertmanager(message)

    def theirs(self):
        with freeze_time(after(0)):
            every = self.env["reliability.health.provider"]._alerts()
        return [alert for alert in every if alert.provider == "alertmanager"]

    def test_it_fires_again_each_minute_and_ends(self):
        self.follow(0, self.alert())
        self.follow(1, self.alert())
        self.follow(9)
        self.follow(10)
        ends = [alert["endsAt"][11:16] for (alert,) in self.server.posts]
        restored = f"{self.incident().restored_at:%H:%M}"
        self.assertEqual(ends, ["12:05", "12:06", restored])
        labels = self.server.posts[0][0]["labels"]
        self.assertEqual(
            labels,
            {
                "alertname": "OdooIncident",
                "db": self.env.cr.dbname,
                "incident": self.incident().number,
                "severity": "page",
                "service": self.service.code,
                "company": str(self.env.company.id),
                "warehouse": "WH",
            },
        )

    def test_what_alertmanager_has_raised_is_not_sent_back(self):
        self.received()
        self.follow(1, *self.theirs())
        self.assertEqual(self.incident().evidence_ids.provider, "alertmanager")
        self.assertFalse(self.rows())

    def test_an_incident_that_comes_back_is_ignored(self):
        answer = self.received(alertname="OdooIncident", incident="INC1")
        self.assertEqual((answer["stored"], answer["sent_by_odoo"]), (0, 1))

    def test_what_is_acknowledged_is_silenced_by_its_labels(self):
        self.received(queue="labels")
        theirs = self.theirs()
        self.follow(1, *theirs)
        self.incident().with_user(self.manager).action_acknowledge()
        self.follow(2, *theirs)
        found = [
            {one["name"]: one["value"] for one in silence["matchers"]}
            for silence in self.server.silenced
        ]
        own = {"alertname", "db", "incident"}
        labels = {"alertname": "QueueFull", "severity": "page", "queue": "labels"}
        self.assertIn(labels, found)
        self.assertIn(own, [set(one) for one in found])

    def test_what_is_silent_ends_when_alertmanager_has_it_no_more(self):
        self.received(queue="labels")
        theirs = self.theirs()
        self.follow(1, *theirs)
        self.incident().with_user(self.manager).action_acknowledge()
        row = self.env["reliability.alertmanager.alert"].search([])
        self.server.has = {row.fingerprint}
        self.follow(2, *theirs)
        self.server.has = set()
        self.follow(6, *theirs)
        self.assertFalse(row.ends_at, "Alertmanager may have been restarted")
        self.follow(8, *theirs)
        self.assertEqual(row.ends_at, after(2))

    def test_what_returns_is_not_silent(self):
        self.follow(0, self.alert())
        with freeze_time(after(1)):
            self.incident().with_user(self.manager).action_acknowledge()
        self.follow(9)
        self.follow(10, self.alert())
        self.assertEqual(self.incident().state, "acknowledged")
        self.server.silenced.clear()
        self.follow(11, self.alert())
        self.assertFalse(self.server.silenced)

    def test_labels_that_are_masked_silence_nothing_else(self):
        self.received(token="password=secret-value")
        theirs = self.theirs()
        self.follow(1, *theirs)
        self.incident().with_user(self.manager).action_acknowledge()
        self.follow(2, *theirs)
        (silence,) = self.server.silenced
        self.assertIn("incident", [one["name"] for one in silence["matchers"]])

    def test_what_a_message_left_out_is_fetched_once(self):
        self.received()
        self.server.fires = [
            {
                "fingerprint": f"f{number}",
                "labels": {"alertname": "QueueFull", "number": str(number)},
                "startsAt": "2026-03-02T11:58:00.123Z",
                "endsAt": "2026-03-02T12:08:00.123Z",
                "status": {"state": "active"},
            }
            for number in range(3)
        ]
        self.follow(1)
        rows = self.env["reliability.alertmanager.alert"]
        self.assertEqual(rows.search_count([]), 4)
        self.assertFalse(rows._incomplete_receiver())

    @mute_logger(*LOGGERS)
    def test_one_that_does_not_accept_what_fired_is_a_failing_channel(self):
        self.follow(0, self.alert())
        self.server.error = ConnectionError("refused")
        self.follow(1, self.alert())
        self.assertEqual((self.rows().state, self.rows().tries), ("waiting", 1))
        self.server.error = None
        self.follow(2, self.alert())
        self.assertEqual(self.rows().state, "sent")

    def test_what_is_wrong_in_odoo_conf_is_told(self):
        checks = self.env["reliability.self.check"]
        for options, text in (
            ({}, ""),
            ({"alertmanager_url": "http://127.0.0.1:9093"}, ""),
            ({"alertmanager_url": "127.0.0.1:9093"}, "alertmanager_url"),
            (
                {
                    "alertmanager_url": "http://127.0.0.1:9093",
                    "alertmanager_silences": "sometimes",
                },
                "alertmanager_silences",
            ),
        ):
            with self.odoo_conf(read(options)):
                found = [
                    one for one in checks._addon_problems() if "Alertmanager" in one
                ]
            self.assertEqual(bool(found), bool(text))
            self.assertIn(text, "".join(found))
