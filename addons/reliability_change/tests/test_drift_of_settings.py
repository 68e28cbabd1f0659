"""What differs from the baseline is found each hour, with since when and by whom."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..drift import make_item
from ..sources.found import personal
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

    def test_the_source_of_an_uninstalled_app_is_gone_after_a_week(self):
        self.replace("automation_rules", {"rule": "a"})
        self.compare()
        self.replace("automation_rules", lambda _env: None)
        self.compare(120)
        self.assertEqual(self.source("automation_rules").state, "unknown")
        self.assertTrue(self.source("automation_rules").baseline)
        self.compare(8 * 24 * 60)
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

    def test_a_right_of_another_group_with_the_same_name(self):
        groups = self.env["res.groups"]
        for number in (1, 2):
            privilege = self.env["res.groups.privilege"].create({"name": f"P{number}"})
            groups |= groups.create({"name": "Same", "privilege_id": privilege.id})
        right = self.env["ir.model.access"].create(
            {
                "name": "right",
                "model_id": self.env["ir.model"]._get_id("res.country"),
                "group_id": groups[0].id,
            }
        )
        self.compare()
        self.drifted()._accept(False)
        right.group_id = groups[1]
        row = self.compare(120)
        self.assertIn(f"group {groups[1].id}", row.after)

    def test_not_of_what_was_exported(self):
        carrier = self.env["ir.mail_server"].create(
            {"name": "Exported", "smtp_host": "smtp.example.com"}
        )
        self.compare()
        self.drifted()._accept(False)
        carrier.export_data(["id"])
        self.env["ir.model.data"].flush_model()
        self.assertTrue(carrier.get_external_id()[carrier.id])
        self.assertFalse(self.compare(120))

    def test_the_end_of_a_long_text(self):
        rule = self.env["ir.rule"].search([("domain_force", "!=", False)], limit=1)
        rule.domain_force = str([("id", "in", list(range(300)))])
        self.compare()
        self.drifted()._accept(False)
        rule.domain_force = str([("id", "in", list(range(301)))])
        row = self.compare(120)
        self.assertNotEqual(row.before, row.after)

    def test_personal_data_is_masked_and_compared_by_its_hash(self):
        rule = self.env["ir.rule"].search([("model_id", "=", "res.partner")], limit=1)
        rule.domain_force = "[('email', '=', 'anna@example.com')]"
        row = self.compare()
        self.assertNotIn("anna", row.after)
        self.assertTrue(row.is_secret)
        text = "write to anna@example.com"
        self.assertNotEqual(
            personal(self.env, "key", text).digest, make_item(text).digest
        )
        rule.domain_force = "[('email', '=', 'bert@example.com')]"
        self.assertNotEqual(self.compare(120), row)

    def test_what_is_changed_again_is_another_difference(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("web.base.url", "https://one.example.com")
        first = self.compare(60)
        self.make_deployment(125, 130)
        parameters.set_param("web.base.url", "https://two.example.com")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_config_parameter SET write_uid = %s, write_date = %s"
            " WHERE key = 'web.base.url'",
            [self.manager.id, self.after(110)],
        )
        self.env.invalidate_all()
        second = self.compare(120)
        self.assertEqual((first.state, first.ended), ("replaced", self.after(120)))
        self.assertEqual(second.user_id, self.manager)
        self.assertEqual(second.since, self.after(110))
        self.assertEqual(second.unchanged_until, self.after(60))

    def test_a_deployment_may_have_brought_the_later_value(self):
        self.replace("modules", {"sale": "1"})
        self.compare(10)
        self.drifted()._accept(False)
        self.replace("modules", {"sale": "2"})
        self.compare(60)
        self.replace("modules", {"sale": "3"})
        deployment = self.make_deployment(110, 115)
        self.assertFalse(self.compare(120))
        last = self.drift.search([("key", "=", "sale"), ("after", "=", "3")])
        self.assertEqual(last.deployment_id, deployment)

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

    def test_an_empty_list_does_not_say_that_nothing_differs(self):
        self.assertIn(
            "<p>Nothing</p>", self.drift.get_empty_list_help("<p>Nothing</p>")
        )
        self.source("modules").read_at -= timedelta(hours=4)
        found = self.drift.get_empty_list_help("<p>Nothing</p>")
        self.assertIn("Not all settings could be compared", found)
        self.sources.search([]).unlink()
        found = self.drift.get_empty_list_help("<p>Nothing</p>")
        self.assertIn("Not all settings could be compared", found)

    def test_a_new_host_was_never_read_before(self):
        self.source("odoo_conf").host = "another-host"
        new = self.sources._new("odoo_conf", "new")
        self.assertTrue(new.baseline_at)
        self.assertFalse(new.read_at)

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

    def test_what_a_pipeline_only_reports_brings_nothing(self):
        self.change()
        self.make_deployment(50, 55, is_seen=False, state="running")
        self.assertTrue(self.compare())

    def test_nor_does_a_deployment_that_has_ended_long_ago(self):
        self.change()
        self.compare(40)
        self.replace("modules", {"sale": "3"})
        self.make_deployment(20, 22, state="running")
        self.assertTrue(self.compare(60))

    def test_a_mail_server_that_is_gone_is_shown_all_the_same(self):
        server = self.env["ir.mail_server"].create(
            {"name": "Relay", "smtp_host": "smtp.example.com"}
        )
        self.compare(10)
        self.drifted()._accept(False)
        server.unlink()
        deployment = self.make_deployment(50, 55)
        row = self.compare()
        self.assertTrue(row.key.endswith(": active"))
        self.assertEqual(row.deployment_id, deployment)

    def test_what_waits_for_a_restart_is_shown_all_the_same(self):
        self.replace("postgresql", {"pending restart": ""})
        self.compare(10)
        self.drifted()._accept(False)
        self.replace("postgresql", {"pending restart": "max_connections"})
        self.make_deployment(50, 55)
        self.assertEqual(self.compare().after, "max_connections")
        self.replace("postgresql", {"pending restart": ""})
        self.assertFalse(self.compare(120))

    def test_what_it_has_put_into_test_mode_is_shown_all_the_same(self):
        self.change("a carrier: production", "carriers")
        self.replace("carriers", {"a carrier: production": "true"})
        self.compare(10)
        self.drifted()._accept(False)
        self.replace("carriers", {"a carrier: production": "false"})
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

    def test_what_waits_for_a_restart_is_not(self):
        self.replace("postgresql", {"pending restart": "max_connections"})
        row = self.compare().filtered(lambda one: one.key == "pending restart")
        with self.assertRaisesRegex(UserError, "restart of PostgreSQL"):
            row.with_user(self.manager).action_accept()
        self.sources._take_baseline("All is as it should be")
        row = self.drifted()
        self.assertEqual(row.key, "pending restart")
        self.replace("postgresql", {"pending restart": ""})
        self.assertFalse(self.compare(24 * 60))

    def test_what_cannot_be_read_keeps_its_baseline(self):
        def fail(_env):
            raise OSError("no answer")

        before = self.source("modules").baseline_at
        self.replace("modules", fail)
        dialog = self.env["reliability.drift.baseline"].with_user(self.manager)
        action = dialog.create({"reason": "All is well"}).action_take()
        self.assertEqual(self.source("modules").baseline_at, before)
        self.assertFalse(self.source("modules").baseline_by_id)
        self.assertIn("keep their baseline: Modules", action["params"]["message"])
        self.assertTrue(self.source("scheduled_actions").baseline_by_id)

    def test_a_neutralized_copy_takes_none(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        with self.assertRaisesRegex(UserError, "neutralized copy"):
            self.sources._take_baseline("Of a copy")

    def test_a_lost_salt_needs_a_new_baseline(self):
        self.env["ir.mail_server"].create(
            {"name": "A", "smtp_host": "smtp.example.com", "smtp_user": "u"}
        )
        self.compare()._accept(False)
        self.env["ir.config_parameter"].set_param("reliability.drift_salt", "ab" * 32)
        self.compare(120)
        self.assertEqual(self.source("mail_servers").state, "unknown")
        host = {"code": "odoo_conf", "host": "gone", "problem": "salt_replaced"}
        gone = self.sources.create({**host, "baseline_at": self.now})
        self.sources._take_baseline("The salt was lost")
        self.assertFalse(self.source("mail_servers").problem)
        self.assertEqual((gone.problem, gone.baseline_at), ("salt_replaced", self.now))
