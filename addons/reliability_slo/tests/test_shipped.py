"""Every service comes with objectives that are switched on."""

from odoo.tests import TransactionCase, tagged


@tagged("-at_install", "post_install")
class TestShippedObjectives(TransactionCase):
    def shipped(self, **where):
        slos = self.env["reliability.slo"].with_context(active_test=False)
        return slos.search([(name, "=", value) for name, value in where.items()])

    def test_a_new_service_of_an_addon_gets_its_objectives(self):
        service = self.env["reliability.service"]._by_code("customer_portal")
        codes = set(self.shipped(service_id=service.id).mapped("code"))
        self.assertLessEqual(
            {"customer_portal_success", "customer_portal_in_time"}, codes
        )

    def test_what_people_have_changed_stays(self):
        slo = self.shipped(code="customer_portal_success")
        slo.goal = 98
        slo.active = False
        self.env["reliability.slo"]._ship()
        self.assertEqual(self.shipped(code=slo.code), slo)
        self.assertEqual((slo.goal, slo.active), (98, False))

    def test_each_can_alert(self):
        for slo in self.shipped():
            self.assertTrue(slo.alert_ids, slo.code)
