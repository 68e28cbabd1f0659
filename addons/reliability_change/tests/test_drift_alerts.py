"""What differs is an alert in words, once no deployment has brought it."""

from datetime import timedelta

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
        return self.alerts(minutes + 21)

    def test_a_carrier_in_test_mode(self):
        if "delivery.carrier" not in self.env:
            self.skipTest("needs Odoo's delivery methods")
        self.carrier.prod_environment = False
        (alert,) = self.found()["test_mode"]
        self.assertEqual(alert.severity, "degraded")
        self.assertIn("Parcels was set to test mode by", self.text(alert, 81))

    def test_a_scheduled_action_that_was_switched_off(self):
        self.env.ref(CRON).with_user(self.manager).sudo().active = False
        (alert,) = self.found()["switched_off"]
        self.assertIn("switched off by drift_manager", self.text(alert, 81))

    def test_a_mail_server_that_is_gone(self):
        self.server.unlink()
        found = self.found()
        (alert,) = found["gone"]
        self.assertIn("The mail server Relay is gone since", self.text(alert, 81))
        self.assertNotIn("other", found)

    def test_settings_that_wait_for_a_restart(self):
        self.replace("postgresql", {"pending restart": "max_connections"})
        (alert,) = self.found()["pending_restart"]
        self.assertEqual(alert.severity, "information")
        self.assertTrue(self.text(alert, 81).endswith(": max_connections"))

    def test_the_others_are_one_for_each_source(self):
        for name in ("web.base.url", "report.url"):
            self.env["ir.config_parameter"].set_param(name, "https://example.com")
        (alert,) = self.found()["other"]
        self.assertEqual((alert.count, alert.severity), (2, "information"))
        self.assertIn("System Parameters: 2 settings differ", self.text(alert, 81))
        action = self.env["reliability.health.provider"]._describe_alert(alert).action
        self.assertEqual(self.drift.search_count(action["domain"]), 2)

    def test_a_source_that_cannot_be_read(self):
        def fail(_env):
            raise OSError("no answer")

        self.replace("scheduled_actions", fail)
        (alert,) = self.found()["unread"]
        self.assertIn("(OSError: no answer)", self.text(alert, 81))
        (later,) = self.found(120)["unread"]
        self.assertEqual(later.since, alert.since)

    def test_a_single_source_that_nobody_reads(self):
        self.compare(60)
        self.source("modules").read_at -= timedelta(hours=4)
        (alert,) = self.alerts(61)["unread"]
        self.assertIn("Modules: settings were last read at", self.text(alert, 61))

    def test_a_source_of_a_host_that_is_gone_is_none(self):
        host = {"code": "odoo_conf", "host": "gone", "tried_at": self.now}
        self.sources.create({**host, "read_at": self.now, "baseline_at": self.now})
        self.compare(200)
        self.assertNotIn("unread", self.alerts(200))
        self.alive.add("gone")
        self.assertEqual(len(self.alerts(200)["unread"]), 1)

    def test_settings_whose_salt_was_replaced(self):
        self.server.smtp_user = "u"
        self.compare(20)
        self.drifted()._accept(False)
        self.env["ir.config_parameter"].set_param("reliability.drift_salt", "ab" * 32)
        alert = next(
            one for one in self.found()["unread"] if one.subject == "mail_servers"
        )
        self.assertIn("secrets have another salt since", self.text(alert, 81))

    def test_settings_that_are_not_there_any_more(self):
        self.replace("automation_rules", {"rule": "a"})
        self.compare(20)
        self.replace("automation_rules", lambda _env: None)
        (alert,) = self.found()["unread"]
        self.assertIn("as the app was uninstalled", self.text(alert, 81))

    def test_settings_that_nobody_compares_any_more(self):
        (alert,) = self.alerts(10 + 181)["overdue"]
        self.assertIn("were last compared", self.text(alert, 191))

    def test_settings_that_nobody_has_ever_compared(self):
        self.sources.search([]).unlink()
        self.hosts.search([]).loaded = self.now
        self.assertFalse(self.alerts(179))
        self.assertIn("overdue", self.alerts(181))

    def test_not_before_a_deployment_may_be_known(self):
        self.env.ref(CRON).active = False
        self.compare(60)
        self.assertNotIn("switched_off", self.alerts(60 + 19))
        self.assertIn("switched_off", self.alerts(60 + 21))

    def test_a_deployment_that_is_known_at_the_second_look_is_in_time(self):
        self.env.ref(CRON).active = False
        self.compare(60)
        self.assertFalse(self.alerts(60 + 11))
        self.make_deployment(25, 35)
        self.compare(60 + 13)
        self.assertNotIn("switched_off", self.alerts(60 + 21))

    def test_not_of_what_was_accepted(self):
        self.env.ref(CRON).active = False
        self.compare(60)._accept(False)
        self.assertNotIn("switched_off", self.alerts(81))

    def test_a_neutralized_copy_is_silent(self):
        self.env.ref(CRON).active = False
        self.compare(60)
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.assertFalse(self.alerts(81))


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

    def test_a_source_that_nobody_reads_is_absent(self):
        self.source("modules").read_at -= timedelta(hours=4)
        found = self.read("drift_items")
        self.assertNotIn("modules", found)
        self.assertIn("scheduled_actions", found)

    def test_a_source_that_cannot_be_read_has_an_old_success(self):
        self.replace("modules", lambda _env: 1 / 0)
        self.compare()
        self.assertNotIn("modules", self.read("drift_items"))
        self.assertNotIn("modules", self.read("oldest_drift_seconds"))
        moments = self.read("source_last_success_timestamp_seconds")
        self.assertEqual(moments["scheduled_actions"] - moments["modules"], 3600)
