"""What databases say of themselves: read as it is, by one host, never stale."""

import threading
import time
from unittest.mock import patch

from odoo.tests import TransactionCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..collector import collector as collecting
from ..collector import gauges
from ..collector.collector import Collector
from ..collector.connection import connected, transaction
from ..collector.poller import DatabasePoller
from ..telemetry.access import Access
from ..telemetry.exposition import Gauge, GaugeSheet
from ..telemetry.slots.lease import boot_time
from .clocks import LIMIT, wait_until
from .common import CommittedCase, FolderCase

DB = get_db_name()


@tagged("-at_install", "post_install")
class TestAFactIsAView(TransactionCase):
    def read(self, name):
        """Return what a view tells, as the collector reads it."""
        self.env.flush_all()
        cr = self.env.cr._obj
        view = f"{gauges.PREFIX}{name}"
        return gauges.read_view(cr, view, dict(gauges.views(cr))[view])

    def tell(self, query, name="probe"):
        self.env["reliability.gauge"]._register_gauge(name, "What it means.", query)

    def test_its_columns_are_labels_and_its_comment_says_what_it_means(self):
        self.tell("SELECT 'WH' AS warehouse, 3 AS value")
        self.assertEqual(
            self.read("probe"),
            Gauge("odoo_probe", "What it means.", ("warehouse",), [(("WH",), 3.0)]),
        )

    def test_an_addon_may_tell_it_differently_after_an_upgrade(self):
        self.tell("SELECT 'WH' AS warehouse, 3 AS value")
        self.tell("SELECT 'big' AS size, 'red' AS colour, 4 AS value")
        self.assertEqual(self.read("probe").labels, ("size", "colour"))

    def test_what_is_told_twice_is_added(self):
        self.tell("VALUES ('WH', 3), ('WH', 4)")
        self.assertEqual(self.read("probe").samples, [(("WH",), 7.0)])

    def test_nothing_is_told_as_empty(self):
        self.tell("SELECT NULL::text AS warehouse, NULL::int AS value")
        self.assertEqual(self.read("probe").samples, [(("",), 0.0)])

    def test_a_percent_sign_is_itself(self):
        self.tell("SELECT 'a' LIKE 'a%' AS yes, 1 AS value")
        self.assertEqual(self.read("probe").samples, [(("True",), 1.0)])

    def test_companies_have_their_names(self):
        company = self.env["res.company"].create({"name": 'Søren & "Sons"'})
        samples = dict(self.read("company_info").samples)
        self.assertEqual(samples[str(company.id), company.name], 1)

    def test_how_late_a_scheduled_action_is(self):
        cron = self.env.ref("base.autovacuum_job")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        self.env.cr.execute(
            "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' - interval '1 h'"
            " WHERE id = %s",
            [cron.id],
        )
        late = dict(self.read("cron_late_seconds").samples)
        self.assertAlmostEqual(late["base.autovacuum_job",], 3600, delta=LIMIT)
        cron.nextcall = "2100-01-01 00:00:00"
        late = dict(self.read("cron_late_seconds").samples)
        self.assertEqual(late["base.autovacuum_job",], 0)

    def test_whether_a_scheduled_action_is_active_and_how_it_fails(self):
        cron = self.env.ref("base.autovacuum_job")
        cron.write({"active": False, "failure_count": 4})
        self.assertEqual(dict(self.read("cron_active").samples)[cron_name(cron)], 0)
        self.assertEqual(dict(self.read("cron_failures").samples)[cron_name(cron)], 4)

    def test_how_often_in_a_row_the_worker_died(self):
        cron = self.env.ref("base.autovacuum_job")
        for deaths in (0, 2):
            self.env["ir.cron.progress"].create(
                {"cron_id": cron.id, "timed_out_counter": deaths}
            )
        self.assertEqual(dict(self.read("cron_deaths").samples)[cron_name(cron)], 2)

    def test_that_no_scheduled_action_runs_while_modules_wait(self):
        skipped = dict(self.read("cron_skipped").samples)
        self.assertEqual(skipped, {("modules",): 0, ("version",): 0})
        module = self.env["ir.module.module"].search([], limit=1)
        module.state = "to upgrade"
        self.assertEqual(dict(self.read("cron_skipped").samples)["modules",], 1)
        with patch.object(gauges, "BASE_VERSION", "1.0"):
            self.assertEqual(dict(self.read("cron_skipped").samples)["version",], 1)


def cron_name(cron):
    return (cron.get_external_id()[cron.id],)


@tagged("-at_install", "post_install")
class TestReadingFactsIsInNobodysWay(CommittedCase):
    def make(self, **queries):
        """Make views for this test alone."""
        for name, query in queries.items():
            self.execute(f"CREATE VIEW reliability_gauge_{name} AS {query}")
            self.addCleanup(self.execute, f"DROP VIEW reliability_gauge_{name}")

    def execute(self, statement):
        with self.cursor() as cr:
            cr.execute(statement)

    @mute_logger("odoo.addons.reliability.collector.gauges")
    def read(self):
        with connected(DB) as connection:
            return {fact.name: fact for fact in gauges.read(connection)}

    def wait_for_a_lock(self, reading):
        """Wait until a thread waits for a lock, or has ended without."""
        waits = (
            "SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock'"
        )

        def is_there():
            with self.cursor() as cr:
                cr.execute(waits)
                return cr.rowcount or not reading.is_alive()

        wait_until(is_there, "the thread to meet the lock")

    def test_one_that_cannot_be_read_is_left_out_and_the_others_are_not(self):
        self.make(
            probe="SELECT 5 AS value",
            broken="SELECT 1 / 0 AS value",
            words="SELECT 'many' AS value",
            moment="SELECT now() AS value",
            list="SELECT ARRAY[1, 2] AS value",
            nothing="SELECT",
        )
        found = self.read()
        self.assertEqual(found["odoo_probe"].samples, [((), 5.0)])
        for name in ("broken", "words", "moment", "list", "nothing"):
            self.assertNotIn(f"odoo_{name}", found)
        self.assertIn("odoo_company_info", found)

    def test_one_that_takes_too_long_is_left_out_and_the_others_are_not(self):
        self.make(
            endless=f"SELECT count(pg_sleep({LIMIT})) AS value",
            probe="SELECT 5 AS value",
        )

        def others_are_found():
            found = self.read()
            self.assertNotIn("odoo_endless", found)
            return "odoo_probe" in found

        with patch.object(gauges, "_TIMEOUT", "50ms"):
            wait_until(others_are_found, "one that takes less time")

    def test_an_upgrade_that_holds_a_table_is_not_ended_as_a_deadlock(self):
        """It has one table and wants another, which we might be reading."""
        with self.cursor() as cr:
            cr.execute("LOCK TABLE ir_cron IN ACCESS EXCLUSIVE MODE")
            reading = threading.Thread(target=self.read)
            reading.start()
            self.wait_for_a_lock(reading)
            cr.execute("LOCK TABLE res_company IN ACCESS EXCLUSIVE MODE")
            reading.join(LIMIT)
            self.assertFalse(reading.is_alive())
            cr.rollback()


@tagged("-at_install", "post_install")
class TestOneHostTellsThem(CommittedCase):
    def setUp(self):
        super().setUp()
        self.execute("DELETE FROM reliability_gauge_lease")

    def execute(self, query):
        with self.cursor() as cr:
            cr.execute(query)

    def leads(self, source):
        with connected(DB) as connection, transaction(connection) as cr:
            return gauges.has_lease(cr, source)

    def test_the_first_one_does_and_goes_on(self):
        self.assertTrue(self.leads("one"))
        self.assertFalse(self.leads("two"))
        self.assertTrue(self.leads("one"))

    def test_another_does_when_the_first_one_is_silent(self):
        self.assertTrue(self.leads("one"))
        self.execute(
            "UPDATE reliability_gauge_lease SET until = until - interval '61 seconds'"
        )
        self.assertTrue(self.leads("two"))
        self.assertFalse(self.leads("one"))

    def test_what_it_has_told_is_not_shown_longer_than_it_leads(self):
        """Else two hosts would tell the same for a while, and sums were wrong."""
        leading = gauges._SECONDS_OF_A_LEASE
        self.assertLess(collecting.MAX_GAUGE_AGE, leading)


@tagged("-at_install", "post_install")
class TestFactsAreShownWhileTheyAreTrue(FolderCase, CommittedCase):
    def setUp(self):
        super().setUp()
        with self.cursor() as cr:
            cr.execute("DELETE FROM reliability_gauge_lease")
        self.collector = Collector(self.folder)
        self.addCleanup(self.collector.close)
        self.collector.cycle()

    def shown(self, db=""):
        return {
            (sample.name, sample.labels.get("db")): sample.value
            for family in self.collector.families(db)
            for sample in family.samples
        }

    def tell(self, db, age=0.0, name="odoo_probe"):
        fact = Gauge(name, "A probe.", (), [((), 1.0)])
        self.collector.set_gauges(db, GaugeSheet(boot_time() - age, [fact]))

    def test_a_visit_brings_them(self):
        DatabasePoller(self.collector, Access(None), "host").poll_all()
        self.assertIn(("odoo_company_info", DB), self.shown())
        self.assertIn(("odoo_reliability_facts_timestamp_seconds", DB), self.shown())

    def test_they_vanish_when_they_are_old(self):
        self.tell("a")
        self.tell("b", age=collecting.MAX_GAUGE_AGE + 1)
        shown = self.shown()
        self.assertIn(("odoo_probe", "a"), shown)
        self.assertNotIn(("odoo_probe", "b"), shown)

    def test_they_do_so_in_time_also_when_somebody_sets_the_clock(self):
        self.tell("a")
        self.tell("b", age=collecting.MAX_GAUGE_AGE + 1)
        now = time.time()
        for jump in (-86400, 86400):
            with patch("time.time", lambda jump=jump: now + jump):
                shown = self.shown()
            self.assertIn(("odoo_probe", "a"), shown)
            self.assertNotIn(("odoo_probe", "b"), shown)
            told = shown["odoo_reliability_facts_timestamp_seconds", "a"]
            self.assertAlmostEqual(told, now + jump, delta=LIMIT)

    def test_each_database_has_its_own(self):
        self.tell("a")
        self.tell("b")
        self.assertIn(("odoo_probe", "b"), self.shown())
        self.assertNotIn(("odoo_probe", "b"), self.shown("a"))

    def test_they_cannot_pass_for_what_was_measured(self):
        for name in ("odoo_operation_duration_seconds", "up", "odoo_bad-name"):
            self.tell("a", name=name)
            self.assertNotIn((name, "a"), self.shown())

    def test_they_cannot_speak_for_another_database_nor_break_the_page(self):
        for labels in (("db",), ('a"b',), ("?column?",), ("__name",), ("x", "x")):
            fact = Gauge("odoo_probe", "", labels, [(("b",) * len(labels), 1.0)])
            self.collector.set_gauges("a", GaugeSheet(boot_time(), [fact]))
            self.assertNotIn("odoo_probe", {name for name, _db in self.shown()})
