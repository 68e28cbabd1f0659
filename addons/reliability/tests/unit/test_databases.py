"""The collector follows databases that are renamed, dropped and created again."""

from unittest import TestCase
from unittest.mock import patch

from ...collector import state
from ...collector.collector import Collector
from ...telemetry.exposition import GaugeSheet
from ...telemetry.slots.lease import boot_time
from ..recordings import FolderCase, calls_in, record, series

EXISTING = {"a": 11, "b": 12}


class ReconciliationCase(FolderCase):
    """A mixin: a collector that has two calls in ``a`` and one in ``b``."""

    def setUp(self):
        super().setUp()
        self.events = self.recorder()
        self.collector = Collector(self.folder)
        self.addCleanup(lambda: self.collector.close())
        self.count("a", "a", "b")
        self.collector.reconcile_databases(EXISTING)

    def count(self, *databases):
        for db in databases:
            record(self.events, series(db=db))
        self.collector.cycle()

    def waiting_for(self, db, oid):
        """Return (name when measured, number of calls) of what waits for a database."""
        return [
            (name, sum(calls_in(text) for _number, text in texts))
            for name in self.collector.measured_in(db, oid)
            for _source, texts in [self.collector.pending(name, oid)]
        ]

    def shown(self):
        """Return database → number of calls on ``/metrics``."""
        return {
            sample.labels["db"]: sample.value
            for family in self.collector.metric_families()
            for sample in family.samples
            if sample.name == "odoo_operation_duration_seconds_count" and sample.value
        }

    def events_shown(self):
        (value,) = [
            sample.value
            for family in self.collector.metric_families()
            for sample in family.samples
            if sample.name == "odoo_reliability_events_total"
        ]
        return value

    def restart(self):
        self.collector.close()
        self.collector = Collector(self.folder)
        self.collector.cycle()

    def expire_at_once(self):
        """Let a database that does not exist be deleted at once, not after a day."""
        name = "_RETENTION_OF_A_GONE_DATABASE"
        self.enterContext(patch.object(state, name, -1.0))


class TestReconciliation(ReconciliationCase, TestCase):
    def test_a_dropped_database_is_not_shown_any_more(self):
        self.assertEqual(self.shown(), {"a": 2, "b": 1})
        self.collector.set_gauges("b", GaugeSheet(boot_time(), []))
        self.collector.reconcile_databases({"a": 11})
        self.assertEqual(self.shown(), {"a": 2})
        self.restart()
        self.assertEqual(self.shown(), {"a": 2}, "it is shown again")

    def test_the_total_of_all_events_does_not_fall(self):
        before = self.events_shown()
        self.collector.reconcile_databases({"a": 11})
        self.count("a")
        self.assertEqual(self.events_shown(), before + 1)
        self.restart()
        self.assertEqual(self.events_shown(), before + 1)

    def test_a_database_that_is_created_again_starts_at_zero(self):
        self.collector.reconcile_databases({"a": 11})
        self.count("b")
        self.collector.reconcile_databases({"a": 11, "b": 99})
        self.assertEqual(self.shown(), {"a": 2, "b": 1})

    def test_waiting_batches_follow_a_renamed_database(self):
        self.collector.reconcile_databases({"a": 11, "renamed": 12})
        self.assertEqual(self.shown(), {"a": 2})
        self.assertEqual(self.collector.current_name("b"), "renamed")
        self.assertIn("b", self.collector.waiting())
        self.restart()
        self.assertEqual(self.collector.current_name("b"), "renamed")

    def test_they_follow_a_database_renamed_right_after_its_first_call(self):
        """At the last search, nothing had been measured in it."""
        self.collector.reconcile_databases(EXISTING | {"new": 13})
        self.count("new")
        self.collector.reconcile_databases(EXISTING | {"renamed": 13})
        self.assertEqual(self.collector.current_name("new"), "renamed")

    def test_batches_of_a_dropped_database_wait_for_a_day(self):
        """Somebody may be restoring it, which takes time."""
        self.collector.reconcile_databases({"a": 11})
        self.assertIn("b", self.collector.waiting())
        self.expire_at_once()
        self.collector.reconcile_databases({"a": 11})
        self.assertNotIn("b", self.collector.waiting())
        self.collector.cycle()
        self.assertEqual(self.collector._totals.dropped["undelivered"], 1)

    def test_a_database_restored_in_time_still_has_its_waiting_batches(self):
        self.collector.reconcile_databases({"a": 11})
        self.collector.reconcile_databases({"a": 11, "b": 13})
        self.expire_at_once()
        self.collector.reconcile_databases({"a": 11, "b": 13})
        self.assertIn("b", self.collector.waiting())

    def test_it_has_them_under_its_new_number(self):
        self.collector.reconcile_databases({"a": 11, "b": 13})
        self.assertEqual(self.waiting_for("b", 13), [("b", 1)])

    def test_it_starts_at_zero_also_if_nobody_saw_it_missing(self):
        self.collector.reconcile_databases({"a": 11, "b": 13})
        self.assertEqual(self.shown(), {"a": 2})

    def test_calls_are_its_own_before_its_number_is_known(self):
        self.count("new")
        self.assertEqual(self.waiting_for("new", 13), [("new", 1)])


class TestSwap(ReconciliationCase, TestCase):
    """Two databases swap their names: each keeps what is its own."""

    def setUp(self):
        super().setUp()
        self.swapped = {"a": 12, "b": 11}
        self.displaced = self.collector.displaced(self.swapped)
        self.collector.reconcile_databases(self.swapped)

    def test_waiting_calls_follow_the_database_that_they_were_measured_in(self):
        self.assertEqual(self.waiting_for("b", 11), [("a", 2)])
        self.assertEqual(self.waiting_for("a", 12), [("b", 1)])

    def test_later_calls_are_in_the_database_that_has_the_name_now(self):
        self.count("a", "a", "a")
        self.assertEqual(self.waiting_for("b", 11), [("a", 2)])
        self.assertCountEqual(self.waiting_for("a", 12), [("b", 1), ("a", 3)])

    def test_what_one_database_has_is_not_deleted_for_the_other(self):
        self.count("a")
        _source, ((number, _text),) = self.collector.pending("a", 12)
        self.collector.delivered("a", number, 12)
        self.assertEqual(self.waiting_for("a", 12), [("b", 1)])
        self.assertEqual(self.waiting_for("b", 11), [("a", 2)])

    def test_batches_of_two_databases_are_not_merged(self):
        self.enterContext(patch.object(state, "_MAX_BATCHES", 1))
        self.count("a")
        self.count("a")
        self.assertEqual(self.waiting_for("b", 11), [("a", 2)])
        self.assertCountEqual(self.waiting_for("a", 12), [("b", 1), ("a", 2)])

    def test_neither_shows_the_counters_of_the_other(self):
        """The token of each opens its new name."""
        self.assertEqual(self.shown(), {})

    def test_waiting_batches_are_shown_under_the_new_names(self):
        self.count("a", "a")
        self.collector.cycle()
        self.assertEqual(self.collector.waiting_batches(), {"a": 2, "b": 1})

    def test_messages_stored_under_a_lost_name_are_set_apart(self):
        self.assertEqual(self.displaced, {"a": 11, "b": 12})
        self.assertEqual(self.collector.displaced(self.swapped), {})

    def test_batches_are_deleted_a_day_after_their_database_was_dropped(self):
        self.count("b")
        self.expire_at_once()
        self.collector.reconcile_databases({"a": 12})
        self.assertEqual(self.waiting_for("b", 11), [])
        self.assertEqual(self.waiting_for("a", 12), [("b", 1)])
        self.collector.cycle()
        self.assertEqual(self.collector._totals.dropped["undelivered"], 3)

    def test_one_that_is_restored_then_has_what_waited_for_it(self):
        self.collector.reconcile_databases({"a": 12, "b": 13})
        self.assertEqual(self.waiting_for("b", 13), [("a", 2)])
        self.assertEqual(self.waiting_for("a", 12), [("b", 1)])


class TestAnotherServer(ReconciliationCase, TestCase):
    """Numbers of databases mean something on one PostgreSQL server only."""

    def setUp(self):
        super().setUp()
        self.collector.connected_to("one:5432", "7001")

    def waiting_after(self, address, system):
        """Connect to a server whose ``x`` has the number of ``a``."""
        self.collector.connected_to(address, system)
        existing = {"a": 500, "x": 11}
        self.collector.reconcile_databases(existing)
        return self.waiting_for("a", 500), self.waiting_for("x", 11)

    def test_after_a_move_calls_are_delivered_by_name(self):
        for address in ("one:5432", "two:5432"):
            self.assertEqual(self.waiting_after(address, "7002"), ([("a", 2)], []))

    def test_so_they_are_where_its_identifier_cannot_be_read(self):
        self.assertEqual(self.waiting_after("two:5432", ""), ([("a", 2)], []))

    def test_a_standby_that_takes_over_has_the_same_numbers(self):
        self.collector.connected_to("two:5432", "7001")
        self.assertEqual(self.collector.number_of("a"), 11)

    def test_tokens_can_be_claimed_again_on_the_new_server(self):
        self.collector.claim("digest", "one:5432", 11, "monday")
        self.collector.connected_to("one:5432", "7002")
        self.collector.reconcile_databases({"a": 500, "x": 11})
        self.assertTrue(self.collector.claim("digest", "one:5432", 500, "tuesday"))
