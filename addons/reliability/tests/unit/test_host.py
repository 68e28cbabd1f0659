"""The load of a host, and the problems of Redis."""

import socket
from unittest import TestCase

from ...collector.host_load import waiting_at
from ...collector.redis_watch import RedisWatch
from ...telemetry.redis import DOWN, Report, check_url


class TestWaitingRequests(TestCase):
    def test_connections_wait_until_they_are_accepted(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = server.getsockname()
            self.assertEqual(waiting_at(address[1]), 0)
            with socket.create_connection(address), socket.create_connection(address):
                self.assertEqual(waiting_at(address[1]), 2)
                server.accept()[0].close()
                self.assertEqual(waiting_at(address[1]), 1)

    def test_the_number_is_unknown_for_a_port_without_a_server(self):
        self.assertIsNone(waiting_at(1))


class TestRedisProblems(TestCase):
    def setUp(self):
        super().setUp()
        urls = {"sessions": "redis://sessions", "cache": "redis://cache"}
        self.watch = RedisWatch(urls)
        self.report = Report(True)

    def problems(self, use, report):
        return self.watch._problems_of(use, report)

    def test_it_does_not_respond(self):
        self.assertEqual(self.problems("cache", DOWN), ["down"])

    def test_evicting_sessions_is_a_problem_and_evicting_a_cache_is_not(self):
        before, after = (self.report._replace(evicted=n) for n in (7, 8))
        for use, problems in (("sessions", ["evicting"]), ("cache", [])):
            self.assertEqual(self.problems(use, before), [])
            self.assertEqual(self.problems(use, after), problems)

    def test_it_cannot_write_to_disk_or_has_lost_its_primary(self):
        lost = self.report._replace(persists=False, replicates=False)
        self.assertEqual(self.problems("cache", lost), ["not_saved", "not_replicated"])

    def test_an_invalid_url_is_refused(self):
        for url in ("127.0.0.1:6379", "http://127.0.0.1", "redis://", "unix://"):
            with self.assertRaises(ValueError, msg=url):
                check_url(url)
        for url in ("redis://:x@one:1/0", "rediss://one", "unix:///run/redis.sock"):
            self.assertEqual(check_url(url), url)
