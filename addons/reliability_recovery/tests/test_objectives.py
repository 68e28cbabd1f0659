"""Recovery objectives of services, and what would be lost now."""

from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import file_open

from .common import RecoveryCase, after, dump, report


@tagged("-at_install", "post_install")
class TestObjectives(RecoveryCase):
    def setUp(self):
        super().setUp()
        self.services.rpo_minutes = 0
        self.service = self.services[0]

    def exposed(self, hours):
        """Return database and filestore → the text of the alert."""
        return {
            alert.subject: self.text(hours, alert).text
            for alert in self.alerts(hours)
            if alert.cause == "rpo"
        }

    def test_without_an_objective_nothing_is_exposed(self):
        self.assertEqual(self.exposed(0), {})

    def test_what_nobody_reports_is_an_alert(self):
        self.service.rpo_minutes = 60
        found = self.exposed(0)
        self.assertEqual(found.keys(), {"database", "filestore"})
        for text in found.values():
            self.assertIn(self.service.name, text)
            self.assertIn("is reported: set up reliability_backups", text)

    def test_database_and_filestore_apart(self):
        self.service.rpo_minutes = 4 * 60
        copy = dump("c", -5, type="filestore")
        self.receive(report(0, dump("a", -3)), report(0, copy, contents="filestore"))
        found = self.exposed(0)
        self.assertEqual(found.keys(), {"filestore"})
        self.assertIn("must not lose more than 4 h", found["filestore"])

    def test_the_best_set_counts(self):
        self.service.rpo_minutes = 4 * 60
        both = dump("zip", -2)
        self.receive(
            report(0, dump("a", -9)),
            report(0, both, contents="database_and_filestore", name="zips"),
        )
        self.assertEqual(self.exposed(0), {})

    def test_it_grows_while_no_report_comes(self):
        self.service.rpo_minutes = 4 * 60
        both = dump("zip", -2)
        self.receive(report(0, both, contents="database_and_filestore"))
        self.assertEqual(self.exposed(2), {})
        self.assertEqual(self.exposed(3).keys(), {"database", "filestore"})

    def test_a_neutralized_copy_has_no_backups_and_needs_none(self):
        self.service.rpo_minutes = 60
        self.receive(report(0, dump("a", -3, error="cut off")))
        self.assertIn("failed", self.causes(0))
        self.env.flush_all()
        with file_open("reliability_recovery/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.assertEqual(self.alerts(0), [])

    def test_a_database_that_is_said_not_to_be_a_copy_is_none(self):
        self.service.rpo_minutes = 60
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "false")
        self.assertEqual(self.exposed(0).keys(), {"database", "filestore"})

    def test_services_have_their_own(self):
        self.service.rpo_minutes = 60
        self.services[1].rpo_minutes = 24 * 60
        both = dump("zip", -2)
        self.receive(report(0, both, contents="database_and_filestore"))
        exposed = {one.service for one in self.alerts(0) if one.cause == "rpo"}
        self.assertEqual(exposed, {self.service.code})

    def test_never_reported_is_shown_as_that(self):
        self.assertEqual(self.service.database_restorable, "Never reported")
        self.receive(report(0, dump("a", -3)))
        self.service.invalidate_recordset()
        groups = "base.group_user,reliability.group_viewer"
        viewer = new_test_user(self.env, "viewer_of_services", groups, tz="UTC")
        with freeze_time(after(0)):
            seen = self.service.with_user(viewer)
            self.assertEqual(seen.database_restorable, "09:00, 3 h ago")
            self.assertEqual(seen.filestore_restorable, "Never reported")
