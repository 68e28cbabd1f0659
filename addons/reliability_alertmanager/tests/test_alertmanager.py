"""Alertmanager's alerts are alerts of Odoo, and open incidents: each once."""

from itertools import permutations

from odoo.tests import freeze_time, tagged

from odoo.addons.reliability_inbound.kinds import InvalidMessage
from odoo.addons.reliability_incident.tests.common import IncidentCase, after


@tagged("-at_install", "post_install")
class TestAlertmanager(IncidentCase):
    def body(self, status="firing", begin=0, end=None, **labels):
        """Return a message about one alert, minutes after noon."""
        labels = {"alertname": "QueueFull", "severity": "critical"} | labels
        return {
            "alerts": [
                {
                    "status": status,
                    "fingerprint": "f1",
                    "labels": labels,
                    "annotations": {"summary": "The queue is full"},
                    "startsAt": f"{after(begin).isoformat()}Z",
                    "endsAt": f"{after(end).isoformat()}Z"
                    if end is not None
                    else "0001-01-01T00:00:00Z",
                }
            ]
        }

    def receive(self, minutes, *bodies):
        with freeze_time(after(minutes)):
            for body in bodies:
                self.env["reliability.inbound"]._receive_alertmanager(body)

    def evaluate_all(self, minutes):
        with freeze_time(after(minutes)):
            self.env["reliability.evaluator"]._run(after(minutes))

    def mine(self):
        """Return the incidents of these alerts."""
        evidence = self.env["reliability.incident.evidence"].search(
            [("provider", "=", "alertmanager")]
        )
        return evidence.incident_id

    def test_an_incident_begins_when_the_alert_began(self):
        self.receive(60, self.body(begin=-30))
        self.evaluate_all(60)
        incident = self.mine()
        self.assertEqual(incident.began_at, after(-30), "Odoo was down since")
        self.assertEqual(incident.tier, "page")
        self.assertEqual(incident.text, "QueueFull: The queue is full")

    def test_it_says_what_it_was_when_the_alert_was_deleted_long_ago(self):
        self.receive(0, self.body())
        self.evaluate_all(1)
        self.env["reliability.alertmanager.alert"].search([]).unlink()
        self.env.invalidate_all()
        self.assertEqual(self.mine().text, "QueueFull: The queue is full")

    def test_it_is_restored_when_the_alert_is_resolved(self):
        self.receive(0, self.body())
        self.evaluate_all(1)
        self.receive(5, self.body("resolved", end=4))
        self.evaluate_all(6)
        self.assertEqual(self.mine().state, "restored")

    def test_any_order_and_repetition_has_the_same_end(self):
        firing, resolved = self.body(), self.body("resolved", end=4)
        for order in permutations([firing, resolved, firing, resolved]):
            self.env["reliability.alertmanager.alert"].search([]).unlink()
            self.receive(5, *order)
            row = self.env["reliability.alertmanager.alert"].search([])
            self.assertEqual(row.mapped("ends_at"), [after(4)])

    def test_one_that_begins_again_fires_once(self):
        for order in permutations([self.body(), self.body(begin=3)]):
            self.env["reliability.alertmanager.alert"].search([]).unlink()
            self.receive(5, *order)
            self.evaluate_all(6)
            (begin,) = (
                self.env["reliability.alertmanager.alert"]
                ._present(after(6))
                .mapped("starts_at")
            )
            self.assertEqual(begin, after(3))

    def test_its_end_ends_it_however_often_it_began(self):
        bodies = [self.body(), self.body(begin=3), self.body("resolved", 3, 4)]
        for order in permutations(bodies):
            self.env["reliability.alertmanager.alert"].search([]).unlink()
            self.receive(5, *order)
            rows = self.env["reliability.alertmanager.alert"]
            self.assertFalse(rows._present(after(5)))

    def test_it_joins_the_incident_that_odoo_has_opened(self):
        self.evaluate(0, self.alert())
        labels = {
            "service": self.service.code,
            "company": str(self.env.company.id),
            "warehouse": "WH",
        }
        self.receive(1, self.body(**labels))
        with freeze_time(after(2)):
            found = self.env["reliability.health.provider"]._alerts()
        mine = [alert for alert in found if alert.provider == "alertmanager"]
        self.evaluate(2, self.alert(), *mine)
        self.assertEqual(len(self.incident().evidence_ids), 2)

    def test_labels_that_name_nothing_here_make_no_incident_of_their_own(self):
        for number in range(3):
            labels = {"warehouse": f"X{number}", "integration": f"system {number}"}
            body = self.body(alertname=f"QueueFull{number}", **labels)
            body["alerts"][0]["fingerprint"] = f"f{number}"
            self.receive(0, body)
        self.evaluate_all(1)
        self.assertEqual(len(self.mine()), 1)

    def test_alerts_of_another_database_are_not_stored(self):
        self.receive(0, self.body(db="another"))
        self.assertFalse(self.env["reliability.alertmanager.alert"].search([]))

    def test_what_is_not_repeated_for_a_day_is_over(self):
        self.receive(0, self.body())
        self.evaluate_all(1)
        self.evaluate_all(24 * 60 + 1)
        self.assertEqual(self.mine().state, "restored")

    def test_garbage_is_refused(self):
        with self.assertRaisesRegex(InvalidMessage, "alerts must be a list"):
            self.env["reliability.inbound"]._receive_alertmanager({})
