"""Two hundred threads at once, as in a threaded server under load."""

import sys
import threading
from collections import Counter

from werkzeug.test import Client

from odoo import http
from odoo.tests import get_db_name, tagged

from ..collector.collector import Collector
from ..instrumentation.recording import recorder
from .clocks import LIMIT, wait_until
from .common import CommittedCase, measured

DB = get_db_name()
THREADS = 200
AT_WORK = 24  # the pool has 64 cursors
ROUNDS = 5
OFTEN = 1e-5  # switch threads so often that they interleave inside our code


class Refused(Exception):
    """An error that a business method raises."""


def work(records, number):
    records.env.cr.execute("SELECT 1")
    if number % 5 == 0:
        raise Refused
    return number


@tagged("-at_install", "post_install")
class TestTwoHundredThreads(CommittedCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(threading.stack_size, threading.stack_size(512 * 1024))
        self.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(OFTEN)
        self.at_work = threading.Semaphore(AT_WORK)
        self.begin = threading.Barrier(THREADS)
        self.expected = Counter()
        self.counting = threading.Lock()
        self.method = measured(work)

    def call(self, number):
        """Call the method in a transaction; return the outcome."""
        with self.committed() as env:
            if number % 5 == 1:
                self.method(env["res.partner"], number)
                env.cr.rollback()
                return "rolled_back"
            try:
                self.method(env["res.partner"], number)
            except Refused:
                env.cr.rollback()
                return "failed"
        return "success"

    def run_rounds(self, number):
        """Run in each thread: calls, and requests to Odoo."""
        client = Client(http.root)
        self.begin.wait(LIMIT)
        for round_ in range(ROUNDS):
            with self.at_work:
                outcome = self.call(number + round_)
                status = client.get("/nowhere").status_code
            with self.counting:
                self.expected[outcome] += 1
                self.expected[status] += 1

    def test_no_call_is_lost_or_counted_twice_and_no_thread_hangs(self):
        collector = Collector(recorder().folder)
        self.addCleanup(collector.close)
        threads = [
            threading.Thread(target=self.run_rounds, args=(number,), daemon=True)
            for number in range(THREADS)
        ]
        for thread in threads:
            thread.start()

        def all_have_ended():
            collector.cycle()
            return not any(thread.is_alive() for thread in threads)

        wait_until(all_have_ended, "threads, which wait for each other", interval=0.05)
        collector.cycle()
        counted = Counter()
        for key, total in collector._totals.by_key.items():
            if key.family == "operation":
                counted[key.outcome] += total.count
            elif key.labels[0] == "unmatched":  # Odoo itself may send requests, too
                counted["requests"] += total.count
        self.assertEqual(sum(self.expected.values()), 2 * THREADS * ROUNDS)
        requests = sum(n for key, n in self.expected.items() if isinstance(key, int))
        outcomes = {key: n for key, n in self.expected.items() if isinstance(key, str)}
        self.assertEqual(counted, {**outcomes, "requests": requests})
        self.assertFalse(any(collector._totals.dropped.values()))
        self.assertFalse(self.in_flight())
