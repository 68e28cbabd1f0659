"""How bad an incident is follows its alerts, and is computed when they change."""

from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import freeze_time, tagged

from .common import IncidentCase, after

WRITE_CHANGES = (
    "odoo.addons.reliability_incident.models.reliability_incident_evaluation"
    ".write_changes"
)


@tagged("-at_install", "post_install")
class TestWeighed(IncidentCase):
    def weighed(self, minutes, *alerts):
        """Evaluate, and return the warehouses of the incidents that were weighed."""
        incident = type(self.env["reliability.incident"])
        weigh, found = incident._weigh, []

        def watched(one):
            found.append(one.warehouse)
            weigh(one)

        with patch.object(incident, "_weigh", watched):
            self.evaluate(minutes, *alerts)
        return sorted(found)

    def test_only_what_has_changed(self):
        first, second = self.alert(), self.alert(warehouse="B")
        self.assertEqual(self.weighed(0, first, second), ["B", "WH"])
        self.assertEqual(self.weighed(1, first, second), [])
        worse = self.alert(warehouse="B", count=2)
        self.assertEqual(self.weighed(2, first, worse), ["B"])
        self.assertEqual(self.weighed(3, first, worse), [])
        more = self.alert("slow", severity="degraded")
        self.assertEqual(self.weighed(4, first, worse, more), ["WH"])

    def test_what_a_person_was_just_changing_is_weighed_later(self):
        self.evaluate(0, self.alert(severity="degraded"))
        with patch(WRITE_CHANGES, side_effect=SerializationFailure):
            self.evaluate(1, self.alert())
        self.assertEqual(self.incident().tier, "ticket")
        self.evaluate(2, self.alert())
        self.assertEqual(self.incident().tier, "page")
        self.assertFalse(self.incident().evidence_ids.is_changed)

    def test_also_if_its_alert_has_ended_since(self):
        self.evaluate(0, self.alert(severity="degraded"))
        with patch(WRITE_CHANGES, side_effect=SerializationFailure):
            self.evaluate(1, self.alert())
        self.evaluate(2)
        incident = self.incident()
        self.assertEqual((incident.tier, incident.state), ("page", "restored"))

    def test_what_could_not_be_restored_is_restored_later(self):
        self.evaluate(0, self.alert())
        incident = type(self.env["reliability.incident"])
        with patch.object(incident, "_live", side_effect=SerializationFailure):
            self.evaluate(5)
        self.assertEqual(self.incident().state, "open")
        self.evaluate(6)
        incident = self.incident()
        self.assertEqual((incident.state, incident.restored_at), ("restored", after(5)))

    def test_it_follows_the_criticality_of_its_services(self):
        self.service.criticality = "low"
        self.evaluate(0, self.alert())
        self.assertEqual(self.incident().severity, "minor")
        self.service.criticality = "critical"
        self.evaluate(1, self.alert())
        self.assertEqual(self.incident().severity, "major")

    def test_a_merged_one_weighs_all_alerts(self):
        alerts = self.alert(), self.alert(warehouse="B")
        self.evaluate(0, *alerts)
        with freeze_time(after(1)):
            self.incidents().with_user(self.manager).action_merge()
        self.evaluate(2, *alerts)
        first = self.incidents()[0]
        self.assertEqual((first.warehouses, first.severity), ("B, WH", "major"))


@tagged("-at_install", "post_install")
class TestFollowed(IncidentCase):
    """An evaluation reads what has changed, and no other alert."""

    def test_what_is_information_now_is_over(self):
        self.evaluate(0, self.alert())
        self.evaluate(1, self.alert(severity="information"))
        self.assertEqual(self.incident().state, "restored")

    def test_what_became_better_stays_as_it_was_at_its_worst(self):
        self.evaluate(0, self.alert(count=3))
        self.evaluate(1, self.alert(count=5, severity="degraded"))
        evidence = self.incident().evidence_ids
        self.assertEqual((evidence.severity, evidence.count), ("interrupted", 3))
        self.assertTrue(evidence.is_present)

    def test_a_deleted_alert_is_over(self):
        self.evaluate(0, self.alert())
        self.env["reliability.alert"].search([]).evidence_id.unlink()
        self.evaluate(1)
        self.assertEqual(self.incident().restored_at, after(1))
