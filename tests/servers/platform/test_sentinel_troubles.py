"""Troubles of real Sentinels: some are down, and they fail over to a replica."""

import shutil
from contextlib import ExitStack

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
from setup.redis_server import Redis, Sentinel

FOLDER = paths.RUN / "test" / "sentinel-troubles"
QUORUM = 2
NO_DELAY = "repl-diskless-sync-delay 0\n"


@pytest.fixture
def servers():
    """A primary, its replica, and three Sentinels that know each other."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    with ExitStack() as started:
        primary = started.enter_context(Redis(FOLDER / "primary", None, NO_DELAY))
        follows = f"{NO_DELAY}replicaof {ports.LOOPBACK} {primary.port}\n"
        replica = started.enter_context(Redis(FOLDER / "replica", None, follows))
        sentinels = [
            started.enter_context(Sentinel(FOLDER / name, primary, QUORUM))
            for name in ("one", "two", "three")
        ]
        wait_until(lambda: all(map(knows_all, sentinels)))
        yield primary, replica, sentinels


def knows_all(sentinel):
    """Whether a Sentinel knows the other two, and the replica."""
    with redis.Redis(port=sentinel.port, decode_responses=True) as client:
        primary = client.sentinel_master(Sentinel.PRIMARY)
    return (primary["num-other-sentinels"], primary["num-slaves"]) == (2, 1)


@pytest.fixture
def watch(servers):
    _primary, _replica, sentinels = servers
    return make_watch(redis_sentinel=",".join(sentinel.url for sentinel in sentinels))


def address(server):
    return f"{ports.LOOPBACK}:{server.port}"


class TestSentinel:
    def test_the_primary_and_its_replicas_are_known(self, watch, servers):
        primary, replica, _sentinels = servers
        assert_healthy(watch)
        facts = check(watch).facts
        assert facts["primary"] == address(primary)
        assert [found["address"] for found in facts["replicas"]] == [address(replica)]
        assert (facts["quorum"], facts["responding"]) == (QUORUM, 3)

    def test_one_is_down_then_there_is_no_quorum(self, watch, servers):
        _primary, _replica, (one, two, three) = servers
        one.kill()
        problem = wait_for_problem(watch, "sentinel_down")
        assert problem.numbers == {"down": 1, "sentinels": 3}
        assert problem.names == {"sentinels": address(one)}
        two.kill()
        problem = wait_for(watch, "sentinel_no_quorum")
        assert (problem.numbers["usable"], problem.numbers["quorum"]) == (1, QUORUM)
        three.kill()
        assert wait_for(watch, "sentinel_down").numbers["down"] == 3

    def test_they_fail_over_while_one_of_them_is_down(self, watch, servers):
        """Two at once: both are found."""
        primary, replica, (one, _two, _three) = servers
        assert_healthy(watch, checks=1)
        one.kill()
        primary.kill()
        found = wait_for_problems(watch, "sentinel_down", "redis_failed_over")
        failover = found["redis_failed_over"]
        assert failover.names == {"before": address(primary), "after": address(replica)}
        assert 1 <= failover.numbers["seconds"] < 60
        assert check(watch).facts["primary"] == address(replica)


def wait_for(watch, code):
    """Wait until a problem is the only one, after another one was."""

    def only_one():
        problems = check(watch).problems
        return [problem.code for problem in problems] == [code] and problems[0]

    return wait_until(only_one)
