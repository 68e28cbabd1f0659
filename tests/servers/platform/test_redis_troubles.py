"""Each trouble of a real Redis is found by its cause and no other; two are both found.

A primary with one replica.  Each trouble begins and ends in a test; each test has
a watch of its own, which knows nothing of the troubles before.
"""

import os
import shutil
import signal
import socket
import threading
from contextlib import ExitStack, contextmanager
from itertools import combinations

import pytest
import redis
from troubles import (
    assert_healthy,
    check,
    make_watch,
    wait_for_problem,
    wait_for_problems,
)
from waiting import wait_until

from setup import paths, ports
from setup.redis_server import Redis

FOLDER = paths.RUN / "test" / "redis-troubles"
CONFIGURATION = """\
enable-debug-command yes
enable-protected-configs yes
repl-backlog-size 16kb
repl-diskless-sync-delay 0
repl-ping-replica-period 1
shutdown-timeout 0
"""
LIMIT = 100_000_000
LAG = {"replica_lag": 3}
"""Seconds; a busy machine makes a healthy replica lag for one."""


@pytest.fixture(scope="module")
def primary():
    shutil.rmtree(FOLDER, ignore_errors=True)
    with Redis(FOLDER / "primary", None, CONFIGURATION) as server:
        yield server


@pytest.fixture(scope="module")
def replica(primary):
    follows = f"{CONFIGURATION}replicaof {ports.LOOPBACK} {primary.port}\n"
    with Redis(FOLDER / "replica", None, follows) as server:
        yield server


@pytest.fixture
def client(primary, replica):
    """A client of the primary, once the replica has confirmed some of its data."""
    with redis.Redis.from_url(primary.url, decode_responses=True) as client:
        wait_until(lambda: client.info().get("slave0", {}).get("offset", 0) > 0)
        yield client


@pytest.fixture
def watch(primary):
    return watch_of(primary)


def watch_of(server, use="sessions"):
    return make_watch(**{f"redis_{use}": server.url})


def watch_of_user(server, password="secret"):
    """Return the watch of a user with few rights."""
    url = server.url.replace("redis://", f"redis://odoo:{password}@")
    return make_watch(redis_sessions=url)


@contextmanager
def configured(client, **options):
    """Change settings of a Redis for the block."""
    options = {name.replace("_", "-"): value for name, value in options.items()}
    before = {name: client.config_get(name)[name] for name in options}
    for name, value in options.items():
        client.config_set(name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            client.config_set(name, value)


def connected(client):
    """Return one more connection to the same Redis."""
    address = (ports.LOOPBACK, client.connection_pool.connection_kwargs["port"])
    return socket.create_connection(address)


@contextmanager
def redis_may_evict(client, _replica):
    with configured(client, maxmemory=LIMIT, maxmemory_policy="volatile-lru"):
        yield


@contextmanager
def sessions_full(client, _replica):
    with configured(client, maxmemory=1_000_000):
        with pytest.raises(redis.OutOfMemoryError):
            client.set("session", "x" * 1_000_000)
            client.set("session", "y")
        try:
            yield
        finally:
            client.delete("session")


@contextmanager
def redis_not_saved(client, _replica, **options):
    """Its folder is gone."""
    folder = FOLDER / "gone"
    folder.mkdir(exist_ok=True)
    try:
        with configured(client, dir=str(folder), **options):
            folder.rmdir()
            save(client, "err")
            yield
    finally:
        save(client, "ok")


def sessions_not_saved(client, replica):
    """With Debian's settings, it refuses all writes then, and even PING."""
    return redis_not_saved(client, replica, save="3600 1")


def save(client, status):
    """Save until the result is as expected."""
    client.bgsave()
    expected = {"rdb_bgsave_in_progress": 0, "rdb_last_bgsave_status": status}
    wait_until(lambda: client.info().items() >= expected.items(), timeout=30)


@contextmanager
def redis_slow(client, _replica):
    with configured(client, latency_monitor_threshold=50):
        client.execute_command("DEBUG", "SLEEP", "0.3")
        try:
            yield
        finally:
            client.latency_reset()


@contextmanager
def redis_refuses(client, _replica):
    """It has almost as many clients as it may have.

    A replica that connects again, and the check, still may.
    """
    with ExitStack() as opened:
        for _number in range(40):
            opened.enter_context(connected(client))
        wait_until(lambda: client.info()["connected_clients"] > 40)  # are accepted
        info = client.info()
        clients = info["connected_clients"] + info["connected_slaves"]
        with configured(client, maxclients=clients + 4):
            yield


@contextmanager
def redis_replica_lags(client, replica):
    """The replica hangs."""
    os.kill(replica.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(replica.pid, signal.SIGCONT)


TROUBLES = {
    trouble.__name__: trouble
    for trouble in (
        redis_may_evict,
        sessions_full,
        redis_not_saved,
        sessions_not_saved,
        redis_slow,
        redis_refuses,
        redis_replica_lags,
    )
}
EXCLUDE_EACH_OTHER = (
    {"redis_may_evict", "sessions_full"},
    {"redis_not_saved", "sessions_not_saved"},
)
PAIRS = [
    pair for pair in combinations(TROUBLES, 2) if set(pair) not in EXCLUDE_EACH_OTHER
]


class TestEachTrouble:
    def test_a_healthy_redis_has_none(self, client, watch, replica):
        assert_healthy(watch, **LAG)
        assert_healthy(watch_of(replica), **LAG)

    @pytest.mark.parametrize("code", TROUBLES)
    def test_it_is_found_and_no_other(self, code, client, watch, replica):
        with TROUBLES[code](client, replica):
            wait_for_problems(watch, code, **LAG)

    @pytest.mark.parametrize("codes", PAIRS, ids="+".join)
    def test_two_at_once_are_both_found(self, codes, client, watch, replica):
        with ExitStack() as troubles:
            for code in codes:
                troubles.enter_context(TROUBLES[code](client, replica))
            wait_for_problems(watch, *codes, **LAG)


class TestDown:
    @pytest.mark.parametrize("use", ["sessions", "cache"])
    def test_nothing_listens(self, use):
        server = Redis(FOLDER / "down", None)
        problem = wait_for_problem(watch_of(server, use), f"{use}_down")
        assert "refused" in problem.names["error"]

    def test_it_hangs(self, watch, client, primary):
        os.kill(primary.pid, signal.SIGSTOP)
        try:
            problem = wait_for_problem(watch, "sessions_down")
        finally:
            os.kill(primary.pid, signal.SIGCONT)
        assert problem.names["error"]


class TestMemory:
    def test_evicted_sessions_are_counted(self, client, watch):
        assert_healthy(watch, checks=1)
        before = client.info()["evicted_keys"]
        limit = client.info()["used_memory"] + 500_000
        with configured(client, maxmemory=limit, maxmemory_policy="allkeys-lru"):
            for number in range(1000):
                client.set(f"session {number}", "x" * 1000)
            evicted = client.info()["evicted_keys"] - before
            problem = wait_for_problem(watch, "redis_evicts")
        assert 0 < evicted <= problem.numbers["keys"] <= 1000
        assert problem.names == {"policy": "allkeys-lru"}
        client.flushall()


class TestPersistence:
    def test_its_disk_is_full(self, tmp_path):
        """Its append-only file is on a device that is always full."""
        folder = tmp_path / "appendonlydir"
        folder.mkdir()
        (folder / "appendonly.aof.1.incr.aof").symlink_to("/dev/full")
        with Redis(tmp_path, None, "appendonly yes\n") as server:
            watch = watch_of(server, "cache")
            assert_healthy(watch, checks=1)
            with redis.Redis.from_url(server.url) as client:
                client.set("entry", "x")
            wait_for_problems(watch, "redis_not_saved")
            server.kill()  # it would wait for its disk


class TestReplication:
    def test_a_replica_has_lost_its_primary(self, primary, replica, client):
        with redis.Redis.from_url(replica.url) as of_replica:
            of_replica.replicaof(ports.LOOPBACK, 1)
            found = wait_for_problems(watch_of(replica), "redis_not_replicated")
            of_replica.replicaof(ports.LOOPBACK, primary.port)
        assert found["redis_not_replicated"].names == {"primary": f"{ports.LOOPBACK}:1"}

    def test_the_replica_that_lags_is_named(self, client, watch, replica):
        with redis_replica_lags(client, replica):
            problem = wait_for_problem(watch, "redis_replica_lags", **LAG)
        assert problem.names == {"replica": f"{ports.LOOPBACK}:{replica.port}"}
        assert 3 <= problem.numbers["seconds"] < 60

    def test_a_replica_that_was_killed_lags_until_it_is_back(
        self, client, watch, replica
    ):
        assert_healthy(watch, checks=1, **LAG)
        replica.kill()
        client.set("after", "its end")
        try:
            wait_for_problems(watch, "redis_replica_lags", **LAG)
        finally:
            replica.start()
        wait_until(lambda: not check(watch, **LAG).problems)


class TestLatency:
    def test_the_event_is_named(self, client, watch, replica):
        with redis_slow(client, replica):
            problem = wait_for_problem(watch, "redis_slow")
        assert problem.names == {"event": "command"}
        assert 0.3 <= problem.numbers["seconds"] < 10

    def test_slow_responses_are_found_where_redis_does_not_monitor_latency(
        self, client, watch, primary
    ):
        stop = threading.Event()

        def work():
            with redis.Redis.from_url(primary.url) as client:
                while not stop.is_set():
                    client.execute_command("DEBUG", "SLEEP", "0.2")

        workers = [threading.Thread(target=work) for _number in range(2)]
        for worker in workers:
            worker.start()
        try:
            problem = wait_for_problem(watch, "redis_slow")
        finally:
            stop.set()
            for worker in workers:
                worker.join()
        assert 0.1 <= problem.numbers["seconds"] < 1
        assert problem.names == {}


class TestClients:
    def test_it_refuses_all_new_clients(self, client, watch):
        assert_healthy(watch, checks=1)
        with configured(client, maxclients=1):
            problem = wait_for_problem(watch, "redis_refuses")
        assert problem.numbers["clients"] > 0
        # What it has refused counts for five minutes.
        problem = wait_for_problem(watch, "redis_refuses")
        assert problem.numbers["refused"] > 0

    def test_clients_wait_for_replicas(self, client, watch):
        with connected(client) as of_queue, connected(client) as waiting:
            of_queue.sendall(b"BRPOP queue 0\r\n")
            wait_until(lambda: client.info()["blocked_clients"] == 1)
            assert_healthy(watch, checks=2)
            waiting.sendall(b"WAIT 5 0\r\n")
            problem = wait_for_problem(watch, "redis_clients_blocked")
        assert problem.numbers == {"clients": 1}
        assert 10 <= problem.seconds < 60


class TestRights:
    """A user with few rights: less is found, and what is missing is named."""

    @pytest.fixture
    def watch(self, client, primary):
        rights = ["reset", "on", ">secret", "~*"]
        client.execute_command("ACL", "SETUSER", "odoo", *rights, "+get", "+set")
        yield watch_of_user(primary)
        client.acl_deluser("odoo")

    def test_without_any_it_is_known_that_redis_responds(self, watch, client, replica):
        with redis_may_evict(client, replica):
            found = check(watch)
        assert (found.problems, found.missing) == ([], ["redis_info", "redis_latency"])
        assert found.trends.keys() == {"ping_seconds"}

    def test_these_rights_are_enough(self, watch, client, replica):
        rights = ["+ping", "+info", "+latency|latest", "+client|list"]
        client.execute_command("ACL", "SETUSER", "odoo", *rights)
        with redis_may_evict(client, replica), redis_slow(client, replica):
            wait_for_problems(watch, "redis_may_evict", "redis_slow")
        assert check(watch).missing == []

    def test_a_wrong_password_is_named(self, client, primary):
        watch = watch_of_user(primary, "wrong")
        problem = wait_for_problem(watch, "sessions_down")
        assert "password" in problem.names["error"]
        assert "wrong" not in problem.names["error"]
