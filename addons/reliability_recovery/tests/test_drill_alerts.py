"""Drills that are overdue, failed, or missed an objective, and what services show."""

from odoo.tests import freeze_time, new_test_user, tagged

from .common import DrillCase, after, dump, report

DAY = 24


class DrillAlertCase(DrillCase):
    """Drills at noon, read an hour later: texts name days that are not today's."""

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(after(1)))
        self.services.write({"rpo_minutes": 0, "rto_minutes": 0})
        self.service = self.services[0]

    def found(self, hours=1):
        """Return cause → severity and text of the alerts about drills."""
        return {
            alert.cause: (alert.severity, self.text(hours, alert).text)
            for alert in self.alerts(hours)
            if "drill" in alert.cause or "restored" in alert.cause
        }


@tagged("-at_install", "post_install")
class TestPlan(DrillAlertCase):
    def expect_drills(self, **values):
        """Report a set at noon, and expect a drill of it each 30 days."""
        body = report(0, dump("a", -3), name="main", contents="cluster")
        self.receive(body | values)
        found = self.backup_set(values.get("name", "main"))
        found.drill_every_days = 30
        return found

    def test_where_none_is_expected_none_is_overdue(self):
        self.receive(report(0, dump("a", -3), name="main", contents="cluster"))
        self.assertEqual(self.found(DAY * 100), {})

    def test_a_set_that_was_never_restored_is_overdue(self):
        found = self.expect_drills()
        severity, text = self.found()["drill_overdue"]
        self.assertEqual(severity, "degraded")
        self.assertEqual(
            text,
            "No restore drill of main has passed yet: run odoo reliability_drill",
        )
        self.assertEqual(found.restored, "Never restored")

    def test_one_that_has_passed_is_good_for_so_many_days(self):
        found = self.expect_drills()
        self.receive_drill()
        self.assertEqual(self.found(DAY * 29), {})
        _severity, text = self.found(DAY * 31)["drill_overdue"]
        self.assertIn("No restore drill of main has passed since 29 Nov", text)
        with freeze_time(after(DAY * 2)):
            self.assertIn("ago", found.restored)

    def test_a_failed_one_is_none(self):
        self.expect_drills()
        self.receive_drill(usable_at=None, level=2)
        self.assertIn("drill_overdue", self.found())

    def test_a_drill_of_another_set_is_none(self):
        self.expect_drills(name="prod")
        self.receive_drill()
        self.assertIn("drill_overdue", self.found())

    def test_the_files_that_it_restored_are_of_their_own_set(self):
        self.expect_drills(name="files", contents="filestore")
        self.receive_drill()
        self.assertEqual(self.found(), {})


@tagged("-at_install", "post_install")
class TestTheLastDrill(DrillAlertCase):
    def failed(self, **values):
        error = {"phase": "start", "text": "disk full"}
        return self.receive_drill(usable_at=None, level=1, error=error, **values)

    def test_one_that_failed_says_where_and_why(self):
        found = self.failed()
        severity, text = self.found()["drill_problem"]
        self.assertEqual(severity, "degraded")
        self.assertIn("in the phase Start PostgreSQL: disk full", text)
        self.assertEqual(
            text, self.drills.with_context(tz="UTC").browse(found.id).problem
        )

    def test_it_is_over_when_a_later_one_has_passed(self):
        self.failed()
        later = {"declared_at": "2026-11-29T13:00:00Z"}
        later |= {"usable_at": "2026-11-29T13:30:00Z"}
        later |= {"ended_at": "2026-11-29T13:31:00Z"}
        self.receive_drill(name="later", **later)
        self.assertEqual(self.found(2), {})

    def test_one_that_passed_before_does_not_hide_it(self):
        self.receive_drill()
        later = {"ended_at": "2026-11-29T13:31:00Z"}
        self.failed(name="later", **later)
        self.assertIn("drill_problem", self.found(2))

    def test_one_that_left_something_behind(self):
        self.receive_drill(error={"phase": "drop", "text": "busy"})
        self.assertIn("could not delete", self.found()["drill_problem"][1])

    def test_its_button_opens_it(self):
        drill = self.failed()
        (alert,) = [one for one in self.alerts(1) if one.cause == "drill_problem"]
        self.assertEqual(self.text(1, alert).action["res_id"], drill.id)
        groups = "base.group_user,reliability.group_manager"
        manager = new_test_user(self.env, "manager_of_no_drills", groups)
        seen = self.text(1, alert, manager)
        self.assertFalse(seen.action)
        self.assertIn("disk full", seen.text)


@tagged("-at_install", "post_install")
class TestObjectives(DrillAlertCase):
    def test_nothing_was_restored_although_services_have_objectives(self):
        self.service.rto_minutes = 60
        severity, text = self.found()["never_restored"]
        self.assertEqual(severity, "information")
        self.assertIn("no restore drill has passed yet", text)

    def test_without_objectives_that_is_no_alert(self):
        self.assertEqual(self.found(), {})

    def test_those_that_are_met_are_no_alert(self):
        self.service.write({"rpo_minutes": 20, "rto_minutes": 8})
        self.receive_drill()
        self.assertEqual(self.found(), {})

    def test_those_that_are_missed(self):
        self.service.write({"rpo_minutes": 19, "rto_minutes": 7})
        self.receive_drill()
        found = self.found()
        self.assertEqual(found.keys(), {"drill_rpo", "drill_rto"})
        for severity, text in found.values():
            self.assertEqual(severity, "degraded")
            self.assertIn(self.service.name, text)

    def test_what_is_unknown_is_said_to_be_unknown(self):
        self.service.rpo_minutes = 60
        self.receive_drill(heartbeats=None)
        severity, text = self.found()["drill_rpo"]
        self.assertEqual(severity, "information")
        self.assertIn("is unknown", text)

    def test_of_a_failed_drill_only_the_failure_is_an_alert(self):
        self.service.write({"rpo_minutes": 1, "rto_minutes": 1})
        self.receive_drill()
        self.receive_drill(
            name="later", usable_at=None, level=2, ended_at="2026-11-29T13:00:00Z"
        )
        self.assertEqual(self.found(2).keys(), {"drill_problem"})

    def test_a_neutralized_copy_needs_no_drills(self):
        self.service.rto_minutes = 60
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.assertEqual(self.found(), {})


@tagged("-at_install", "post_install")
class TestServices(DrillAlertCase):
    def seen(self):
        groups = "base.group_user,reliability.group_viewer"
        viewer = new_test_user(self.env, "viewer_of_drills", groups, tz="UTC")
        with freeze_time(after(3)):
            service = self.service.with_user(viewer)
            return service.restored, service.rpo_achieved, service.rto_achieved

    def test_never_restored_is_shown_as_that(self):
        self.receive_drill(database_uuid="another")
        self.assertEqual(self.seen(), ("Never restored", False, False))

    def test_what_the_last_passed_drill_has_achieved(self):
        self.receive_drill()
        self.receive_drill(
            name="later", usable_at=None, level=2, ended_at="2026-11-29T13:00:00Z"
        )
        self.assertEqual(self.seen(), ("12:07, 2 h 52 min ago", "20 min", "7 min"))
