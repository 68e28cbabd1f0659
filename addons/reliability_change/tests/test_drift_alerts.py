"""What differs is an alert in words, once no deployment has brought it."""

from odoo.tests import tagged

from .drifting import DriftCase

CRON = "reliability_change.cron_compare"


@tagged("-at_install", "post_install")
class TestAlert(DriftCase):
    def setUp(self):
        super().setUp()
        if "delivery.carrier" in self.env:
            product = self.env["product.product"].create(
                {"name": "Shipping", "type": "service"}
            )
            self.carrier = self.env["delivery.carrier"].create(
                {
                    "name": "Parcels",
                    "product_id": product.id,
                    "prod_environment": True,
                }
            )
        self.server = self.env["ir.mail_server"].create(
            {"name": "Relay", "smtp_host": "smtp.example.com"}
        )
        self.compare(10)
        self.drifted()._accept(False)

    def found(self, minutes=60):
        self.compare(minutes)
        return self.alerts(minutes + 11)

    def test_a_carrier_in_test_mode(self):
        if "delivery.carrier" not in self.env:
            self.skipTest("needs Odoo's delivery methods")
        self.carrier.prod_environment = False
        (alert,) = self.found()["test_mode"]
        self.assertEqual(alert.severity, "degraded")
        self.assertIn("Parcels was set to test mode by", self.text(alert, 71))

    def test_a_scheduled_action_that_was_switched_off(self):
        self.env.ref(CRON).with_user(self.manager).sudo().active = False
        (alert,) = self.found()["switched_off"]
        self.assertIn("switched off by drift_manager", self.text(alert, 71))

    def test_a_mail_server_that_is_gone(self):
        self.server.unlink()
        found = self.found()
        (alert,) = found["gone"]
        self.assertIn("The mail server Relay is gone since", self.text(alert, 71))
        self.assertNotIn("other", found)

    def test_settings_that_wait_for_a_restart(self):
        self.replace("postgresql", {"pending restart": "max_connections"})
        (alert,) = self.found()["pending_restart"]
        self.assertEqual(alert.severity, "information")
        self.assertTrue(self.text(alert, 71).endswith(": max_connections"))

    def test_the_others_are_one_for_each_source(self):
        for name in ("web.base.url", "report.url"):
            self.env["ir.config_parameter"].set_param(name, "https://example.com")
        (alert,) = self.found()["other"]
        self.assertEqual((alert.count, alert.severity), (2, "information"))
        self.assertIn("System Parameters: 2 settings differ", self.text(alert, 71))
        action = self.env["reliability.health.provider"]._describe_alert(alert).action
        self.assertEqual(self.drift.search_count(action["domain"]), 2)

    def test_a_source_that_cannot_be_read(self):
        def fail(_env):
            raise OSError("no answer")

        self.replace("scheduled_actions", fail)
        (alert,) = self.found()["unread"]
        self.assertIn("(OSError: no answer)", self.text(alert, 71))

    def test_settings_that_nobody_compares_any_more(self):
        (alert,) = self.alerts(10 + 181)["overdue"]
        self.assertIn("were last compared", self.text(alert, 191))

    def test_not_before_a_deployment_may_be_known(self):
        self.env.ref(CRON).active = False
        self.compare(60)
        self.assertNotIn("switched_off", self.alerts(65))

    def test_not_of_what_was_accepted(self):
        self.env.ref(CRON).active = False
        self.compare(60)._accept(False)
        self.assertNotIn("switched_off", self.alerts(71))

    def test_a_neutralized_copy_is_silent(self):
        self.env.ref(CRON).active = False
        self.compare(60)
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.assertFalse(self.alerts(71))


@tagged("-at_install", "post_install")
class TestGauges(DriftCase):
    def read(self, name):
        """Return labels → value."""
        self.env.flush_all()
        self.env.cr.execute(f"SELECT * FROM reliability_gauge_config_{name}")
        return {source: value for source, _host, value in self.env.cr.fetchall()}

    def test_what_differs_and_since_when(self):
        self.env.ref(CRON).active = False
        self.compare()
        found = self.read("drift_items")
        self.assertEqual((found["scheduled_actions"], found["modules"]), (1, 0))
        oldest = self.read("oldest_drift_seconds")
        self.assertEqual(oldest.keys(), {"scheduled_actions"})

    def test_a_source_that_cannot_be_read_has_an_old_success(self):
        self.replace("modules", lambda _env: 1 / 0)
        self.compare()
        self.assertNotIn("modules", self.read("drift_items"))
        moments = self.read("source_last_success_timestamp_seconds")
        self.assertEqual(moments["scheduled_actions"] - moments["modules"], 3600)
