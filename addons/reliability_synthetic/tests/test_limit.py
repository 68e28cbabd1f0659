"""A rehearsal ends at its limit, wherever it is."""

import logging
import sys
import threading
import time
from contextlib import suppress
from unittest.mock import patch

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from .. import isolation, rehearsal
from ..watchdog import LimitReached, Watchdog
from .common import RehearsalCase


def sleep_in_sql(case):
    case.env.cr.execute("SELECT pg_sleep(3600)")


def loop(_case=None):
    while True:
        pass


@tagged("-at_install", "post_install")
class TestLimit(RehearsalCase):
    def setUp(self):
        super().setUp()
        self.journey = self.make_journey(["confirm"], code="only_one", limit_seconds=3)

    def assertEnds(self, function):
        with mute_logger("odoo.sql_db"):
            attempt = self.rehearse(confirm=function)
        sentence = self.assertFails(attempt, "confirm", "limit")
        self.assertIn("within the limit of 3.0 s", sentence)
        self.assertLess(attempt.seconds, 600)

    def test_a_query_is_ended(self):
        self.assertEnds(sleep_in_sql)

    def test_a_loop_in_python_is_ended(self):
        self.assertEnds(loop)

    def test_code_that_handles_errors_is_ended(self):
        def confirm(case):
            while True:
                with suppress(Exception):
                    sleep_in_sql(case)

        self.assertEnds(confirm)

    def test_code_that_handles_even_the_end_is_ended(self):
        def confirm(_case):
            with suppress(LimitReached):
                loop()
            loop()

        self.assertEnds(confirm)

    def test_short_waits_add_up_to_the_limit(self):
        def confirm(case):
            while True:
                case.env.cr.execute("SELECT pg_sleep(0.01)")

        self.assertEnds(confirm)

    def test_nothing_is_ended_after_it(self):
        self.assertEnds(loop)
        end = time.monotonic() + 3.2
        while time.monotonic() < end:
            pass
        self.assertEqual(self.rehearse(confirm=lambda _case: None).result, "passed")

    def test_an_end_at_the_border_of_a_step_leaves_the_thread_free(self):
        def end(*_arguments):
            isolation._thread.isolation = isolation._Isolation()
            raise LimitReached

        with patch.object(isolation, "run_isolated", end):
            attempt = self.rehearse()
        self.assertEqual(attempt.result, "failed")
        self.assertIsNone(isolation._thread.isolation)
        self.assertEqual(self.rehearse(confirm=lambda _case: None).result, "passed")

    def test_postgresql_waits_longer_than_the_watchdog(self):
        """So that the cause is the limit, not a query that somebody cancelled."""
        timeouts = []

        def confirm(case):
            case.env.cr.execute("SHOW statement_timeout")
            timeouts.extend(case.env.cr.fetchone())

        self.patch(rehearsal._Rehearsal, "_seconds", lambda _rehearsal: 1.0)
        self.assertEqual(self.rehearse(confirm=confirm).result, "passed")
        self.assertEqual(timeouts, ["3s"])


@tagged("-at_install", "post_install")
class TestLocksOfPython(BaseCase):
    """What is ended gives back the locks of the process."""

    def test_a_thread_that_waits_for_a_log_handler_is_ended_after_it(self):
        handler = logging.Handler()
        handler.lock = threading.Lock()
        handler.lock.acquire()  # by another thread, which logs
        self.addCleanup(handler.createLock)  # the process waits for it at its end
        made, ended = [], []

        def log():
            made.append(Watchdog(0, lambda: None))
            try:
                handler.acquire()
                try:
                    ended.append("acquired")
                finally:
                    handler.release()
                loop()
            except LimitReached:
                ended.append("limit")
            made[0].stop()

        thread = threading.Thread(target=log)
        thread.start()
        while not self.is_in(thread, "acquire"):
            pass
        watchdog = made[0]
        watchdog.start()
        while not self.is_over(watchdog):
            pass
        handler.lock.release()
        thread.join()
        self.assertEqual(ended, ["acquired", "limit"])
        self.assertFalse(handler.lock.locked())

    def is_in(self, thread, function):
        """Whether a thread is in a function, and in none that this calls."""
        frame = sys._current_frames().get(thread.ident)
        return frame is not None and frame.f_code.co_name == function

    def is_over(self, watchdog):
        """Whether the watchdog has tried to end its thread."""
        with watchdog._lock:
            return watchdog.is_over
