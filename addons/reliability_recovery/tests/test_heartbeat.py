"""Heartbeats in minutes with business writes, and data that were restored."""

import json
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import file_open, mute_logger

from odoo.addons.reliability.api import settings, store_text, stored_text
from odoo.addons.reliability.tests.common import CommittedCase

from .. import business_writes, heartbeat, uninstall_hook
from ..identity import Identity
from ..models import operator_database
from ..models import reliability_recovery_heartbeat as module
from .common import RecoveryCase

LAST_CHECK = module.LAST_CHECK
MOMENT = datetime(2026, 11, 29, 12, 3, 20)
HERE = Identity("7301", 1, "16384")


class HeartbeatCase(RecoveryCase):
    def setUp(self):
        super().setUp()
        self.heartbeats = self.env["reliability.recovery.heartbeat"]
        self.restorations = self.env["reliability.recovery.restoration"]
        self.heartbeats.search([]).unlink()
        self.restorations.search([]).unlink()
        self.env["ir.config_parameter"].search([("key", "=", LAST_CHECK)]).unlink()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "filestore"
        model = type(self.heartbeats)
        self.patch(model, "_folder", lambda _self: str(self.folder))
        self.patch(model, "_identity", lambda _self: self.identity)
        self.patch(module, "business_writes", lambda _cr: self.writes)
        self.identity, self.writes = HERE, "1"

    def check(self, minutes=0):
        """Check some minutes after noon; return all heartbeats, the oldest first."""
        now = MOMENT + timedelta(minutes=minutes, milliseconds=300)
        with patch.object(type(self.env.cr), "now", lambda _cr: now):
            self.heartbeats._check()
        self.env.flush_all()
        return self.heartbeats.search([], order="moment")


@tagged("-at_install", "post_install")
class TestHeartbeats(HeartbeatCase):
    def test_one_is_written_where_the_business_wrote(self):
        self.assertEqual(self.check(0).mapped("moment"), [MOMENT])
        self.assertEqual(len(self.check(1)), 1, "nothing was written")
        self.writes = "2"
        found = self.check(2)
        self.assertEqual(found[-1].moment, MOMENT + timedelta(minutes=2))
        self.assertEqual(len(found), 2)

    def test_it_is_what_a_copy_is_asked_for(self):
        self.assertIsNone(heartbeat.newest(self.env.cr))
        self.check()
        self.assertEqual(heartbeat.newest(self.env.cr), MOMENT)
        self.assertEqual(heartbeat.newest_file(self.folder), MOMENT)

    def test_writes_in_a_minute_that_has_one_are_in_the_next(self):
        self.check(0)
        self.writes = "2"
        self.assertEqual(len(self.check(0.5)), 1)
        self.assertEqual(len(self.check(1)), 2)

    def test_statistics_that_were_reset_are_a_change(self):
        self.check(0)
        self.writes = "0"
        self.assertEqual(len(self.check(1)), 2)

    def test_it_says_where_it_was_written(self):
        found = self.check()
        identity = found.system, found.timeline, found.database
        self.assertEqual(identity, tuple(HERE))
        self.assertFalse(found.is_cluster)

    def test_the_operator_database_has_one_each_minute(self):
        ours = replace(settings(), operator_database=self.env.cr.dbname)
        with patch.object(operator_database, "settings", lambda: ours):
            self.check(0)
            found = self.check(1)
        self.assertEqual(found.mapped("is_cluster"), [True, True])

    def test_a_neutralized_copy_has_none(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.assertFalse(self.check())
        self.assertFalse(stored_text(self.env, LAST_CHECK))

    def test_it_is_deleted_after_its_retention(self):
        self.check()
        now = MOMENT + timedelta(days=36)
        with patch.object(type(self.env.cr), "now", lambda _cr: now):
            self.heartbeats._gc_heartbeats()
        self.assertFalse(self.heartbeats.search([]))

    def test_a_filestore_that_refuses_it_stops_nothing_and_is_said(self):
        self.folder.write_text("no folder")
        problem = "The filestore lacks the last heartbeat"
        problems = self.env["reliability.self.check"]._addon_problems
        self.assertNotIn(problem, " ".join(problems()))
        module._log_once.cache_clear()
        with self.assertLogs(module.__name__, "ERROR") as logged:
            self.assertEqual(len(self.check()), 1)
        self.assertIn("No heartbeat can be written", logged.output[0])
        self.assertIn(problem, " ".join(problems()))
        self.folder.unlink()
        self.writes = "2"
        self.check(1)
        self.assertNotIn(problem, " ".join(problems()))

    def test_uninstalling_deletes_the_file(self):
        self.check()
        uninstall_hook(self.env)
        self.assertIsNone(heartbeat.newest_file(self.folder))

    @mute_logger("odoo.addons.reliability_recovery.models.reliability_evaluator")
    def test_a_fault_of_it_fails_no_evaluation(self):
        def fail(_self):
            raise ValueError("a fault")

        self.patch(type(self.heartbeats), "_check", fail)
        self.env["reliability.evaluator"]._run(MOMENT)


@tagged("-at_install", "post_install")
class TestBusinessWrites(RecoveryCase):
    def test_the_query_answers(self):
        self.assertTrue(module.business_writes(self.env.cr))

    def test_tables_that_odoo_writes_by_itself_do_not_count(self):
        query = "SELECT %s ~ %s"
        for table, expected in {
            "reliability_alert": True,
            "ir_cron_progress": True,
            "bus_bus": True,
            "ir_config_parameter": True,
            "sale_order": False,
            "ir_attachment": False,
            "mail_message": False,
        }.items():
            self.env.cr.execute(query, [table, business_writes._NOT_BUSINESS])
            self.assertEqual(self.env.cr.fetchone()[0], expected, table)

    def test_the_identity_is_that_of_the_database(self):
        found = self.env["reliability.recovery.heartbeat"]._identity()
        self.assertTrue(found.system.isdecimal())
        self.assertGreaterEqual(found.timeline, 1)
        self.assertTrue(found.database.isdecimal())

    def test_what_postgresql_refuses_is_unknown(self):
        heartbeats = self.env["reliability.recovery.heartbeat"]
        self.assertEqual(heartbeats._ask("SELECT no_such_function()"), "")
        self.assertTrue(heartbeats._identity().database, "the transaction goes on")


@tagged("-at_install", "post_install")
class TestCommittedWrites(CommittedCase):
    """What is rolled back, such as a rehearsal, is no write of the business."""

    SCHEMA = "probe_of_writes"

    def setUp(self):
        super().setUp()
        self.execute(f"CREATE SCHEMA {self.SCHEMA}")
        self.addCleanup(self.execute, f"DROP SCHEMA {self.SCHEMA} CASCADE")
        self.execute("CREATE TABLE sale_order AS SELECT 1 AS number")

    def execute(self, query, commit=True):
        """Execute a statement, and let PostgreSQL count at once what it wrote."""
        with closing(self.cursor()) as cr:
            cr.execute(f"SET search_path TO {self.SCHEMA}")
            cr.execute(query)
            cr.execute("SELECT pg_stat_force_next_flush()")
            end = cr.commit if commit else cr.rollback
            end()

    def writes(self):
        with closing(self.cursor()) as cr:
            cr.execute(f"SET search_path TO {self.SCHEMA}")
            return business_writes.business_writes(cr)

    def test_a_committed_write_counts_and_one_that_is_rolled_back_does_not(self):
        for query in (
            "INSERT INTO sale_order VALUES (2)",
            "UPDATE sale_order SET number = 3",
            "DELETE FROM sale_order WHERE number = 3",
        ):
            before = self.writes()
            self.execute(query, commit=False)
            self.assertEqual(self.writes(), before, query)
            self.execute(query)
            self.assertNotEqual(self.writes(), before, query)

    def test_writes_that_postgresql_has_analyzed_meanwhile_count(self):
        self.execute("ANALYZE sale_order")
        before = self.writes()
        self.execute("INSERT INTO sale_order VALUES (2)")
        self.execute("ANALYZE sale_order")
        self.assertNotEqual(self.writes(), before)


@tagged("-at_install", "post_install")
class TestRestorations(HeartbeatCase):
    def restore(self, **values):
        """Check, restore, and check again a minute later."""
        self.check(0)
        self.identity = HERE._replace(**values)
        self.check(1)
        return self.restorations.search([])

    def test_each_kind(self):
        for values, kind in (
            ({"system": "7302", "database": "99"}, "other_cluster"),
            ({"database": "99"}, "other_database"),
            ({"timeline": 2}, "other_timeline"),
        ):
            with self.subTest(kind), self.env.cr.savepoint() as savepoint:
                found = self.restore(**values)
                self.assertEqual(found.kind, kind)
                self.assertEqual(found.heartbeat, MOMENT)
                savepoint.rollback()
                self.identity = HERE
                self.env.invalidate_all()

    def test_the_first_look_and_the_same_place_are_none(self):
        self.assertFalse(self.restore())

    def test_what_is_unknown_is_none(self):
        self.assertFalse(self.restore(system="", timeline=0))
        self.identity = HERE
        self.check(2)
        self.assertFalse(self.restorations.search([]))
        self.identity = HERE._replace(system="7302")
        self.check(3)
        self.assertTrue(self.restorations.search([]), "it was known before")

    def test_it_is_noticed_once(self):
        self.restore(timeline=2)
        self.check(2)
        self.assertEqual(len(self.restorations.search([])), 1)

    def test_an_alert_says_it_until_somebody_confirms_it(self):
        found = self.restore(timeline=2)
        (alert,) = self.alerts(0)
        self.assertEqual((alert.cause, alert.severity), ("restored", "information"))
        self.assertEqual(alert.values["tier"], "ticket")
        text = self.text(0, alert)
        self.assertIn("what was written after", text.text)
        self.assertIn("compare with what carriers and partners have", text.text)
        self.assertEqual(text.action["res_id"], found.id)
        groups = "base.group_user,reliability.group_admin"
        admin = new_test_user(self.env, "admin_of_restorations", groups)
        found.with_user(admin).action_confirm()
        self.assertEqual(found.confirmed_by, admin)
        self.assertEqual(self.alerts(0), [])

    def test_a_neutralized_copy_begins_without_it_and_says_how_old_it_is(self):
        self.restore(timeline=2)
        with file_open("reliability_recovery/data/neutralize.sql") as statements:
            self.env.cr.execute(statements.read())
        self.env.invalidate_all()
        self.assertFalse(self.restorations.search([]))
        self.assertFalse(stored_text(self.env, LAST_CHECK))
        self.assertEqual(heartbeat.newest(self.env.cr), MOMENT)

    def test_it_says_so_where_there_was_no_heartbeat(self):
        store_text(self.env, LAST_CHECK, json.dumps({"writes": "1", **HERE._asdict()}))
        self.identity = HERE._replace(timeline=2)
        self.check()
        (alert,) = self.alerts(0)
        self.assertIn("something may be missing", self.text(0, alert).text)

    def test_who_may_not_read_it_gets_no_action_and_cannot_confirm(self):
        found = self.restore(timeline=2)
        groups = "base.group_user,reliability.group_manager"
        manager = new_test_user(self.env, "manager_of_no_restoration", groups)
        (alert,) = self.alerts(0)
        self.assertFalse(self.text(0, alert, manager).action)
        with self.assertRaises(AccessError):
            found.with_user(manager).action_confirm()
