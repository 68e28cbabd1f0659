"""Beside Debian's exporter of Redis, in one run: what both export is equal.

Its check of the same Redis takes at least as much processor time as ours.
"""

import os
import shutil

import psutil
import pytest
import redis
import requests
from prometheus_client.parser import text_string_to_metric_families
from troubles import check, make_watch

from setup import debian, paths, ports
from setup.redis_server import Redis
from setup.server import Server

FOLDER = paths.RUN / "test" / "redis-exporter"
SAME = {
    "odoo_redis_up": "redis_up",
    "odoo_redis_memory_limit_bytes": "redis_memory_max_bytes",
    "odoo_redis_replicas": "redis_connected_slaves",
    "odoo_redis_evicted_keys_total": "redis_evicted_keys_total",
    "odoo_redis_rejected_connections_total": "redis_rejected_connections_total",
    "odoo_redis_persistence_ok": "redis_rdb_last_bgsave_status",
    "odoo_redis_clients": "redis_connected_clients",
}
CHECKS = 100


class RedisExporter(Server):
    """Debian's exporter of one Redis."""

    kind = "redis-exporter"

    def __init__(self, folder, server):
        super().__init__(folder)
        self._address = f"redis://{ports.LOOPBACK}:{server.port}"

    def configure(self):
        """It is configured by its command line."""

    def command(self):
        listen = f"-web.listen-address={ports.LOOPBACK}:{self.port}"
        program = debian.program("prometheus-redis-exporter")
        return [program, listen, f"-redis.addr={self._address}"]

    def answers(self):
        return self.responds("/metrics")


@pytest.fixture(scope="module")
def server():
    debian.ensure("redis-server", "prometheus-redis-exporter")
    shutil.rmtree(FOLDER, ignore_errors=True)
    with Redis(FOLDER / "redis", None, "maxmemory 3mb\n") as server:
        with redis.Redis.from_url(server.url) as client:
            client.config_set("maxmemory-policy", "allkeys-lru")
            for number in range(5000):
                client.set(f"entry {number}", "x" * 1000)
        yield server


@pytest.fixture(scope="module")
def exporter(server):
    with RedisExporter(FOLDER / "exporter", server) as exporter:
        yield exporter


def theirs(exporter):
    text = requests.get(f"{exporter.url}/metrics", timeout=30).text
    families = text_string_to_metric_families(text)
    return {s.name: s.value for family in families for s in family.samples}


def ours(watch):
    check(watch)
    return {s.name: s.value for family in watch.metrics() for s in family.samples}


def test_what_both_export_is_equal(server, exporter):
    watch = make_watch(redis_cache=server.url)
    found, expected = ours(watch), theirs(exporter)
    assert {name: found[name] for name in SAME} == {
        name: expected[same] for name, same in SAME.items()
    }
    assert found["odoo_redis_evicted_keys_total"] > 0
    assert found["odoo_redis_memory_bytes"] == pytest.approx(
        expected["redis_memory_used_bytes"], rel=0.1
    )


def test_a_check_costs_no_more_processor_time_than_theirs(server, exporter):
    """Of the program that checks, and of Redis; the least of several rounds."""
    watch = make_watch(redis_cache=server.url)

    def cost(pid, work):
        before = processor_time(pid, server.pid)
        for _number in range(CHECKS):
            work()
        return processor_time(pid, server.pid) - before

    rounds = [
        (
            cost(os.getpid(), lambda: check(watch)),
            cost(exporter.pid, lambda: scrape(exporter)),
        )
        for _number in range(3)
    ]
    our_cost, their_cost = map(min, zip(*rounds, strict=True))
    assert our_cost <= their_cost


def processor_time(*pids):
    """Return the seconds that processes have computed."""
    times = (psutil.Process(pid).cpu_times() for pid in pids)
    return sum(used.user + used.system for used in times)


def scrape(exporter):
    requests.get(f"{exporter.url}/metrics", timeout=30)
