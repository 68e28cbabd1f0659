"""A page is made of copies of totals, so that collecting goes on meanwhile."""

import threading
from concurrent.futures import ThreadPoolExecutor
from unittest import TestCase

from ...collector.collector import Collector
from ...telemetry.events import Event
from ...telemetry.totals import Key, Totals
from ..clocks import LIMIT
from ..recordings import FolderCase, record, series


def add(totals, db, seconds=1.0, outcome="success", family="operation"):
    """Add one call in a database, and return its key."""
    call = series(db=db)._replace(family=family)
    totals.add([(call, Event(call, outcome, 1.0, seconds))])
    return Key(family, db, call.labels, outcome)


class TestCopies(TestCase):
    def setUp(self):
        super().setUp()
        self.totals = Totals()
        self.busy = add(self.totals, "busy")
        self.idle = add(self.totals, "idle")

    def test_a_copy_equals_its_original(self):
        copy = self.totals.copied()
        self.assertEqual(copy.by_key, self.totals.by_key)
        self.assertEqual(copy.events, 2)

    def test_a_copy_stays_as_it_is(self):
        copy = self.totals.copied()
        before = copy.by_key[self.busy].copied()
        add(self.totals, "busy", seconds=9.0)
        add(self.totals, "new")
        self.totals.drop({"unread": 1})
        self.assertEqual(copy.by_key[self.busy], before)
        self.assertEqual(copy.by_key.keys(), {self.busy, self.idle})
        self.assertEqual((copy.events, copy.dropped), (2, {}))

    def test_only_what_has_changed_is_copied_again(self):
        first = self.totals.copied()
        add(self.totals, "busy")
        second = self.totals.copied()
        self.assertIs(second.by_key[self.idle], first.by_key[self.idle])
        self.assertEqual(second.by_key[self.busy].count, 2)

    def test_one_database_can_be_copied(self):
        self.assertEqual(self.totals.copied("idle").by_key.keys(), {self.idle})
        self.assertFalse(self.totals.copied("unknown").by_key)
        add(self.totals, "busy")
        self.assertEqual(self.totals.copied().by_key[self.busy].count, 2)

    def test_a_retired_database_is_in_no_copy(self):
        self.totals.copied()
        add(self.totals, "busy")
        self.totals.retire("busy")
        self.assertEqual(self.totals.copied().by_key.keys(), {self.idle})


class TestPageInTheMaking(FolderCase, TestCase):
    """A thousand databases take a second to render; slots are read meanwhile."""

    def setUp(self):
        super().setUp()
        self.collector = Collector(self.folder)
        self.addCleanup(self.collector.close)
        self.started, self.end = threading.Event(), threading.Event()
        self.collector.host_metrics.append(self.slow_metrics)
        self.addCleanup(self.end.set)
        self.calls = self.recorder()
        record(self.calls)
        self.collector.cycle()

    def slow_metrics(self):
        self.started.set()
        self.end.wait(LIMIT)
        return ()

    def count(self, page):
        """Return the number of calls on a page."""
        (family,) = [
            family
            for family in page
            if family.name == "odoo_operation_duration_seconds"
        ]
        return sum(
            sample.value
            for sample in family.metric().samples
            if sample.name.endswith("_count")
        )

    def test_cycles_go_on(self):
        with ThreadPoolExecutor(1) as pool:
            page = pool.submit(self.collector.page)
            self.assertTrue(self.started.wait(LIMIT))
            record(self.calls)
            self.assertTrue(self.collector.cycle())
            self.collector.set_gauges("db", None)
            self.assertFalse(page.done())
            self.end.set()
            self.assertEqual(self.count(page.result(LIMIT)), 1, "as of its begin")
        self.assertEqual(self.count(self.collector.page()), 2)
