"""The metrics of a Redis in odoo.conf."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from .redis_info import RedisState
from .redis_problems import persists, replicates


class _Family(NamedTuple):
    """A metric family, and how its value is read where Redis has that state."""

    name: str
    text: str
    value: Callable[[RedisState], float]
    is_shown: Callable[[RedisState], bool]
    kind: type = GaugeMetricFamily


def _info(name: str) -> Callable[[RedisState], float]:
    return lambda state: float(state.info.get(name, 0))


def _has_info(state: RedisState) -> bool:
    return bool(state.info)


_FAMILIES = (
    _Family(
        "odoo_redis_up",
        "1 where Redis answers, 0 where it does not.",
        lambda state: float(state.is_up),
        lambda state: True,
    ),
    _Family(
        "odoo_redis_ping_seconds",
        "How long Redis takes to answer.",
        lambda state: state.ping,
        lambda state: state.is_up,
    ),
    _Family(
        "odoo_redis_memory_bytes",
        "Memory that Redis uses.",
        _info("used_memory"),
        _has_info,
    ),
    _Family(
        "odoo_redis_memory_limit_bytes",
        "Memory that Redis may use; 0 where nothing limits it.",
        _info("maxmemory"),
        _has_info,
    ),
    _Family(
        "odoo_redis_persistence_ok",
        "1 where the last write of Redis to disk succeeded, else 0.",
        lambda state: float(persists(state.info)),
        _has_info,
    ),
    _Family(
        "odoo_redis_replication_ok",
        "0 where Redis is a replica and has lost its primary, else 1.",
        lambda state: float(replicates(state.info)),
        _has_info,
    ),
    _Family(
        "odoo_redis_replicas",
        "Replicas that are connected to Redis.",
        _info("connected_slaves"),
        _has_info,
    ),
    _Family(
        "odoo_redis_clients",
        "Clients that are connected to Redis.",
        _info("connected_clients"),
        _has_info,
    ),
    _Family(
        "odoo_redis_evicted_keys",
        "Keys that Redis has evicted for lack of memory, since it was started.",
        _info("evicted_keys"),
        _has_info,
        CounterMetricFamily,
    ),
    _Family(
        "odoo_redis_rejected_connections",
        "Connections that Redis has refused since it had too many, since its start.",
        _info("rejected_connections"),
        _has_info,
        CounterMetricFamily,
    ),
)


def redis_families(uses: Sequence[str], state: RedisState) -> Iterator[Metric]:
    """Yield the metric families of a Redis, with its numbers for each of its uses."""
    for family in _FAMILIES:
        metric = family.kind(family.name, family.text, labels=("use",))
        for use in uses if family.is_shown(state) else ():
            metric.add_metric((use,), family.value(state))
        yield metric
