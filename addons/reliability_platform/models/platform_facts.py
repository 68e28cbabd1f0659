"""Names and values of facts and trends of the platform, in the user's language.

Watches report them by codes.  A code without a name here is shown as it is, so that a
collector of another version needs no change of this file.
"""

from datetime import UTC, datetime
from operator import itemgetter

from odoo.tools import LazyTranslate, formatLang

from odoo.addons.reliability.api import formatting

from .platform_messages import format_number

_lt = LazyTranslate(__name__)

KINDS = {
    "postgres": _lt("PostgreSQL"),
    "pgbouncer": _lt("PgBouncer"),
    "redis": _lt("Redis"),
    "sentinel": _lt("Redis Sentinel"),
    "ingress": _lt("Ingress"),
    "host": _lt("Hosts"),
    "databases": _lt("Databases"),
}
"""Kind of watches → name of a section of the page, in its order."""

NAMES = {
    "active": _lt("Active"),
    "address": _lt("Address"),
    "age": _lt("Age in transactions"),
    "archive_age_seconds": _lt("WAL not archived for"),
    "archiving_files": _lt("WAL files not archived"),
    "archiving_since_success": _lt("Last archived before"),
    "blocked_clients": _lt("Blocked clients"),
    "bytes": _lt("Size"),
    "calls": _lt("Calls"),
    "certificate_days": _lt("Days until the certificate expires"),
    "certificate_ends": _lt("Certificate ends"),
    "certificate_names": _lt("Certificate is for"),
    "certificate_refusal": _lt("Certificate is refused"),
    "clients": _lt("Clients"),
    "clock_offset_seconds": _lt("Clock differs by"),
    "clock_synchronized": _lt("Clock is synchronized"),
    "commit_seconds": _lt("Duration of a commit"),
    "connections": _lt("Connections"),
    "connections_left": _lt("Connections left"),
    "connections_percent": _lt("Connections"),
    "container": _lt("In a container"),
    "count": _lt("Number"),
    "cpu_limit": _lt("CPU limit"),
    "cpu_pressure_percent": _lt("Waiting for a processor"),
    "cpu_throttled_percent": _lt("Throttled"),
    "database": _lt("Database"),
    "database_bytes": _lt("Size of all databases"),
    "databases": _lt("Databases"),
    "days_until_full": _lt("Disk full in"),
    "dead_rows": _lt("Dead rows"),
    "disk": _lt("Disks"),
    "disk_free_bytes": _lt("Free on the disk"),
    "disk_left_percent": _lt("Free on the disk"),
    "disk_write_seconds": _lt("Duration of a write"),
    "end": _lt("End"),
    "minute": _lt("Minute"),
    "errors": _lt("Requests with errors"),
    "fair_connections_percent": _lt("Fair share of the connections"),
    "fair_postgres_percent": _lt("Fair share of PostgreSQL's time"),
    "fair_processor_percent": _lt("Fair share of the processors"),
    "fair_queue_percent": _lt("Fair share of the workers for jobs"),
    "fair_workers_percent": _lt("Fair share of the workers"),
    "flags": _lt("Flags"),
    "free_bytes": _lt("Free"),
    "held_back": _lt("Transactions held back"),
    "held_bytes": _lt("WAL held back"),
    "idle": _lt("Idle"),
    "io_pressure_percent": _lt("Waiting for disks"),
    "is_paused": _lt("Paused"),
    "lag_bytes": _lt("Lag of WAL"),
    "lag_seconds": _lt("Lag"),
    "last_autovacuum": _lt("Last autovacuum"),
    "left_bytes": _lt("WAL left"),
    "limit_bytes": _lt("Memory limit"),
    "max_clients": _lt("Client limit"),
    "max_wait_seconds": _lt("Longest wait"),
    "memory_available_bytes": _lt("Available memory"),
    "memory_bytes": _lt("Memory"),
    "memory_kills": _lt("Processes killed for memory"),
    "memory_left_percent": _lt("Available memory"),
    "memory_limit_bytes": _lt("Memory limit"),
    "memory_pressure_percent": _lt("Waiting for memory"),
    "name": _lt("Name"),
    "node": _lt("Node"),
    "ping_seconds": _lt("Response time"),
    "pod": _lt("Pod"),
    "policy": _lt("Policy"),
    "pools": _lt("Pools"),
    "postgres_percent": _lt("PostgreSQL's time"),
    "prepared": _lt("Prepared"),
    "primary": _lt("Primary"),
    "primary_server": _lt("Primary"),
    "primary_since": _lt("Primary since"),
    "primary_timeline": _lt("Timeline"),
    "processor_percent": _lt("Processors"),
    "product": _lt("Product"),
    "program": _lt("Program"),
    "queue": _lt("Requests in the queue"),
    "queue_percent": _lt("Workers for jobs"),
    "quorum": _lt("Quorum"),
    "replica_lag_seconds": _lt("Lag of replicas"),
    "replicas": _lt("Replicas"),
    "requests": _lt("Requests"),
    "responding": _lt("Sentinels that respond"),
    "retries": _lt("Retries"),
    "role": _lt("Role"),
    "route": _lt("Route"),
    "rows": _lt("Rows"),
    "seconds": _lt("Duration"),
    "sentinels": _lt("Sentinels"),
    "server_errors": _lt("Errors of servers"),
    "servers": _lt("Servers"),
    "servers_up": _lt("Servers that are up"),
    "share": _lt("Share (%)"),
    "shares": _lt("Who uses this server, in the last minute"),
    "shared_memory_free_bytes": _lt("Free shared memory"),
    "shared_memory_left_percent": _lt("Free shared memory"),
    "size": _lt("Size"),
    "slot_wal_bytes": _lt("WAL held back by slots"),
    "slots": _lt("Replication slots"),
    "standby_lag_seconds": _lt("Lag of standbys"),
    "standbys": _lt("Standbys"),
    "state": _lt("State"),
    "statement": _lt("Statement"),
    "statements": _lt("Statements with the largest share of time"),
    "status": _lt("Status"),
    "tables": _lt("Largest tables of this database"),
    "temporary_megabytes_per_minute": _lt("Temporary files (MB per minute)"),
    "transactions": _lt("Open transactions"),
    "transactions_left": _lt("Transactions left"),
    "unchecked_seconds": _lt("Not checked for"),
    "unseen": _lt("Requests that Odoo has never seen"),
    "uptime_seconds": _lt("Running for"),
    "used_bytes": _lt("Used"),
    "user": _lt("User"),
    "version": _lt("Version"),
    "wait": _lt("Longest wait (s)"),
    "waiting": _lt("Waiting clients"),
    "waiting_clients": _lt("Waiting clients"),
    "workers_percent": _lt("Workers"),
    "wraparound_age": _lt("Age of the oldest transaction ID"),
    "wraparound_database": _lt("Database with the oldest transaction ID"),
    "wraparound_freeze_age": _lt("Age at which autovacuum freezes"),
    "wraparound_left": _lt("Transactions left"),
    "wraparound_multixacts": _lt("Of multixacts"),
    "zone": _lt("Zone"),
}
"""Code of a fact, a column or a trend → its name."""

_MOMENTS = {"minute", "primary_since"}
"""Codes of moments, in seconds since the epoch."""

COLUMNS = {
    "databases": ("name", "bytes"),
    "disk": ("name", "free_bytes", "used_bytes"),
    "servers": ("name", "state"),
    "slots": ("name", "active", "status", "held_bytes", "left_bytes"),
    "standbys": ("name", "state", "lag_seconds", "lag_bytes"),
    "unseen": ("minute", "route", "status", "end", "count"),
    "tables": ("name", "bytes", "rows", "dead_rows", "last_autovacuum"),
}
"""Code of a table with rows that are lists → the codes of its columns."""


def name_of(env, code):
    """Return the name of a fact, a column or a trend."""
    name = NAMES.get(code)
    return env._(name) if name else code


def describe_facts(env, facts):
    """Return facts as texts.

    :param dict facts: of a watch
    :return: values by name, dicts with ``name`` and ``text``; and tables, dicts with
        ``name``, ``columns`` and ``rows``, lists of texts
    """
    values, tables = [], []
    for code, fact in _flat(facts):
        if isinstance(fact, list):
            tables.append(_table(env, code, fact))
        else:
            text = format_fact(env, code, fact)
            values.append({"name": name_of(env, code), "text": text})
    values.sort(key=itemgetter("name"))
    return values, [table for table in tables if table["rows"]]


def format_fact(env, code, fact):
    """Return a fact as text; one that is not known as unknown."""
    if fact is None:
        return env._("Unknown")
    if isinstance(fact, bool):
        return env._("Yes") if fact else env._("No")
    if code in _MOMENTS:
        return _moment(env, datetime.fromtimestamp(fact, UTC))
    if code == "certificate_ends":
        return _moment(env, datetime.fromisoformat(fact))
    if isinstance(fact, int | float):
        if code.endswith("percent"):
            share = formatLang(env, fact, digits=int(fact < 10))
            return env._("%(share)s%%", share=share)
        return format_number(env, code, fact)
    if isinstance(fact, str):
        return fact
    return ", ".join(map(str, fact))


def _moment(env, aware):
    return formatting.moment(env, aware.astimezone(UTC).replace(tzinfo=None))


def _flat(facts):
    for code, fact in facts.items():
        if isinstance(fact, dict):
            yield from ((f"{code}_{name}", value) for name, value in fact.items())
        else:
            yield code, fact


def _table(env, code, rows):
    columns, rows = _columns(code, rows)
    return {
        "name": name_of(env, code),
        "columns": [name_of(env, column) for column in columns],
        "rows": [
            [format_fact(env, *cell) for cell in zip(columns, row, strict=False)]
            for row in rows
        ],
    }


def _columns(code, rows):
    """Return the codes of the columns of a table, and its rows as lists."""
    first = rows[0] if rows else []
    if isinstance(first, dict):
        return tuple(first), [list(row.values()) for row in rows]
    if not isinstance(first, list):
        return ("name",), [[row] for row in rows]
    unnamed = tuple(map(str, range(1, len(first) + 1)))
    return COLUMNS.get(code, unnamed), rows
