"""The options with the URLs of Redis and Sentinel."""

from unittest import TestCase

from ...watch.redis import make_watches
from ...watch.redis.redis_urls import check_url, redis_urls, sentinel_urls


class TestRedisUrls(TestCase):
    def test_each_use_has_its_url(self):
        options = {"redis_sessions": "redis://one", "redis_cache": "", "host": "x"}
        self.assertEqual(redis_urls(options), {("sessions",): "redis://one"})

    def test_one_server_for_both_uses_is_one_redis(self):
        both = ("sessions", "cache")
        for sessions, cache, uses in (
            ("redis://one:6379/0", "redis://:secret@ONE/1", [both]),
            ("unix:///run/redis.sock", "unix:///run/redis.sock?db=1", [both]),
            ("redis://one/0", "redis://two/0", [both[:1], both[1:]]),
            ("redis://one:6379", "redis://one:6380", [both[:1], both[1:]]),
        ):
            options = {"redis_sessions": sessions, "redis_cache": cache}
            with self.subTest(cache):
                self.assertEqual(list(redis_urls(options)), uses)
                self.assertIn(sessions, redis_urls(options).values())

    def test_an_invalid_url_is_refused(self):
        for url in ("127.0.0.1:6379", "http://127.0.0.1", "redis://", "unix://"):
            with self.assertRaises(ValueError, msg=url):
                check_url(url)
        for url in ("redis://:x@one:1/0", "rediss://one", "unix:///run/redis.sock"):
            self.assertEqual(check_url(url), url)

    def test_an_invalid_url_is_not_used_and_logged_without_its_password(self):
        options = {"redis_cache": "http://:secret@one"}
        with self.assertLogs(redis_urls.__module__, "ERROR") as logs:
            self.assertEqual(redis_urls(options), {})
        self.assertIn("redis_cache is not the URL", logs.output[0])
        self.assertNotIn("secret", logs.output[0])


class TestSentinelUrls(TestCase):
    def test_several_watch_over_one_primary(self):
        one, two = "redis://:x@one:26379/mymaster", "redis://two/mymaster"
        options = {"redis_sentinel": f"{one}, {two},"}
        self.assertEqual(sentinel_urls(options), {"mymaster": [one, two]})

    def test_there_may_be_several_primaries(self):
        one, other, two = (
            f"redis://{name}" for name in ("one/mymaster", "one/cache", "two/mymaster")
        )
        options = {"redis_sentinel": ",".join((one, other, two))}
        expected = {"mymaster": [one, two], "cache": [other]}
        self.assertEqual(sentinel_urls(options), expected)

    def test_none_is_needed(self):
        for options in ({}, {"redis_sentinel": " "}):
            self.assertEqual(sentinel_urls(options), {})

    def test_invalid_ones_are_not_used_and_logged_without_their_passwords(self):
        valid = "redis://:secret@one/mymaster"
        for invalid in ("redis://:secret@one", f"{valid},redis://two", "one"):
            with self.assertLogs(sentinel_urls.__module__, "ERROR") as logs:
                self.assertEqual(sentinel_urls({"redis_sentinel": invalid}), {})
            self.assertIn("redis_sentinel is not", logs.output[0])
            self.assertNotIn("secret", logs.output[0])


class TestMakeWatches(TestCase):
    def test_there_is_one_for_each_redis_and_one_for_each_primary(self):
        options = {
            "redis_sessions": "redis://one",
            "redis_cache": "redis://two",
            "redis_sentinel": "redis://one/a,redis://two/a,redis://one/b",
        }
        self.assertEqual(
            [(watch.kind, watch.subject) for watch in make_watches(options)],
            [
                ("redis", "sessions"),
                ("redis", "cache"),
                ("sentinel", "a"),
                ("sentinel", "b"),
            ],
        )
        self.assertEqual(make_watches({}), [])
