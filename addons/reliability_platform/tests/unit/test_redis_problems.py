"""The problems of a Redis, by what it reports."""

from unittest import TestCase

from ...watch.kinds import KINDS, Effect
from ...watch.redis.redis_info import BlockedClient, LatencyEvent, RedisState
from ...watch.redis.redis_metrics import redis_families
from ...watch.redis.redis_problems import find_problems
from ...watch.redis.redis_watch import RedisWatch
from ...watch.thresholds import DEFAULTS

GIB = 2**30
FULL = {"maxmemory": GIB, "used_memory": GIB, "maxmemory_policy": "noeviction"}
MAY_EVICT = {**FULL, "used_memory": 1, "maxmemory_policy": "volatile-lru"}


def state(at=0.0, **info):
    return RedisState(at, ping=0.001, info=info)


def problems(*states, use="sessions", lags=None):
    return find_problems(use.split(", "), states, lags or {}, DEFAULTS)


def codes(*states, **options):
    return [problem.code for problem in problems(*states, **options)]


class TestNothingIsWrong(TestCase):
    def test_a_redis_that_reports_nothing_has_no_problem(self):
        self.assertEqual(codes(state()), [])

    def test_a_redis_without_limits_has_no_problem(self):
        healthy = state(
            maxmemory=0,
            used_memory=GIB,
            maxmemory_policy="volatile-lru",
            role="master",
            connected_clients=3,
            maxclients=10_000,
            rdb_last_bgsave_status="ok",
        )
        self.assertEqual(codes(healthy), [])


class TestDown(TestCase):
    def test_it_has_no_other_problem(self):
        down = RedisState(1.0, "Connection refused")
        for use in ("sessions", "cache"):
            (problem,) = problems(state(**FULL), down, use=use)
            self.assertEqual(problem.key, (f"{use}_down", use))
            self.assertEqual(problem.names, {"error": "Connection refused"})


class TestMemory(TestCase):
    def test_sessions_must_not_be_evictable(self):
        (problem,) = problems(state(**MAY_EVICT))
        self.assertEqual(problem.key, ("redis_may_evict", "sessions"))
        self.assertEqual(problem.names, {"policy": "volatile-lru"})
        self.assertEqual(codes(state(**MAY_EVICT), use="cache"), [])

    def test_evicting_sessions_is_a_problem_and_evicting_a_cache_is_not(self):
        before, after = (state(**MAY_EVICT, evicted_keys=n) for n in (7, 9))
        (problem,) = problems(before, after)
        self.assertEqual((problem.code, problem.numbers["keys"]), ("redis_evicts", 2))
        self.assertEqual(codes(before, after, use="cache"), [])

    def test_evictions_before_the_first_check_do_not_count(self):
        self.assertEqual(codes(state(**MAY_EVICT, evicted_keys=7)), ["redis_may_evict"])

    def test_a_restart_counts_from_zero(self):
        counts = (state(**MAY_EVICT, evicted_keys=n) for n in (7, 0, 1))
        (problem,) = problems(*counts)
        self.assertEqual(problem.numbers["keys"], 1)

    def test_it_is_full_where_nothing_may_be_evicted(self):
        for use, code in (("sessions", "sessions_full"), ("cache", "redis_full")):
            self.assertEqual(codes(state(**FULL), use=use), [code])

    def test_it_is_full_where_it_has_refused_to_write(self):
        almost = {**FULL, "used_memory": GIB - 1}
        refused = state(**almost, errorstat_OOM={"count": 3})
        (problem,) = problems(state(**almost), refused, use="cache")
        self.assertEqual((problem.code, problem.numbers["refused"]), ("redis_full", 3))


class TestPersistence(TestCase):
    def test_it_cannot_write_to_disk(self):
        for write in ("rdb_last_bgsave_status", "aof_last_write_status"):
            self.assertEqual(codes(state(**{write: "err"})), ["redis_not_saved"])

    def test_nobody_can_log_in_where_it_refuses_to_write_for_that_reason(self):
        refuses = state(rdb_last_bgsave_status="err")._replace(refuses_writes=True)
        self.assertEqual(codes(refuses), ["sessions_not_saved"])
        self.assertEqual(codes(refuses, use="cache"), ["redis_not_saved"])
        self.assertEqual(KINDS["sessions_not_saved"].effect, Effect.STOPS)


class TestReplication(TestCase):
    def test_a_replica_has_lost_its_primary(self):
        lost = state(
            role="slave",
            master_link_status="down",
            master_link_down_since_seconds=12,
            master_host="one",
            master_port=6379,
        )
        (problem,) = problems(lost)
        self.assertEqual((problem.code, problem.seconds), ("redis_not_replicated", 12))
        self.assertEqual(problem.names, {"primary": "one:6379"})

    def test_the_replica_that_lags_longest_is_named(self):
        (problem,) = problems(state(), lags={"one:1": 5, "two:2": 90, "three:3": 40})
        self.assertEqual(problem.code, "redis_replica_lags")
        self.assertEqual(problem.numbers, {"seconds": 90, "replicas": 2})
        self.assertEqual(problem.names, {"replica": "two:2"})


class TestLatency(TestCase):
    def pings(self, *seconds):
        return [RedisState(0.0, ping=ping) for ping in seconds]

    def test_half_of_the_last_six_responses_take_long(self):
        (problem,) = problems(*self.pings(0.001, 0.2, 0.3, 0.4))
        self.assertEqual(problem.code, "redis_slow")
        self.assertAlmostEqual(problem.numbers["seconds"], 0.25)

    def test_a_single_slow_response_is_no_problem(self):
        self.assertEqual(codes(*self.pings(0.9)), [])
        self.assertEqual(codes(*self.pings(0.001, 0.9, 0.001)), [])

    def test_slow_responses_of_long_ago_are_no_problem(self):
        self.assertEqual(codes(*self.pings(*[0.9] * 6, *[0.001] * 6)), [])

    def test_an_event_of_the_last_minute_is_named(self):
        events = (LatencyEvent("command", 50, 0.2), LatencyEvent("fork", 9, 0.4))
        (problem,) = problems(RedisState(0.0, events=events))
        self.assertEqual(problem.names, {"event": "fork"})
        self.assertEqual(problem.numbers, {"seconds": 0.4})

    def test_an_old_or_a_short_event_is_no_problem(self):
        events = (LatencyEvent("command", 61, 0.4), LatencyEvent("fork", 9, 0.09))
        self.assertEqual(codes(RedisState(0.0, events=events)), [])


class TestClients(TestCase):
    def test_it_has_refused_clients(self):
        before, after = (state(rejected_connections=n) for n in (4, 6))
        (problem,) = problems(before, after)
        self.assertEqual(problem.code, "redis_refuses")
        self.assertEqual(problem.numbers["refused"], 2)

    def test_it_refuses_us(self):
        before = state(connected_clients=10, maxclients=10)
        (problem,) = problems(before, RedisState(1.0, is_full=True))
        self.assertEqual(problem.code, "redis_refuses")
        self.assertEqual(problem.numbers["maximum"], 10)

    def test_it_will_refuse_clients_soon(self):
        self.assertEqual(
            codes(state(connected_clients=85, maxclients=100)), ["redis_refuses"]
        )
        self.assertEqual(codes(state(connected_clients=84, maxclients=100)), [])

    def test_clients_wait_for_replicas(self):
        blocked = BlockedClient("wait", 30.0), BlockedClient("wait", 12.0)
        (problem,) = problems(RedisState(0.0, blocked=blocked))
        self.assertEqual(problem.code, "redis_clients_blocked")
        self.assertEqual((problem.seconds, problem.numbers["clients"]), (30.0, 2))

    def test_clients_that_wait_for_work_of_a_queue_are_no_problem(self):
        blocked = BlockedClient("brpop", 3600.0), BlockedClient("wait", 1.0)
        self.assertEqual(codes(RedisState(0.0, blocked=blocked)), [])


class TestTwoAtOnce(TestCase):
    def test_both_are_found(self):
        both = state(**MAY_EVICT, rdb_last_bgsave_status="err")
        self.assertEqual(codes(both), ["redis_may_evict", "redis_not_saved"])


class TestOneRedisForSessionsAndTheCache(TestCase):
    """Its problems are named once, by the worse effect."""

    def test_they_have_both_uses_as_their_subject(self):
        for now, code in (
            (RedisState(1.0, "Connection refused"), "sessions_down"),
            (state(**FULL), "sessions_full"),
            (state(**MAY_EVICT), "redis_may_evict"),
        ):
            (problem,) = problems(now, use="sessions, cache")
            self.assertEqual(problem.key, (code, "sessions, cache"))

    def test_each_use_has_its_numbers(self):
        families = redis_families(["sessions", "cache"], RedisState(0.0))
        up = next(iter(families))
        found = {sample.labels["use"]: sample.value for sample in up.samples}
        self.assertEqual(found, {"sessions": 1, "cache": 1})


class TestMetrics(TestCase):
    def exported(self, now):
        families = redis_families(["sessions"], now)
        return {s.name: s.value for family in families for s in family.samples}

    def test_of_a_redis_that_is_down_only_that_is_exported(self):
        down = RedisState(0.0, "Connection refused")
        self.assertEqual(self.exported(down), {"odoo_redis_up": 0})

    def test_without_info_the_response_time_is_exported(self):
        up = RedisState(0.0, ping=0.25)
        expected = {"odoo_redis_up": 1, "odoo_redis_ping_seconds": 0.25}
        self.assertEqual(self.exported(up), expected)

    def test_a_use_has_the_problems_that_it_may_have(self):
        sessions, cache = (RedisWatch([use], "") for use in ("sessions", "cache"))
        of_sessions, of_cache = set(sessions.codes()), set(cache.codes())
        self.assertEqual(of_sessions - of_cache, ONLY_SESSIONS)
        self.assertEqual(of_cache - of_sessions, {"cache_down", "redis_full"})


ONLY_SESSIONS = {
    "sessions_down",
    "sessions_full",
    "sessions_not_saved",
    "redis_evicts",
    "redis_may_evict",
}
