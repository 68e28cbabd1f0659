"""Alerts with one cause are one incident, with a severity and what it affects."""

from unittest.mock import patch

from odoo.tests import tagged

from .common import IncidentCase, after


@tagged("-at_install", "post_install")
class TestOpened(IncidentCase):
    """An evaluation opens an incident for a page or a ticket."""

    def test_for_pages_and_tickets_not_for_information(self):
        self.evaluate(0, self.alert(severity="information"))
        self.assertFalse(self.incidents())
        self.evaluate(1, self.alert(severity="degraded"))
        self.assertEqual(self.incident().tier, "ticket")
        self.evaluate(2, self.alert(severity="interrupted"))
        self.assertEqual(self.incident().tier, "page", "the same one, worse")

    def test_an_alert_may_name_its_tier(self):
        self.evaluate(0, self.alert(severity="degraded", values={"tier": "page"}))
        self.assertEqual(self.incident().tier, "page")

    def test_it_began_with_the_first_affected_record_and_is_detected_now(self):
        self.evaluate(0, self.alert(since=after(-7)), self.alert("slow"))
        incident = self.incident()
        self.assertEqual(incident.began_at, after(-7))
        self.assertEqual(incident.detected_at, after(0))
        sources = incident.stamp_ids.mapped(lambda stamp: (stamp.kind, stamp.source))
        self.assertEqual(sources, [("detected", "evaluation"), ("began", "measured")])

    def test_an_unknown_begin_stays_unknown(self):
        self.evaluate(0, self.alert(since=None))
        self.assertFalse(self.incident().began_at)

    def test_it_begins_no_later_than_it_is_detected(self):
        self.evaluate(0, self.alert(since=after(60)))
        self.assertEqual(self.incident().began_at, after(0))

    def test_an_evaluation_without_news_writes_nothing(self):
        self.evaluate(0, self.alert())
        incident = type(self.env["reliability.incident"])
        evidence = type(self.env["reliability.incident.evidence"])
        with (
            patch.object(incident, "write") as write,
            patch.object(evidence, "write") as write_evidence,
        ):
            self.evaluate(1, self.alert())
        write.assert_not_called()
        write_evidence.assert_not_called()


@tagged("-at_install", "post_install")
class TestOneCause(IncidentCase):
    """What has one cause is one incident; other causes have their own."""

    def test_alerts_of_one_place_are_one(self):
        self.evaluate(0, self.alert(), self.alert("slow", severity="degraded"))
        self.assertEqual(len(self.incident().evidence_ids), 2)

    def test_warehouses_have_their_own(self):
        self.evaluate(0, self.alert(), self.alert(warehouse="B"))
        self.assertEqual(self.incidents().mapped("warehouse"), ["WH", "B"])

    def test_a_partner_system_is_one_in_all_warehouses(self):
        system = {"system": "mrw"}
        self.evaluate(
            0, self.alert(values=system), self.alert(warehouse="B", values=system)
        )
        self.assertEqual(self.incident().warehouses, "B, WH")
        self.assertEqual(self.incident().severity, "major", "in more than one site")

    def test_a_service_joins_the_one_that_it_depends_on(self):
        platform = self.env["reliability.service"]._by_code("platform")
        self.service.depends_on_ids = platform
        shared = {"company_id": None, "warehouse": "", "is_shared": True}
        self.evaluate(0, self.alert(service="platform", **shared))
        calls = self.alert(values={"tier": "page"})
        self.evaluate(90, self.alert(service="platform", **shared), calls)
        self.assertEqual(self.incident().service_ids, platform | self.service)

    def test_two_evaluations_at_once_open_one(self):
        """The second one finds the evidence of the first."""
        self.evaluate(0, self.alert())
        self.evaluate(0, self.alert())
        self.assertEqual(len(self.incident().evidence_ids), 1)


@tagged("-at_install", "post_install")
class TestEvidence(IncidentCase):
    """What an alert said at its worst stays, also when the alert is gone."""

    def test_the_worst_numbers_are_kept(self):
        self.evaluate(0, self.alert(count=3, severity="degraded"))
        self.evaluate(1, self.alert(count=9))
        self.evaluate(2, self.alert(count=2))
        evidence = self.incident().evidence_ids
        self.assertEqual((evidence.severity, evidence.count), ("interrupted", 9))

    def test_it_outlives_the_alert(self):
        self.evaluate(0, self.alert(values={"cause": {"layer": "locks"}}))
        self.evaluate(1)
        self.env["reliability.alert"].search([]).evidence_id.unlink()
        evidence = self.incident().evidence_ids
        self.assertFalse(evidence.alert_id)
        self.assertEqual(evidence.values, {"cause": {"layer": "locks"}})

    def test_the_incident_is_named_after_the_worst_that_is_no_budget(self):
        budget = {"tier": "page"}
        self.evaluate(
            0,
            self.alert("budget", severity="degraded", values=budget),
            self.alert("slow", severity="degraded"),
        )
        self.assertEqual(self.incident().text, "slow")
        self.evaluate(1, self.alert("slow", severity="degraded"), self.alert("down"))
        self.assertEqual(self.incident().text, "down")

    def test_the_incident_is_named_after_it(self):
        self.evaluate(0, self.alert("label printer"))
        incident = self.incident()
        self.assertEqual(incident.text, "label printer")
        self.assertRegex(incident.display_name, r"^INC\d{5}: label printer$")
