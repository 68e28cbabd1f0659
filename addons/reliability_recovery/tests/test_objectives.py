"""Recovery objectives of services, and what would be lost now."""

from dataclasses import replace

from odoo.sql_db import close_db, db_connect
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL, file_open, mute_logger

from odoo.addons.reliability.api import settings

from ..models import operator_database
from .common import DrillCase, RecoveryCase, after, dump, report


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


@tagged("-at_install", "post_install")
class TestStatus(DrillCase):
    """What was achieved, and what would be lost now, beside the objectives."""

    def setUp(self):
        super().setUp()
        self.services.write({"rpo_minutes": 0, "rto_minutes": 0})
        self.service = self.services[0]

    def seen(self, field):
        self.service.invalidate_recordset()
        with freeze_time(after(24)):
            return self.service[field]

    def test_without_an_objective_there_is_none(self):
        self.receive_drill()
        self.assertFalse(self.seen("recovery_status"))

    def test_says_what_the_last_drill_says(self):
        self.service.rpo_minutes = 60
        self.assertEqual(self.seen("recovery_status"), "never")
        self.receive_drill(name="reliability-drill-a")
        self.assertEqual(self.seen("recovery_status"), "met")
        self.service.rto_minutes = 5
        self.assertEqual(self.seen("recovery_status"), "missed")
        self.service.rto_minutes = 0
        unknown = {"database": "2026-11-29T11:59:00Z", "filestore": None}
        self.receive_drill(name="reliability-drill-b", heartbeats=unknown)
        self.assertEqual(self.seen("recovery_status"), "unknown")

    def test_what_would_be_lost_now_is_the_larger_one(self):
        self.assertEqual(self.seen("exposed"), "Unknown")
        copy = dump("c", 18, type="filestore")
        self.receive(report(23, dump("a", 20)), report(23, copy, contents="filestore"))
        self.assertEqual(self.seen("exposed"), "6 h")

    def test_an_estimate_follows_the_size_of_the_backups(self):
        drill = {"set": "prod", "contents": "database", "backup": "a"}
        self.receive_drill(**drill)
        self.assertFalse(self.seen("rto_estimated"))
        self.assertEqual(self.seen("rto_achieved"), "7 min")
        larger = dump("b", 20, size=10_000_000_000)
        self.receive(report(23, dump("a", -8), larger))
        self.assertEqual(self.seen("rto_estimated"), "15 min")
        self.assertEqual(self.seen("rto_achieved"), "7 min")


@tagged("-at_install", "post_install")
class TestTenant(RecoveryCase):
    """Backups of the whole cluster are reported to the operator's database only."""

    def setUp(self):
        super().setUp()
        self.operator = f"{self.env.cr.dbname}_operator"
        ours = replace(settings(), operator_database=self.operator)
        self.patch(operator_database, "settings", lambda: ours)
        operator_database._log_once.cache_clear()

    def create_operator(self):
        name = SQL.identifier(self.operator)
        with db_connect("postgres").cursor() as cr:
            cr._cnx.autocommit = True
            cr.execute(SQL("CREATE DATABASE %s TEMPLATE template0", name))
        self.addCleanup(self.drop_operator, name)
        with db_connect(self.operator).cursor() as cr:
            cr.execute(
                "CREATE TABLE reliability_backup_set"
                " (active bool, contents varchar, newest_point timestamp)"
            )
            cr.execute(
                "INSERT INTO reliability_backup_set VALUES (true, 'cluster', %s),"
                " (false, 'cluster', %s), (true, 'database', %s)",
                [after(-1), after(0), after(0)],
            )

    def drop_operator(self, name):
        close_db(self.operator)
        with db_connect("postgres").cursor() as cr:
            cr._cnx.autocommit = True
            cr.execute(SQL("DROP DATABASE %s", name))

    def restorable(self):
        groups = "base.group_user,reliability.group_viewer"
        viewer = new_test_user(self.env, f"viewer_{len(self.sets.search([]))}", groups)
        viewer.tz = "UTC"
        with freeze_time(after(0)):
            service = self.services[0].with_user(viewer)
            return service.database_restorable, service.filestore_restorable

    def test_it_reads_to_when_it_can_be_restored(self):
        self.create_operator()
        self.assertEqual(self.restorable(), ("11:00, 1 h ago", "Never reported"))
        self.receive(report(0, dump("a", -0.5, end=None)))
        self.assertEqual(self.restorable()[0], "11:00, 1 h ago")

    def test_what_is_not_known_there_is_unknown_here(self):
        name = operator_database.__name__
        with mute_logger("odoo.sql_db"), self.assertLogs(name, "WARNING") as logs:
            self.assertEqual(self.restorable(), ("Never reported", "Never reported"))
        self.assertIn(f"in the operator's database {self.operator} are", logs.output[0])
