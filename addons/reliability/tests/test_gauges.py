"""Gauges are views; one host reads them, and ``/metrics`` shows no old ones."""

import threading
import time
from dataclasses import replace
from unittest.mock import patch

from odoo.tests import TransactionCase, get_db_name, tagged
from odoo.tools import mute_logger

from .. import odoo_conf
from ..collector import collector as collector_module
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
class TestGaugeIsView(TransactionCase):
    def read(self, name):
        """Return a gauge as the collector reads it."""
        self.env.flush_all()
        cr = self.env.cr._obj
        view = f"{gauges.PREFIX}{name}"
        return gauges.read_view(cr, view, dict(gauges.views(cr))[view])

    def register(self, query, name="probe"):
        self.env["reliability.gauge"]._register_gauge(name, "What it means.", query)

    def test_its_columns_are_labels_and_its_comment_is_the_help_text(self):
        self.register("SELECT 'WH' AS warehouse, 3 AS value")
        self.assertEqual(
            self.read("probe"),
            Gauge("odoo_probe", "What it means.", ("warehouse",), [(("WH",), 3.0)]),
        )

    def test_an_upgrade_may_change_its_labels(self):
        self.register("SELECT 'WH' AS warehouse, 3 AS value")
        self.register("SELECT 'big' AS size, 'red' AS colour, 4 AS value")
        self.assertEqual(self.read("probe").labels, ("size", "colour"))

    def test_rows_with_the_same_labels_are_added(self):
        self.register("VALUES ('WH', 3), ('WH', 4)")
        self.assertEqual(self.read("probe").samples, [(("WH",), 7.0)])

    def test_null_is_an_empty_label_or_zero(self):
        self.register("SELECT NULL::text AS warehouse, NULL::int AS value")
        self.assertEqual(self.read("probe").samples, [(("",), 0.0)])

    def test_a_percent_sign_needs_no_escaping(self):
        self.register("SELECT 'a' LIKE 'a%' AS yes, 1 AS value")
        self.assertEqual(self.read("probe").samples, [(("True",), 1.0)])

    def test_company_info_has_the_names_of_companies(self):
        company = self.env["res.company"].create({"name": 'Søren & "Sons"'})
        samples = dict(self.read("company_info").samples)
        self.assertEqual(samples[str(company.id), company.name], 1)

    def test_a_company_that_is_left_out_is_not_counted(self):
        self.register("SELECT id::text AS company, 1 AS value FROM res_company")
        company = self.env["res.company"].create({"name": "No business"})
        self.assertIn((str(company.id),), dict(self.read("probe").samples))
        company.reliability_left_out = True
        self.assertNotIn((str(company.id),), dict(self.read("probe").samples))
        self.assertIn((str(self.env.company.id),), dict(self.read("probe").samples))

    def test_its_label_may_be_a_number_and_the_query_end_with_a_comment(self):
        company = self.env["res.company"].create(
            {"name": "No business", "reliability_left_out": True}
        )
        self.register("SELECT id AS company, 1 AS value FROM res_company -- all")
        found = dict(self.read("probe").samples)
        self.assertNotIn((str(company.id),), found)
        self.assertIn((str(self.env.company.id),), found)

    def test_what_belongs_to_no_company_is_counted(self):
        self.env.company.reliability_left_out = True
        self.register("SELECT NULL AS company, 4 AS value")
        self.assertEqual(self.read("probe").samples, [(("",), 4)])

    def test_database_info_has_the_tenancy_of_odoo_conf(self):
        shared = replace(odoo_conf.settings(), tenancy="shared")
        with patch.object(gauges, "settings", lambda: shared):
            self.assertEqual(self.read("database_info").samples, [(("shared",), 1)])

    def test_cron_late_seconds_is_the_delay_of_a_scheduled_action(self):
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
        self.assertNotIn(("base.autovacuum_job",), late)

    def test_cron_active_and_cron_failures_show_the_state_of_a_scheduled_action(self):
        cron = self.env.ref("base.autovacuum_job")
        cron.write({"active": False, "failure_count": 4})
        self.assertEqual(dict(self.read("cron_active").samples)[cron_name(cron)], 0)
        self.assertEqual(dict(self.read("cron_failures").samples)[cron_name(cron)], 4)

    def test_cron_deaths_counts_successive_timeouts(self):
        cron = self.env.ref("base.autovacuum_job")
        for deaths in (0, 2):
            self.env["ir.cron.progress"].create(
                {"cron_id": cron.id, "timed_out_counter": deaths}
            )
        self.assertEqual(dict(self.read("cron_deaths").samples)[cron_name(cron)], 2)

    def test_of_scheduled_actions_that_work_only_cron_active_is_shown(self):
        crons = self.env["ir.cron"].with_context(active_test=False).search([])
        crons.write({"failure_count": 0, "nextcall": "2100-01-01 00:00:00"})
        self.env["ir.cron.trigger"].search([]).unlink()
        self.env["ir.cron.progress"].search([]).unlink()
        for name in ("cron_late_seconds", "cron_failures", "cron_deaths"):
            self.assertFalse(self.read(name).samples, name)
        self.assertEqual(len(self.read("cron_active").samples), len(crons))

    def test_cron_skipped_shows_why_no_scheduled_action_runs(self):
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
class TestReadingGaugesIsHarmless(CommittedCase):
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
            return {gauge.name: gauge for gauge in gauges.read(connection)}

    def wait_for_a_lock(self, reading):
        """Wait until a thread waits for a lock, or has ended."""
        waits = (
            "SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock'"
        )

        def is_there():
            with self.cursor() as cr:
                cr.execute(waits)
                return cr.rowcount or not reading.is_alive()

        wait_until(is_there, "the thread to reach the lock")

    def test_a_gauge_that_fails_is_left_out_alone(self):
        self.make(
            probe="SELECT 5 AS value",
            broken="SELECT 1 / 0 AS value",
            words="SELECT 'many' AS value",
            moment="SELECT now() AS value",
            list="SELECT ARRAY[1, 2] AS value",
            nothing="SELECT",
            many="SELECT row, 1 AS value FROM generate_series(1, 10001) AS row",
        )
        found = self.read()
        self.assertEqual(found["odoo_probe"].samples, [((), 5.0)])
        for name in ("broken", "words", "moment", "list", "nothing", "many"):
            self.assertNotIn(f"odoo_{name}", found)
        self.assertIn("odoo_company_info", found)

    def test_a_gauge_that_is_too_slow_is_left_out_alone(self):
        self.make(
            endless=f"SELECT count(pg_sleep({LIMIT})) AS value",
            probe="SELECT 5 AS value",
        )

        def others_are_found():
            found = self.read()
            self.assertNotIn("odoo_endless", found)
            return "odoo_probe" in found

        with patch.object(gauges, "_MAX_SECONDS", 0.05):
            wait_until(others_are_found, "the fast gauge")

    def test_an_upgrade_that_locks_tables_is_not_ended_by_a_deadlock(self):
        """It has locked one table and locks another, which we may be reading."""
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
class TestGaugeLease(CommittedCase):
    def setUp(self):
        super().setUp()
        self.execute("DELETE FROM reliability_lease")

    def execute(self, query):
        with self.cursor() as cr:
            cr.execute(query)

    def has_lease(self, source):
        with connected(DB) as connection, transaction(connection) as cr:
            return gauges.has_lease(cr, source)

    def test_the_first_host_keeps_the_lease(self):
        self.assertTrue(self.has_lease("one"))
        self.assertFalse(self.has_lease("two"))
        self.assertTrue(self.has_lease("one"))

    def test_another_host_gets_the_lease_after_it_expires(self):
        self.assertTrue(self.has_lease("one"))
        self.execute(
            "UPDATE reliability_lease SET until = until - interval '61 seconds'"
        )
        self.assertTrue(self.has_lease("two"))
        self.assertFalse(self.has_lease("one"))

    def test_gauges_are_not_shown_longer_than_the_lease(self):
        """Else two hosts would show the same gauges, and sums would be wrong."""
        self.assertLess(collector_module.MAX_GAUGE_AGE, gauges._SECONDS_OF_A_LEASE)


@tagged("-at_install", "post_install")
class TestGaugesOnMetrics(FolderCase, CommittedCase):
    def setUp(self):
        super().setUp()
        with self.cursor() as cr:
            cr.execute("DELETE FROM reliability_lease")
        self.collector = Collector(self.folder)
        self.addCleanup(self.collector.close)
        self.collector.cycle()

    def shown(self, db=""):
        return {
            (sample.name, sample.labels.get("db")): sample.value
            for family in self.collector.metric_families(db)
            for sample in family.samples
        }

    def set_gauge(self, db, age=0.0, name="odoo_probe"):
        gauge = Gauge(name, "A probe.", (), [((), 1.0)])
        self.collector.set_gauges(db, GaugeSheet(boot_time() - age, [gauge]))

    def test_a_poll_reads_them(self):
        DatabasePoller(self.collector, Access(None), "host").poll_all()
        self.assertIn(("odoo_company_info", DB), self.shown())
        self.assertIn(("odoo_reliability_facts_timestamp_seconds", DB), self.shown())

    def test_old_gauges_are_not_shown(self):
        self.set_gauge("a")
        self.set_gauge("b", age=collector_module.MAX_GAUGE_AGE + 1)
        shown = self.shown()
        self.assertIn(("odoo_probe", "a"), shown)
        self.assertNotIn(("odoo_probe", "b"), shown)

    def test_their_age_does_not_depend_on_the_clock(self):
        self.set_gauge("a")
        self.set_gauge("b", age=collector_module.MAX_GAUGE_AGE + 1)
        now = time.time()
        for jump in (-86400, 86400):
            with patch("time.time", lambda jump=jump: now + jump):
                shown = self.shown()
            self.assertIn(("odoo_probe", "a"), shown)
            self.assertNotIn(("odoo_probe", "b"), shown)
            read = shown["odoo_reliability_facts_timestamp_seconds", "a"]
            self.assertAlmostEqual(read, now + jump, delta=LIMIT)

    def test_the_page_of_a_database_has_only_its_own(self):
        self.set_gauge("a")
        self.set_gauge("b")
        self.assertIn(("odoo_probe", "b"), self.shown())
        self.assertNotIn(("odoo_probe", "b"), self.shown("a"))

    def test_a_gauge_with_the_name_of_another_metric_is_not_shown(self):
        for name in (
            "odoo_operation_duration_seconds",
            "up",
            "scrape_x",
            "odoo_bad-name",
        ):
            self.set_gauge("a", name=name)
            self.assertNotIn((name, "a"), self.shown())

    def test_a_gauge_with_invalid_labels_is_not_shown(self):
        for labels in (("db",), ('a"b',), ("?column?",), ("__name",), ("x", "x")):
            gauge = Gauge("odoo_probe", "", labels, [(("b",) * len(labels), 1.0)])
            self.collector.set_gauges("a", GaugeSheet(boot_time(), [gauge]))
            self.assertNotIn("odoo_probe", {name for name, _db in self.shown()})
