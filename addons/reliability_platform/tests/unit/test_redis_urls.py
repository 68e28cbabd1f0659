"""The options with the URLs of Redis."""

from unittest import TestCase

from ...collector.redis_urls import redis_urls


class TestRedisUrls(TestCase):
    def test_each_use_has_its_url(self):
        options = {"redis_sessions": "redis://one", "redis_cache": "", "host": "x"}
        self.assertEqual(redis_urls(options), {"sessions": "redis://one"})

    def test_an_invalid_url_is_not_used_and_logged_without_its_password(self):
        options = {"redis_cache": "http://:secret@one"}
        with self.assertLogs(redis_urls.__module__, "ERROR") as logs:
            self.assertEqual(redis_urls(options), {})
        self.assertIn("redis_cache is not the URL", logs.output[0])
        self.assertNotIn("secret", logs.output[0])
