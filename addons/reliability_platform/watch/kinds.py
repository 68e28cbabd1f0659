"""All kinds of problems: what each does to the business, and what it explains."""

from enum import StrEnum
from typing import NamedTuple


class Effect(StrEnum):
    """What a problem does to those who work with Odoo."""

    STOPS = "stops"  # nobody can work: the platform is interrupted
    SLOWS = "slows"  # the platform is degraded
    THREATENS = "threatens"  # nothing yet: only those who run the server can prevent it


class ProblemKind(NamedTuple):
    """A kind of problem.

    :ivar code: unique; its sentences are in ``models/platform_messages.py``
    :ivar kind: the kind of the :class:`.watch.Watch` that finds it
    :ivar layers: of a call's time that it makes longer, see docs/which-layer.md:
        ``database``, ``other`` (waiting for a processor or a commit), ``python``
    """

    code: str
    kind: str
    effect: Effect
    layers: tuple[str, ...] = ()


_STOPS, _SLOWS, _THREATENS = Effect.STOPS, Effect.SLOWS, Effect.THREATENS
_DATABASE, _COMMIT, _PROCESSOR = (
    ("database",),
    ("database", "other"),
    ("python", "other"),
)

KINDS = {
    kind.code: kind
    for kind in (
        ProblemKind("postgres_down", "postgres", _STOPS),
        ProblemKind("postgres_no_primary", "postgres", _STOPS),
        ProblemKind("postgres_failed_over", "postgres", _THREATENS),
        ProblemKind("connections_used_up", "postgres", _STOPS),
        ProblemKind("connections_short", "postgres", _THREATENS),
        ProblemKind("transaction_open", "postgres", _THREATENS, _DATABASE),
        ProblemKind("vacuum_off", "postgres", _THREATENS),
        ProblemKind("vacuum_behind", "postgres", _SLOWS, _DATABASE),
        ProblemKind("wraparound_near", "postgres", _THREATENS),
        ProblemKind("wraparound_stops", "postgres", _STOPS),
        ProblemKind("temporary_files", "postgres", _SLOWS, _DATABASE),
        ProblemKind("statement_dominates", "postgres", _SLOWS, _DATABASE),
        ProblemKind("commits_slow", "postgres", _SLOWS, _COMMIT),
        ProblemKind("commits_unconfirmed", "postgres", _STOPS, _COMMIT),
        ProblemKind("archiving_fails", "postgres", _THREATENS),
        ProblemKind("standby_lags", "postgres", _THREATENS),
        ProblemKind("slot_holds_wal", "postgres", _THREATENS),
        ProblemKind("postgres_disk_short", "postgres", _THREATENS),
        ProblemKind("postgres_disk_full", "postgres", _STOPS),
        ProblemKind("pgbouncer_down", "pgbouncer", _STOPS),
        ProblemKind("pgbouncer_full", "pgbouncer", _STOPS),
        ProblemKind("pgbouncer_waits", "pgbouncer", _SLOWS, _DATABASE),
        ProblemKind("sessions_down", "redis", _STOPS),
        ProblemKind("sessions_full", "redis", _STOPS),
        ProblemKind("sessions_not_saved", "redis", _STOPS),
        ProblemKind("cache_down", "redis", _SLOWS),
        ProblemKind("redis_full", "redis", _SLOWS),
        ProblemKind("redis_evicts", "redis", _SLOWS),
        ProblemKind("redis_may_evict", "redis", _THREATENS),
        ProblemKind("redis_not_saved", "redis", _SLOWS),
        ProblemKind("redis_not_replicated", "redis", _SLOWS),
        ProblemKind("redis_replica_lags", "redis", _THREATENS),
        ProblemKind("redis_slow", "redis", _SLOWS, _PROCESSOR),
        ProblemKind("redis_refuses", "redis", _SLOWS),
        ProblemKind("redis_clients_blocked", "redis", _SLOWS),
        ProblemKind("sentinel_down", "sentinel", _THREATENS),
        ProblemKind("sentinel_no_quorum", "sentinel", _THREATENS),
        ProblemKind("redis_failed_over", "sentinel", _THREATENS),
        ProblemKind("ingress_down", "ingress", _STOPS),
        ProblemKind("ingress_unreachable", "ingress", _THREATENS),
        ProblemKind("ingress_no_server", "ingress", _STOPS),
        ProblemKind("ingress_server_down", "ingress", _THREATENS),
        ProblemKind("ingress_errors", "ingress", _SLOWS),
        ProblemKind("ingress_queue", "ingress", _SLOWS),
        ProblemKind("ingress_clients_gone", "ingress", _SLOWS),
        ProblemKind("certificate_expires", "ingress", _THREATENS),
        ProblemKind("certificate_expired", "ingress", _STOPS),
        ProblemKind("certificate_wrong_name", "ingress", _STOPS),
        ProblemKind("cpu_pressure", "host", _SLOWS, _PROCESSOR),
        ProblemKind("cpu_throttled", "host", _SLOWS, _PROCESSOR),
        ProblemKind("memory_short", "host", _SLOWS, _PROCESSOR),
        ProblemKind("killed_for_memory", "host", _SLOWS),
        ProblemKind("disk_slow", "host", _SLOWS),
        ProblemKind("host_disk_short", "host", _THREATENS),
        ProblemKind("shared_memory_short", "host", _THREATENS),
        ProblemKind("clock_off", "host", _THREATENS),
        ProblemKind("neighbours_busy", "databases", _SLOWS),
        ProblemKind("neighbours_compute", "databases", _SLOWS, _PROCESSOR),
    )
}
"""Code → kind."""
