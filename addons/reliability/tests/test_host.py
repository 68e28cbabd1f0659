"""What a host says of itself, and what is concluded from it."""

import socket
from datetime import timedelta

from odoo.tests import BaseCase, TransactionCase, tagged

from ..runtime.load import waiting_at
from ..runtime.redis_watch import RedisWatch
from ..telemetry.redis import DOWN, Report, check


@tagged("-at_install", "post_install")
class TestWhatWaitsAtTheDoor(BaseCase):
    def test_it_is_what_nobody_has_accepted(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = server.getsockname()
            self.assertEqual(waiting_at(address[1]), 0)
            with socket.create_connection(address), socket.create_connection(address):
                self.assertEqual(waiting_at(address[1]), 2)
                server.accept()[0].close()
                self.assertEqual(waiting_at(address[1]), 1)

    def test_it_is_not_known_of_a_port_that_nobody_listens_on(self):
        self.assertIsNone(waiting_at(1))


@tagged("-at_install", "post_install")
class TestWorkersAreBusy(TransactionCase):
    def busy(self, *spells, serving=4):
        """Return what is found of spells, the last first: looks, full, waiting."""
        names = ("began", "looks", "full", "waiting")
        told = [
            dict(zip(names, (10.0 * n, *spell), strict=True))
            for n, spell in enumerate(spells, start=1)
        ]
        host = self.env["reliability.host"].create(
            {
                "name": "one",
                "noted": self.env.cr.now(),
                "says": {"serving": serving, "spells": told, "redis": []},
            }
        )
        found = host._busy()
        host.unlink()
        return found

    def test_where_all_are_at_work_for_a_while_and_requests_wait(self):
        found = self.busy((10, 10, 3), (10, 9, 5), (10, 1, 0))
        self.assertEqual((found.part, found.whole), (4 + 5, 4))
        since = self.env.cr.now() - timedelta(seconds=20)
        self.assertAlmostEqual(found.since, since, delta=timedelta(seconds=1))

    def test_where_it_is_not_known_whether_requests_wait(self):
        self.assertTrue(self.busy((10, 10, None), (10, 10, None)))

    def test_not_where_none_waits(self):
        self.assertFalse(self.busy((10, 10, 0), (10, 10, 0)))

    def test_not_where_it_is_over(self):
        self.assertFalse(self.busy((10, 2, 0), (10, 10, 3), (10, 10, 3)))

    def test_not_for_a_moment(self):
        self.assertFalse(self.busy((9, 9, 3), (10, 2, 0)))


class _Collector:
    leads, redis = True, None


@tagged("-at_install", "post_install")
class TestRedisIsInTrouble(BaseCase):
    def setUp(self):
        super().setUp()
        urls = {"sessions": "redis://sessions", "cache": "redis://cache"}
        self.watch = RedisWatch(_Collector(), urls)
        self.fine = Report(True)

    def wrong(self, use, report):
        return self.watch._wrong(use, report)

    def test_where_it_does_not_answer(self):
        self.assertEqual(self.wrong("cache", DOWN), ["down"])

    def test_where_it_throws_sessions_away_but_not_a_cache(self):
        for use, trouble in (("sessions", ["evicting"]), ("cache", [])):
            self.assertEqual(self.wrong(use, self.fine._replace(evicted=7)), [])
            self.assertEqual(self.wrong(use, self.fine._replace(evicted=8)), trouble)

    def test_where_it_cannot_write_or_has_lost_what_it_copies(self):
        lost = self.fine._replace(persists=False, replicates=False)
        self.assertEqual(self.wrong("cache", lost), ["not_saved", "not_replicated"])

    def test_an_address_that_is_none_is_refused(self):
        for url in ("127.0.0.1:6379", "http://127.0.0.1", "redis://", "unix://"):
            with self.assertRaises(ValueError, msg=url):
                check(url)
        for url in ("redis://:x@one:1/0", "rediss://one", "unix:///run/redis.sock"):
            self.assertEqual(check(url), url)
