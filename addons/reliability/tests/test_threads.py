"""Two hundred parallel threads, as in a threaded server under load."""

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
MAX_WORKING = 24  # the pool has 64 cursors
ROUNDS = 5
SWITCH_INTERVAL = 1e-5  # seconds; short, so that threads are switched inside our code


class BusinessError(Exception):
    """An error that a business method raises."""


def work(records, number):
    records.env.cr.execute("SELECT 1")
    if number % 5 == 0:
        raise BusinessError
    return number


@tagged("-at_install", "post_install")
class TestTwoHundredThreads(CommittedCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(threading.stack_size, threading.stack_size(512 * 1024))
        self.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(SWITCH_INTERVAL)
        self.working = threading.Semaphore(MAX_WORKING)
        self.start = threading.Barrier(THREADS)
        self.expected = Counter()
        self.lock = threading.Lock()
        self.method = measured(work)

    def call(self, number):
        """Call the method in a transaction, and return its outcome."""
        with self.committed() as env:
            if number % 5 == 1:
                self.method(env["res.partner"], number)
                env.cr.rollback()
                return "rolled_back"
            try:
                self.method(env["res.partner"], number)
            except BusinessError:
                env.cr.rollback()
                return "failed"
        return "success"

    def run_thread(self, number):
        """Make calls and requests, as each thread does."""
        client = Client(http.root)
        self.start.wait(LIMIT)
        for round_ in range(ROUNDS):
            with self.working:
                outcome = self.call(number + round_)
                status = client.get("/nowhere").status_code
            with self.lock:
                self.expected[outcome] += 1
                self.expected[status] += 1

    def test_each_call_counts_once_without_a_deadlock(self):
        collector = Collector(recorder().folder)
        self.addCleanup(collector.close)
        threads = [
            threading.Thread(target=self.run_thread, args=(number,), daemon=True)
            for number in range(THREADS)
        ]
        for thread in threads:
            thread.start()

        def have_ended():
            collector.cycle()
            return not any(thread.is_alive() for thread in threads)

        wait_until(have_ended, "the end of all threads", interval=0.05)
        collector.cycle()
        counted = Counter()
        for key, total in collector._totals.by_key.items():
            if key.family == "operation":
                counted[key.outcome] += total.count
            elif key.labels[0] == "unmatched":  # not the requests of Odoo itself
                counted["requests"] += total.count
        self.assertEqual(sum(self.expected.values()), 2 * THREADS * ROUNDS)
        requests = sum(n for key, n in self.expected.items() if isinstance(key, int))
        outcomes = {key: n for key, n in self.expected.items() if isinstance(key, str)}
        self.assertEqual(counted, {**outcomes, "requests": requests})
        self.assertFalse(any(collector._totals.dropped.values()))
        self.assertFalse(self.in_flight())
