"""A database that is locked or slow does not keep the numbers of the others away."""

import threading
from types import SimpleNamespace

from psycopg2.errors import LockNotAvailable

from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..collector import connection as connections
from ..collector import gauges, maintenance, poller
from ..collector.collector import Collector
from ..collector.connection import OutOfTime, connected, transaction
from ..collector.poller import SECONDS_OF_A_POLL, DatabasePoller
from ..telemetry.access import Access
from .common import CommittedCase, FolderCase

DB = get_db_name()


class Clock:
    """A monotonic clock that a test sets."""

    def __init__(self):
        self.now = 1000.0
        self.time = SimpleNamespace(monotonic=lambda: self.now)


@tagged("-at_install", "post_install")
class TestTimeOfADatabase(CommittedCase):
    """A poll has one budget for all of its statements."""

    def setUp(self):
        super().setUp()
        self.clock = Clock()
        self.patch(connections, "time", self.clock.time)
        self.connection = self.enterContext(connected(DB, 10.0))

    def timeouts(self, *seconds):
        with transaction(self.connection, *seconds) as cr:
            cr.execute(
                "SELECT current_setting('statement_timeout'),"
                " current_setting('lock_timeout')"
            )
            return cr.fetchone()

    def test_a_statement_may_take_no_longer_than_what_is_left(self):
        self.assertEqual(self.timeouts(), ("10s", "500ms"))
        self.assertEqual(self.timeouts(5.0), ("5s", "500ms"))
        self.clock.now += 9.5
        self.assertEqual(self.timeouts(5.0), ("500ms", "500ms"))

    def test_nothing_is_begun_when_it_is_over(self):
        self.clock.now += 10.0
        with self.assertRaises(OutOfTime), transaction(self.connection):
            self.fail("it was begun")
        with self.assertRaises(OutOfTime):
            maintenance.run(self.connection)

    def test_one_long_wait_for_locks_and_then_short_ones(self):
        """An upgrade locks many tables: half a second for each would be too long."""
        with self.cursor() as cr:
            cr.execute("LOCK TABLE res_company, ir_cron IN ACCESS EXCLUSIVE MODE")
            with self.assertRaises(LockNotAvailable):
                with transaction(self.connection) as ours:
                    ours.execute("SELECT FROM public.res_company")
            self.assertEqual(self.timeouts()[1], "50ms")
            cr.rollback()

    @mute_logger("odoo.addons.reliability.collector.gauges")
    def test_gauges_of_tables_without_a_lock_are_read(self):
        with self.cursor() as cr:
            cr.execute("LOCK TABLE res_company IN ACCESS EXCLUSIVE MODE")
            found = {gauge.name for gauge in gauges.read(self.connection)}
            cr.rollback()
        self.assertNotIn("odoo_company_info", found)
        self.assertIn("odoo_cron_active", found)

    def test_gauges_that_were_read_in_time_are_shown(self):
        read_alone, read = gauges._read_alone, []

        def slow(connection, view, text):
            self.clock.now += 4.0
            read.append(view)
            return read_alone(connection, view, text)

        self.patch(gauges, "_read_alone", slow)
        found = gauges.read(self.connection)
        self.assertEqual(len(read), 3, "the third one was too late")
        self.assertEqual(len(found), 2)


@tagged("-at_install", "post_install")
class TestRoundOfPolls(FolderCase, BaseCase):
    """Each database is polled in turn; slow ones wait for the others."""

    def setUp(self):
        super().setUp()
        self.clock = Clock()
        self.patch(poller, "time", self.clock.time)
        collector = Collector(self.folder)
        self.addCleanup(collector.close)
        self.poller = DatabasePoller(collector, Access(None), "host")
        self.seconds = dict.fromkeys("abcdefg", 0.0)
        self.patch(self.poller, "_databases", lambda: self.seconds)
        self.patch(self.poller, "_search", lambda _name: None)
        self.patch(self.poller, "_take_snapshot", lambda _name: None)
        self.patch(self.poller, "_poll", self.poll)

    def poll(self, db):
        self.polled.append(db)
        self.clock.now += self.seconds[db]

    def round(self, stop=None):
        """Return the databases in the order in which one round polls them."""
        self.polled = []
        self.poller.poll_all(stop)
        return "".join(self.polled)

    def test_slow_ones_come_last(self):
        self.seconds |= {"a": 12.0, "c": 7.0}
        self.assertEqual(self.round(), "abcdefg")
        self.assertEqual(self.round(), "bdefgac")

    def test_one_that_is_fast_again_takes_its_place(self):
        self.seconds["a"] = 12.0
        self.round()
        self.seconds["a"] = 0.0
        self.assertEqual(self.round(), "bcdefga")
        self.assertEqual(self.round(), "abcdefg")

    def test_slow_ones_take_turns_within_the_time_of_one(self):
        """Else many locked databases would outlast the gauges of the others."""
        self.seconds |= dict.fromkeys("abcd", SECONDS_OF_A_POLL)
        self.round()
        rounds = [self.round() for _round in range(5)]
        self.assertEqual(rounds, ["efga", "efgb", "efgc", "efgd", "efga"])

    def test_a_round_ends_when_the_collector_stops(self):
        stop = threading.Event()
        stop.set()
        self.assertEqual(self.round(stop), "")
