"""What the collector does in each database."""

from types import SimpleNamespace
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from odoo.addons.reliability.api import connected, settings, transaction

from ..collector import host_heartbeat, operator_tables, table_checks
from ..collector.host_heartbeat import HostHeartbeat
from ..collector.table_checks import TableChecks
from ..watch.problem import Check, Problem
from ..watch.thresholds import DEFAULTS

BEHIND = Check([Problem("vacuum_behind")], facts={"tables": []})


class HeartbeatCase(TransactionCase):
    def setUp(self):
        super().setUp()
        self.db = self.env.cr.dbname
        self.connection = self.enterContext(connected(self.db))
        self.check_tables = self.enterContext(
            patch.object(table_checks, "check_tables", return_value=BEHIND)
        )

    def later(self, seconds):
        """Let the clock of checks of tables be later than it is now."""
        now = table_checks.time.monotonic() + seconds
        clock = SimpleNamespace(monotonic=lambda: now)
        self.enterContext(patch.object(table_checks, "time", clock))


@tagged("-at_install", "post_install")
class TestTables(HeartbeatCase):
    def setUp(self):
        super().setUp()
        self.tables = TableChecks()

    def check(self, number=7):
        self.tables.check(number, self.connection, DEFAULTS)

    def test_a_problem_lasts_since_the_first_check_that_found_it(self):
        self.check()
        self.later(90)
        self.check()
        (problem,) = self.tables.problems(7)
        self.assertGreaterEqual(problem.seconds, 90)

    def test_they_are_checked_once_a_minute_also_if_that_fails(self):
        self.check_tables.side_effect = ValueError("a fault")
        with self.assertRaises(ValueError):
            self.check()
        self.check()
        self.assertEqual(self.check_tables.call_count, 1)

    def test_each_database_has_its_own_by_its_number(self):
        self.check()
        self.assertEqual(self.tables.problems(8), [])
        self.assertEqual(self.tables.facts(8), {})
        self.assertEqual(self.tables.facts(7), {"tables": []})

    def test_what_was_found_in_a_database_that_is_gone_is_dropped(self):
        self.check(7)
        self.later(2 * 3600)
        self.check(8)
        self.assertEqual(self.tables.problems(7), [])
        self.assertEqual(len(self.tables.problems(8)), 1)


@tagged("-at_install", "post_install")
class TestThresholds(HeartbeatCase):
    def setUp(self):
        super().setUp()
        collector = SimpleNamespace(activities=dict, killed_calls=int)
        make_watches = patch.object(host_heartbeat, "make_watches", return_value=[])
        self.enterContext(make_watches)
        self.enterContext(patch.object(host_heartbeat, "HostLoad"))
        self.heartbeat = HostHeartbeat(collector, settings())
        self.heartbeat._load.samples.return_value = []
        self.heartbeat._load.serving = 0

    def operator(self, name):
        """Let this be the operator database."""
        for module in (host_heartbeat, operator_tables):
            self.enterContext(patch.object(module, "operator_database", lambda: name))

    def test_those_of_the_operator_are_known_before_anything_is_checked(self):
        self.operator(self.db)
        thresholds = {**DEFAULTS, "dead_rows": 9}
        self.enterContext(
            patch.object(operator_tables, "read_thresholds", return_value=thresholds)
        )
        self.heartbeat.run()
        self.assertEqual(self.heartbeat._watches.thresholds["dead_rows"], 9)

    def test_a_database_that_is_polled_first_is_checked_by_those_of_the_operator(self):
        self.operator(self.db)
        thresholds = {**DEFAULTS, "dead_rows": 9}
        self.enterContext(
            patch.object(operator_tables, "read_thresholds", return_value=thresholds)
        )
        self.operator_is_polled_later()
        (_cr, limits, _before), _options = self.check_tables.call_args
        self.assertEqual(limits["dead_rows"], 9)

    def test_where_the_operator_database_cannot_be_reached_defaults_apply(self):
        self.operator("no_such_database")
        self.operator_is_polled_later()
        (_cr, limits, _before), _options = self.check_tables.call_args
        self.assertEqual(limits, DEFAULTS)

    def operator_is_polled_later(self):
        """Poll this database as if it were that of a tenant, and take it back."""
        self.enterContext(patch.object(host_heartbeat, "operator_database", str))
        for _round in range(2):  # nothing is reported that other thresholds have found
            self.heartbeat._watches.check()
            self.heartbeat.poll(self.db, self.connection)
        with transaction(self.connection) as cr:
            cr.execute(
                "DELETE FROM public.reliability_host WHERE name = %s",
                [self.heartbeat.conf.host],
            )
