"""What is seen of the port and of Redis."""

import socket
from unittest import TestCase

from ...collector.host_load import waiting_at
from ...collector.redis_watch import RedisWatch
from ...telemetry.redis import DOWN, Report, check_url


class TestWhatWaitsAtTheDoor(TestCase):
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


class TestRedisIsInTrouble(TestCase):
    def setUp(self):
        super().setUp()
        urls = {"sessions": "redis://sessions", "cache": "redis://cache"}
        self.watch = RedisWatch(urls)
        self.fine = Report(True)

    def wrong(self, use, report):
        return self.watch._problems_of(use, report)

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
                check_url(url)
        for url in ("redis://:x@one:1/0", "rediss://one", "unix:///run/redis.sock"):
            self.assertEqual(check_url(url), url)
