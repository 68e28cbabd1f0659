"""The watch of PgBouncer, by its console (``SHOW`` commands)."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, NamedTuple

import psycopg2
from prometheus_client.core import GaugeMetricFamily, Metric
from psycopg2 import sql
from psycopg2.extensions import parse_dsn
from psycopg2.extras import RealDictCursor

from .problem import Check, Problem
from .watch import Watch

_logger = logging.getLogger(__name__)

_OPTION, _SCHEMES = "pgbouncer", ("postgresql://", "postgres://")
_TIMEOUT = 2
"""Seconds to connect: the shortest that libpq knows."""
_MAX_POOLS = 20
_ANSWERED, _TOO_MANY = "FATAL:", "max_client_conn"


class Pool(NamedTuple):
    """The connections of one user to one database.

    :ivar active, waiting: clients
    :ivar servers: connections to PostgreSQL that a client uses
    :ivar size: connections to PostgreSQL that there may be
    :ivar wait: seconds for which the first client in the queue has waited
    :ivar is_paused: whether an administrator has paused the database
    """

    database: str
    user: str
    active: int
    waiting: int
    servers: int
    size: int
    wait: float
    is_paused: bool = False


class PgBouncerState(NamedTuple):
    """The state of PgBouncer.

    :ivar error: why its console does not answer; empty if it does
    :ivar missing: codes of rights that the user lacks; nothing else is known then
    :ivar is_full: whether it refuses clients since it has too many
    :ivar clients, max_clients: connected clients, and how many there may be
    """

    error: str = ""
    missing: tuple[str, ...] = ()
    is_full: bool = False
    version: str = ""
    clients: int = 0
    max_clients: int = 0
    pools: tuple[Pool, ...] = ()


def make_watches(options: Mapping[str, str]) -> list[Watch]:
    """Return the watch of the PgBouncer in odoo.conf, if it names one.

    ::

        pgbouncer = postgresql://user:password@127.0.0.1:6432/pgbouncer

    :param options: the section ``[reliability]``
    """
    if not (url := options.get(_OPTION)):
        return []
    if not _is_valid(url):
        _logger.error(
            "[reliability] %s is not the URL of a PgBouncer's console and is not used;"
            " correct it in odoo.conf and restart Odoo",
            _OPTION,
        )
        return []
    return [PgBouncerWatch(url)]


def _is_valid(url: str) -> bool:
    try:
        return url.startswith(_SCHEMES) and "host" in parse_dsn(url)
    except psycopg2.ProgrammingError:
        return False


class PgBouncerWatch(Watch):
    """Checks a PgBouncer.

    :param url: of its console, the database ``pgbouncer``
    """

    kind = "pgbouncer"

    def __init__(self, url: str):
        super().__init__()
        self._url = url
        self._state: PgBouncerState | None = None

    def check(self, thresholds: Mapping[str, float]) -> Check:
        state = self._state = read_state(self._url)
        problems = find_problems(state, thresholds["pgbouncer_wait"])
        return Check(problems, _trends(state), _facts(state), [*state.missing])

    def metrics(self) -> Iterator[Metric]:
        if state := self._state:
            yield _gauge(
                "odoo_pgbouncer_up",
                "1 where PgBouncer's console answers, 0 where it does not.",
                float(not state.error),
            )
            if state.version:
                yield _gauge(
                    "odoo_pgbouncer_waiting_clients",
                    "Clients that wait for a connection to PostgreSQL.",
                    sum(pool.waiting for pool in state.pools),
                )
                yield _gauge(
                    "odoo_pgbouncer_max_wait_seconds",
                    "How long the client has waited that has waited longest.",
                    _max_wait(state),
                )


def read_state(url: str) -> PgBouncerState:
    """Return the state of PgBouncer; it connects anew, as Odoo may do at any time."""
    try:
        with closing(psycopg2.connect(url, connect_timeout=_TIMEOUT)) as connection:
            connection.autocommit = True  # the console knows no transactions
            with connection.cursor(cursor_factory=RealDictCursor) as cr:
                return _read(cr)
    except psycopg2.Error as error:
        text = str(error).strip()
        if _TOO_MANY in text:
            return PgBouncerState(is_full=True)
        if _ANSWERED in text:
            return PgBouncerState(missing=("pgbouncer_stats_users",))
        return PgBouncerState(text or type(error).__name__)


def _read(cr: RealDictCursor) -> PgBouncerState:
    databases = {row["name"]: row for row in _show(cr, "DATABASES")}
    lists = {row["list"]: row["items"] for row in _show(cr, "LISTS")}
    config = {row["key"]: row["value"] for row in _show(cr, "CONFIG")}
    pools = (
        _pool(row, databases.get(row["database"], {})) for row in _show(cr, "POOLS")
    )
    return PgBouncerState(
        version=_show(cr, "VERSION")[0]["version"],
        clients=int(lists["used_clients"]),
        max_clients=int(config["max_client_conn"]),
        pools=tuple(pool for pool in pools if pool.database != "pgbouncer"),
    )


def _show(cr: RealDictCursor, what: str) -> list[dict[str, Any]]:
    cr.execute(sql.SQL("SHOW {}").format(sql.SQL(what)))
    return cr.fetchall()


def _pool(row: Mapping[str, Any], database: Mapping[str, Any]) -> Pool:
    return Pool(
        row["database"],
        row["user"],
        int(row["cl_active"]),
        int(row["cl_waiting"]),
        int(row["sv_active"]),
        int(database.get("pool_size") or 0),
        int(row["maxwait"]) + int(row["maxwait_us"]) / 1e6,
        bool(int(database.get("paused") or 0)),
    )


def find_problems(state: PgBouncerState, threshold: float) -> list[Problem]:
    """Return what is wrong.

    Where no connection to PostgreSQL is used, clients wait since PostgreSQL does not
    accept any: that is not PgBouncer's problem.

    :param threshold: seconds that a client may wait
    """
    if state.error:
        return [Problem("pgbouncer_down", names={"error": state.error})]
    found = []
    if state.is_full or 0 < state.max_clients <= state.clients:
        numbers = {"clients": state.clients, "maximum": state.max_clients}
        found.append(Problem("pgbouncer_full", numbers=numbers))
    late = [
        pool
        for pool in state.pools
        if pool.waiting and pool.wait >= threshold and (pool.servers or pool.is_paused)
    ]
    if late:
        worst = max(late, key=lambda pool: pool.wait)
        found.append(
            Problem(
                "pgbouncer_waits",
                numbers={
                    "clients": sum(pool.waiting for pool in late),
                    "size": worst.size,
                    "paused": float(worst.is_paused),
                },
                names={"database": worst.database},
                seconds=worst.wait,
            )
        )
    return found


def _max_wait(state: PgBouncerState) -> float:
    return max((pool.wait for pool in state.pools), default=0.0)


def _trends(state: PgBouncerState) -> dict[str, float]:
    if not state.version:
        return {}
    waiting = sum(pool.waiting for pool in state.pools)
    return {"waiting_clients": waiting, "max_wait_seconds": _max_wait(state)}


def _facts(state: PgBouncerState) -> dict[str, Any]:
    """Return the facts, with the pools whose clients wait longest."""
    if not state.version:
        return {}
    return {
        "version": state.version,
        "clients": state.clients,
        "max_clients": state.max_clients,
        "pools": [pool._asdict() for pool in _busiest(state.pools)],
    }


def _busiest(pools: Sequence[Pool]) -> list[Pool]:
    order = sorted(pools, key=lambda pool: (-pool.wait, -pool.active, pool.database))
    return order[:_MAX_POOLS]


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
