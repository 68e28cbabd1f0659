"""What differs from the baseline is found each hour, with since when and by whom."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .drifting import DriftCase

CRON = "reliability_change.cron_compare"


@tagged("-at_install", "post_install")
class TestBaseline(DriftCase):
    def test_the_first_reading_is_the_baseline(self):
        self.assertTrue(self.sources.search([]).mapped("baseline_at"))
        self.assertEqual(
            [one.problem for one in self.sources.search([]) if one.problem], []
        )
        self.assertFalse(self.drifted())
        self.assertEqual(self.source("modules").state, "in_sync")

    def test_nothing_differs_an_hour_later(self):
        self.assertFalse(self.compare())

    def test_secrets_are_hashes(self):
        values = {
            name: "correct horse battery staple" for name in ("smtp_user", "smtp_pass")
        }
        self.env["ir.mail_server"].create(
            {"name": "Secrets", "smtp_host": "smtp.example.com", **values}
        )
        row = self.compare().filtered(lambda one: one.key.endswith(": password"))
        self.assertEqual(row.after, "***")
        stored = self.sources.search([]).mapped("baseline")
        self.assertNotIn(
            "correct horse", "".join(filter(None, stored)) + str(row.read())
        )

    def test_a_neutralized_copy_is_not_compared(self):
        self.sources.search([]).unlink()
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.sources._cron_compare()
        self.assertFalse(self.sources.search([]))

    def test_a_new_host_is_supposed_to_be_as_the_others(self):
        self.source("odoo_conf").host = "another-host"
        self.replace("odoo_conf", {"workers": "many"})
        found = self.compare()
        new = self.source("odoo_conf").filtered(lambda one: one.host != "another-host")
        self.assertIn("workers", found.mapped("key"))
        self.assertEqual(found.source_id, new)

    def test_the_source_of_an_uninstalled_app_is_gone(self):
        self.replace("automation_rules", {"rule": "a"})
        self.compare()
        self.replace("automation_rules", lambda _env: None)
        self.compare(120)
        self.assertFalse(self.source("automation_rules"))


@tagged("-at_install", "post_install")
class TestDifference(DriftCase):
    def test_a_scheduled_action_that_was_switched_off(self):
        self.env.ref(CRON).active = False
        row = self.compare()
        self.assertEqual(row.key, f"{CRON}: active")
        self.assertEqual((row.before, row.after), ("true", "false"))
        self.assertEqual(row.name, self.env.ref(CRON).name)
        self.assertEqual(row.source_id, self.source("scheduled_actions"))
        self.assertEqual(row.source_id.state, "drifted")

    def test_since_when_and_by_whom(self):
        self.env.ref(CRON).with_user(self.manager).sudo().active = False
        row = self.compare()
        self.assertEqual(row.user_id, self.manager)
        self.assertEqual(row.since, self.env.cr.now().replace(microsecond=0))
        self.assertEqual(row.unchanged_until, self.now)

    def test_what_was_changed_before_was_changed_by_somebody_else(self):
        self.compare(60)
        self.env.cr.execute(
            "UPDATE ir_cron SET active = FALSE WHERE id = %s", [self.env.ref(CRON).id]
        )
        self.env.invalidate_all()
        row = self.compare(120)
        self.assertFalse(row.user_id)
        self.assertEqual(row.since, self.after(120))

    def test_it_stays_one_difference_until_it_is_as_before(self):
        self.env.ref(CRON).active = False
        row = self.compare(60)
        self.assertEqual(self.compare(120), row)
        self.assertEqual(row.last_seen, self.after(120))
        self.env.ref(CRON).active = True
        self.assertFalse(self.compare(180))
        self.assertEqual((row.state, row.ended), ("in_sync", self.after(180)))

    def test_a_record_rule(self):
        rule = self.env["ir.rule"].search([("domain_force", "!=", False)], limit=1)
        rule.domain_force = "[(1, '=', 1)]"
        row = self.compare()
        self.assertEqual(row.source_id.code, "access_rights")
        self.assertIn("[(1, '=', 1)]", row.after)

    def test_a_setting(self):
        self.env["ir.config_parameter"].set_param("web.base.url", "https://example.com")
        row = self.compare()
        self.assertEqual(row.key, "web.base.url")
        self.assertEqual(row.after, "https://example.com")

    def test_what_no_setting_has_is_left_out(self):
        self.env["ir.config_parameter"].set_param("somebody.last_run", "now")
        self.assertFalse(self.compare())


@tagged("-at_install", "post_install")
class TestUnknown(DriftCase):
    def fail(self, _env):
        raise OSError("no answer")

    def test_what_cannot_be_read_is_unknown(self):
        self.replace("redis", self.fail)
        self.assertFalse(self.compare())
        self.assertEqual(self.source("redis").state, "unknown")
        self.assertIn("no answer", self.source("redis").problem)

    def test_its_differences_stay_and_the_others_are_compared(self):
        self.env.ref(CRON).active = False
        row = self.compare()
        self.replace("scheduled_actions", self.fail)
        self.replace("modules", {"sale": "99"})
        found = self.compare(120)
        self.assertIn(row, found)
        self.assertIn("modules", found.mapped("source_id.code"))
        self.assertEqual(row.last_seen, self.after(60))

    def test_what_was_not_read_for_hours_is_unknown(self):
        self.source("modules").read_at -= timedelta(hours=4)
        self.assertEqual(self.source("modules").state, "unknown")

    def test_an_error_in_sql_breaks_nothing_else(self):
        self.replace("redis", lambda env: env.cr.execute("SELECT 1 / 0"))
        with mute_logger("odoo.sql_db"):
            self.compare()
        self.assertEqual(self.source("redis").state, "unknown")


@tagged("-at_install", "post_install")
class TestDeployment(DriftCase):
    """What a deployment brought is no drift."""

    def change(self, key="sale", code="modules"):
        self.replace(code, {key: "1"})
        self.sources._compare(self.now)  # the new baseline
        self.drifted()._accept(False)
        self.replace(code, {key: "2"})

    def test_it_is_the_baseline_then(self):
        self.change()
        deployment = self.make_deployment(50, 55)
        self.assertFalse(self.compare())
        row = self.drift.search([("key", "=", "sale"), ("state", "=", "expected")])
        self.assertEqual(row.deployment_id, deployment)
        self.assertFalse(self.compare(120))

    def test_a_deployment_may_become_known_later(self):
        self.change()
        self.assertTrue(self.compare())
        self.make_deployment(50, 55)
        self.assertFalse(self.compare(72))

    def test_it_is_drift_without_a_deployment_at_that_time(self):
        self.change()
        self.make_deployment(-90, -85)
        self.assertTrue(self.compare())

    def test_what_somebody_changed_meanwhile_is_drift(self):
        self.make_deployment(25, 35)
        self.env.ref(CRON).with_user(self.manager).sudo().active = False
        self.assertTrue(self.compare())

    def test_what_it_has_put_into_test_mode_is_shown_all_the_same(self):
        self.change("7: production", "carriers")
        self.replace("carriers", {"7: production": "true"})
        self.compare(10)
        self.drifted()._accept(False)
        self.replace("carriers", {"7: production": "false"})
        deployment = self.make_deployment(50, 55)
        self.assertEqual(self.compare().deployment_id, deployment)


@tagged("-at_install", "post_install")
class TestAccept(DriftCase):
    def test_managers_accept_a_difference(self):
        self.env.ref(CRON).active = False
        row = self.compare()
        row.with_user(self.manager).action_accept()
        self.assertEqual((row.state, row.accepted_by_id), ("accepted", self.manager))
        self.assertTrue(row.accepted_at)
        self.assertFalse(self.compare(120))
        self.env.ref(CRON).active = True
        self.assertEqual(self.compare(180).before, "false")

    def test_nobody_else_does(self):
        self.env.ref(CRON).active = False
        row = self.compare()
        viewer = new_test_user(
            self.env, "drift_viewer", "base.group_user,reliability.group_viewer"
        )
        with self.assertRaises(AccessError):
            row.with_user(viewer).action_accept()

    def test_all_that_is_now_is_taken_as_baseline_with_a_reason(self):
        self.env.ref(CRON).active = False
        self.env.flush_all()
        dialog = self.env["reliability.drift.baseline"].with_user(self.manager)
        dialog.create({"reason": "Season is over"}).action_take()
        self.assertFalse(self.drifted())
        row = self.drift.search([("key", "=", f"{CRON}: active")], limit=1)
        self.assertEqual((row.state, row.reason), ("accepted", "Season is over"))
        source = self.source("scheduled_actions")
        self.assertEqual(source.baseline_by_id, self.manager)
        self.assertEqual(source.baseline_reason, "Season is over")

    def test_a_lost_salt_needs_a_new_baseline(self):
        self.env["ir.mail_server"].create(
            {"name": "A", "smtp_host": "smtp.example.com", "smtp_user": "u"}
        )
        self.compare()._accept(False)
        self.env["ir.config_parameter"].set_param("reliability.drift_salt", "ab" * 32)
        self.compare(120)
        self.assertEqual(self.source("mail_servers").state, "unknown")
        self.sources._take_baseline("The salt was lost")
        self.assertFalse(self.source("mail_servers").problem)
