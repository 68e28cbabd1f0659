"""Two hundred threads at once, as in a threaded server that is stormed."""

import threading
import time
from collections import Counter

from werkzeug.test import Client

from odoo import http
from odoo.tests import get_db_name, tagged

from ..runtime.recording import recorder
from ..telemetry.collector import Collector
from .common import CommittedCase, measured

DB = get_db_name()
THREADS = 200
CURSORS = 24  # of the pool's 64
ROUNDS = 5
SECONDS = 120


class Refused(Exception):
    """What a method of the business may raise."""


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
        self.cursors = threading.Semaphore(CURSORS)
        self.begin = threading.Barrier(THREADS)
        self.told = Counter()
        self.telling = threading.Lock()
        self.method = measured(work)

    def call(self, number):
        """Call the method in a transaction; return how it ended."""
        with self.cursors, self.committed() as env:
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

    def live(self, number):
        """What each thread does: calls, and requests to Odoo."""
        client = Client(http.root)
        self.begin.wait(SECONDS)
        for round_ in range(ROUNDS):
            outcome = self.call(number + round_)
            status = client.get("/nowhere").status_code
            with self.telling:
                self.told[outcome] += 1
                self.told[status] += 1

    def test_nothing_is_lost_nothing_counts_twice_and_nobody_waits_for_ever(self):
        collector = Collector(recorder().folder)
        self.addCleanup(collector.close)
        threads = [
            threading.Thread(target=self.live, args=(number,), daemon=True)
            for number in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + SECONDS
        while any(thread.is_alive() for thread in threads):
            collector.cycle()
            self.assertLess(time.monotonic(), deadline, "threads wait for each other")
            time.sleep(0.05)
        collector.cycle()
        counted = Counter()
        for key, total in collector._totals.by_key.items():
            name = "requests" if key.family == "http" else key.outcome
            counted[name] += total.count
        self.assertEqual(sum(self.told.values()), 2 * THREADS * ROUNDS)
        requests = sum(n for key, n in self.told.items() if isinstance(key, int))
        outcomes = {key: n for key, n in self.told.items() if isinstance(key, str)}
        self.assertEqual(counted, {**outcomes, "requests": requests})
        self.assertFalse(any(collector._totals.dropped.values()))
        self.assertFalse(self.in_flight())
