"""What an incident affects is counted while it is open, and stays afterwards."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.reliability.api import Impact

from .common import IncidentCase, after


class ImpactCase(IncidentCase):
    """Partners stand for the records of a business; they have to be called."""

    def setUp(self):
        super().setUp()
        self.partners = self.env["res.partner"].create(
            [{"name": f"Probe {number}"} for number in range(3)]
        )
        self.affected = []
        self.found = [self.impact(self.partners)]
        provider = type(self.env["reliability.health.provider"])
        self.enterContext(patch.object(provider, "_impacts", self._impacts))
        self.enterContext(patch.object(provider, "_describe_impact", self._described))

    def impact(self, partners, company=None):
        company = company or self.env.company
        return Impact("partners", company.id, "WH", tuple(partners.ids))

    def _impacts(self, affected):
        self.affected.append(affected)
        return self.found

    def _described(self, impact):
        provider = self.env["reliability.health.provider"].with_user(self.reader())
        action = provider._open_impact("Partners", "res.partner", impact)
        return f"{impact.count} to call", action

    def reader(self):
        return self.user

    def row(self):
        self.env.invalidate_all()
        return self.incident().impact_ids.with_user(self.user)

    def opened(self, action):
        return self.env["res.partner"].search(action["domain"])


@tagged("-at_install", "post_install")
class TestImpact(ImpactCase):
    def test_what_it_counts_is_what_it_opens(self):
        self.evaluate(0, self.alert())
        row = self.row()
        self.assertEqual(row.text, "3 to call")
        self.assertEqual(self.opened(row.action_open()), self.partners)

    def test_the_highest_count_stays_with_its_records(self):
        self.evaluate(0, self.alert())
        self.found = [self.impact(self.partners[:1])]
        self.evaluate(1, self.alert())
        row = self.row()
        self.assertEqual((row.text, row.text_at_worst), ("1 to call", "3 to call"))
        self.assertEqual(self.opened(row.action_open()), self.partners[:1])
        self.assertEqual(self.opened(row.action_open_worst()), self.partners)

    def test_people_are_told_of_it_now_and_of_the_worst_at_the_end(self):
        self.evaluate(0, self.alert())
        message = self.activities().note
        self.assertIn("WH: 3 to call", message)
        self.service.notify_by_mail = True
        self.found = [self.impact(self.partners[:1])]
        self.evaluate(1, self.alert())
        self.evaluate(9)
        about = [("subject", "=like", "Probing: restored%")]
        mail = self.env["mail.mail"].search(about)
        self.assertIn("WH: 3 to call", mail.body_html)

    def test_what_is_gone_counts_nothing(self):
        self.evaluate(0, self.alert())
        self.found = []
        self.evaluate(1, self.alert())
        self.assertEqual(self.row().text, "0 to call")
        self.assertFalse(self.row().can_open)
        with self.assertRaises(UserError):
            self.row().action_open()

    def test_it_stays_as_it_was_once_the_incident_is_restored(self):
        self.evaluate(0, self.alert())
        self.evaluate(1)
        self.found = []
        self.evaluate(2)
        self.assertEqual(self.incident().state, "restored")
        self.assertEqual(self.row().text, "3 to call")

    def test_records_that_the_reader_cannot_open_are_not_promised(self):
        self.evaluate(0, self.alert())
        self.partners[0].unlink()
        self.assertEqual(self.row().text, "3 to call. You can open 2 of them.")

    def test_nothing_affected_is_no_row(self):
        self.found = [self.impact(self.partners[:0])]
        self.evaluate(0, self.alert())
        self.assertFalse(self.incident().impact_ids)

    def test_an_addon_that_fails_keeps_nobody_from_being_notified(self):
        self.found = None
        with self.assertLogs("odoo.addons.reliability_incident", "ERROR"):
            self.evaluate(0, self.alert())
        self.assertTrue(self.activities())

    def test_the_worst_are_counted_each_minute_and_others_in_turn(self):
        alerts = [self.alert(warehouse=name, since=after(-9)) for name in "ABCDEFGH"]
        for minute in range(8):
            self.affected = []
            self.evaluate(minute, *alerts)
            self.assertEqual(len(self.affected), 5)
        self.assertEqual(len(self.env["reliability.incident.impact"].search([])), 8)

    def test_people_of_other_companies_do_not_see_it(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.found = [self.impact(self.partners, other)]
        self.evaluate(0, self.alert(is_shared=True))
        impacts = self.env["reliability.incident.impact"]
        self.assertFalse(impacts.with_user(self.user).search([]))


@tagged("-at_install", "post_install")
class TestAffected(ImpactCase):
    """Records are counted at the sites and services of the incident, in its time."""

    def test_from_its_begin_at_the_sites_of_its_alerts(self):
        self.evaluate(0, self.alert(), self.alert(warehouse="", cause="slow"))
        self.evaluate(5, self.alert(), self.alert(warehouse="", cause="slow"))
        affected = self.affected[-1]
        incident = self.incident()
        company = self.env.company.id
        self.assertEqual(affected.sites, {(company, "WH"), (company, "")})
        self.assertEqual(affected.begin, incident.began_at)
        self.assertGreater(affected.end, incident.detected_at)

    def test_a_page_affects_the_services_that_depend_on_it(self):
        services = self.env["reliability.service"]
        needs = {"depends_on_ids": [(6, 0, self.service.ids)]}
        services.create({"name": "Needs it", "code": "needs_it", **needs})
        self.evaluate(0, self.alert(severity="degraded"))
        self.assertEqual(self.affected[-1].services, {"probing"})
        self.evaluate(1, self.alert())
        self.assertEqual(self.affected[-1].services, {"probing", "needs_it"})
