"""Sentences about problems of the platform, by code: what is wrong, and what to do."""

from typing import NamedTuple

from odoo.tools import LazyTranslate, formatLang

from odoo.addons.reliability.api import formatting

_lt = LazyTranslate(__name__)

_DAY = 86400  # seconds
_THOUSAND = 1000


class Counted(NamedTuple):
    """A sentence with a number of things.

    :ivar key: of that number
    """

    key: str
    one: str
    many: str


class Sentences(NamedTuple):
    """The sentences of a kind of problems, without full stops.

    :ivar plain: what is wrong, with its ``time`` and ``subject`` at most, which are
        always known
    :ivar to_do: what those who run the server do about it
    :ivar detailed: the same as ``plain`` with numbers and names, the most detailed one
        first; one with a value that is not known is left out
    :ivar cause: the root cause of slow calls, for kinds that explain a layer
    """

    plain: str
    to_do: str
    detailed: tuple[str | Counted, ...] = ()
    cause: str = ""


_FREE_CONNECTIONS = _lt(
    "Lower db_maxconn or the number of workers, put PgBouncer before PostgreSQL, or"
    " raise max_connections"
)
_FREEZE = _lt(
    "End old transactions, prepared transactions and replication slots, then run"
    " VACUUM FREEZE in the database with the oldest transactions"
)
_FREE_DISK = _lt(
    "Enlarge the disk, or remove what fills it: WAL that a replication slot holds"
    " back, unused databases, large tables"
)
_START_SERVERS = _lt("Start Odoo there, and check the health checks of the ingress")
_SEPARATE = _lt(
    "Let the imports and jobs of the databases with the largest shares run at night,"
    " add workers, or move these databases to a server of their own"
)
_FREE_MEMORY = _lt(
    "Add memory, or lower the number of workers or their limit_memory_soft"
)

MESSAGES = {
    # PostgreSQL
    "postgres_down": Sentences(
        _lt("PostgreSQL has not answered since %(time)s"),
        _lt("Start PostgreSQL, and read its log"),
    ),
    "postgres_no_primary": Sentences(
        _lt(
            "PostgreSQL has had no primary since %(time)s: only standbys answer, and"
            " nothing can be saved"
        ),
        _lt("Promote a standby, or start the primary again"),
    ),
    "postgres_failed_over": Sentences(
        _lt("PostgreSQL has had another primary since %(time)s"),
        _lt(
            "Find out why the former primary failed, and make it a standby of the"
            " present one"
        ),
        (
            _lt(
                "PostgreSQL has had another primary since %(time)s: %(to)s instead of"
                " %(from)s; for %(seconds)s there was none"
            ),
            _lt(
                "PostgreSQL has had another primary since %(time)s; for %(seconds)s"
                " there was none"
            ),
        ),
    ),
    "connections_used_up": Sentences(
        _lt("PostgreSQL has had no connection left since %(time)s: calls fail"),
        _FREE_CONNECTIONS,
        (
            _lt(
                "All %(limit)s connections of PostgreSQL have been in use since"
                " %(time)s; the database %(database)s has the largest number of them"
            ),
            _lt(
                "All %(limit)s connections of PostgreSQL have been in use since"
                " %(time)s"
            ),
        ),
    ),
    "connections_short": Sentences(
        _lt("PostgreSQL has had few connections left since %(time)s"),
        _FREE_CONNECTIONS,
        (
            _lt(
                "PostgreSQL has had few connections left since %(time)s: %(used)s of"
                " %(limit)s are in use; the database %(database)s has the largest"
                " number of them"
            ),
            _lt(
                "PostgreSQL has had few connections left since %(time)s: %(used)s of"
                " %(limit)s are in use"
            ),
        ),
    ),
    "transaction_open": Sentences(
        _lt(
            "A transaction has been open in PostgreSQL since %(time)s: dead rows"
            " cannot be removed"
        ),
        _lt(
            "End the program that has it open, and set"
            " idle_in_transaction_session_timeout"
        ),
        (
            _lt(
                "A transaction of the program %(program)s in the database %(database)s"
                " has been open since %(time)s: dead rows cannot be removed"
            ),
            _lt(
                "A transaction in the database %(database)s has been open since"
                " %(time)s: dead rows cannot be removed"
            ),
        ),
        _lt(
            "Cause: a transaction is open for so long that dead rows cannot be removed"
        ),
    ),
    "vacuum_off": Sentences(
        _lt("PostgreSQL's autovacuum has been off since %(time)s"),
        _lt(
            "Set autovacuum and track_counts to on, and reset autovacuum_enabled of"
            " tables"
        ),
        (
            _lt(
                "PostgreSQL's autovacuum has been off for the table %(table)s since"
                " %(time)s"
            ),
            _lt(
                "PostgreSQL's autovacuum has been off since %(time)s, by the setting"
                " %(setting)s"
            ),
        ),
    ),
    "vacuum_behind": Sentences(
        _lt(
            "PostgreSQL's autovacuum has been too slow since %(time)s: queries read"
            " many dead rows"
        ),
        _lt(
            "Run VACUUM for the table, and raise autovacuum_vacuum_cost_limit or"
            " autovacuum_max_workers"
        ),
        (
            _lt(
                "PostgreSQL's autovacuum has been too slow since %(time)s: the table"
                " %(table)s has %(dead_rows)s dead rows beside %(live_rows)s live ones"
            ),
            _lt(
                "PostgreSQL's autovacuum has been too slow since %(time)s: a table has"
                " %(dead_rows)s dead rows beside %(live_rows)s live ones"
            ),
        ),
        _lt("Cause: autovacuum is too slow, and queries read many dead rows"),
    ),
    "wraparound_near": Sentences(
        _lt(
            "PostgreSQL has come close to a wraparound of transaction IDs since"
            " %(time)s: it will refuse to write"
        ),
        _FREEZE,
        (
            _lt(
                "PostgreSQL will refuse to write after %(left)s more transactions:"
                " those in the database %(database)s are not frozen"
            ),
            _lt("PostgreSQL will refuse to write after %(left)s more transactions"),
        ),
    ),
    "wraparound_stops": Sentences(
        _lt(
            "PostgreSQL has refused to write since %(time)s: its transaction IDs are"
            " used up"
        ),
        _FREEZE,
        (
            _lt(
                "PostgreSQL has refused to write since %(time)s: its transaction IDs"
                " are used up, since those in the database %(database)s are not frozen"
            ),
        ),
    ),
    "temporary_files": Sentences(
        _lt(
            "PostgreSQL has written large temporary files since %(time)s: queries need"
            " more memory than work_mem"
        ),
        _lt("Raise work_mem, or find the report or the filter that sorts so many rows"),
        (
            _lt(
                "Queries in the database %(database)s have written"
                " %(megabytes_per_minute)s MB of temporary files per minute since"
                " %(time)s"
            ),
            _lt(
                "Queries have written %(megabytes_per_minute)s MB of temporary files"
                " per minute since %(time)s"
            ),
        ),
        _lt("Cause: queries write large temporary files"),
    ),
    "statement_dominates": Sentences(
        _lt("One statement has taken a large part of PostgreSQL's time since %(time)s"),
        _lt(
            "Find what sends the statement, and add an index or change the filter that"
            " it comes from"
        ),
        (
            _lt(
                "One statement has taken %(share)s%% of PostgreSQL's time since"
                " %(time)s: %(statement)s"
            ),
            _lt(
                "One statement has taken %(share)s%% of PostgreSQL's time since"
                " %(time)s"
            ),
        ),
        _lt("Cause: one statement takes a large part of PostgreSQL's time"),
    ),
    "commits_slow": Sentences(
        _lt("PostgreSQL's commits have been slow since %(time)s"),
        _lt("Check the disk of the WAL, and the network to synchronous standbys"),
        (
            _lt(
                "PostgreSQL's commits have been slow since %(time)s: one takes"
                " %(milliseconds)s"
            ),
        ),
        _lt("Cause: PostgreSQL's commits are slow"),
    ),
    "commits_unconfirmed": Sentences(
        _lt(
            "PostgreSQL's commits have waited since %(time)s: a synchronous standby"
            " does not confirm them"
        ),
        _lt("Start the standby, or take it out of synchronous_standby_names"),
        (
            _lt(
                "PostgreSQL's commits have waited since %(time)s: they are not"
                " confirmed by the synchronous standby %(standbys)s"
            ),
        ),
        _lt("Cause: a standby does not confirm commits"),
    ),
    "archiving_fails": Sentences(
        _lt(
            "PostgreSQL has not archived its WAL since %(time)s: what changed later"
            " could not be restored"
        ),
        _lt(
            "Correct archive_command or what it writes to: PostgreSQL's log has its"
            " error"
        ),
        (
            _lt(
                "PostgreSQL has not archived its WAL since %(time)s: the next file is"
                " %(file)s, and what changed later could not be restored"
            ),
        ),
    ),
    "standby_lags": Sentences(
        _lt("A standby of PostgreSQL has lagged behind since %(time)s"),
        _lt(
            "Check the standby's disk and network, and whether its replay is paused or"
            " waits for a query"
        ),
        (
            _lt(
                "The standby %(standby)s of PostgreSQL has lagged behind since"
                " %(time)s, now by %(seconds)s"
            ),
            _lt(
                "A standby of PostgreSQL has lagged behind since %(time)s, now by"
                " %(seconds)s"
            ),
        ),
    ),
    "slot_holds_wal": Sentences(
        _lt(
            "A replication slot of PostgreSQL has held back WAL since %(time)s: it"
            " fills the disk"
        ),
        _lt(
            "Start what reads the slot, or drop it with pg_drop_replication_slot, and"
            " set max_slot_wal_keep_size"
        ),
        (
            _lt(
                "The replication slot %(slot)s of PostgreSQL has held back WAL since"
                " %(time)s, now %(bytes)s: it fills the disk"
            ),
            _lt(
                "A replication slot of PostgreSQL has held back WAL since %(time)s,"
                " now %(bytes)s: it fills the disk"
            ),
        ),
    ),
    "postgres_disk_short": Sentences(
        _lt("PostgreSQL's disk has had little space left since %(time)s"),
        _FREE_DISK,
        (
            _lt(
                "PostgreSQL's disk has had little space left since %(time)s:"
                " %(percent)s%% are free, and it will be full in %(days)s"
            ),
            _lt(
                "PostgreSQL's disk has had little space left since %(time)s:"
                " %(percent)s%% are free"
            ),
        ),
    ),
    "postgres_disk_full": Sentences(
        _lt("PostgreSQL's disk has been full since %(time)s: nothing can be saved"),
        _FREE_DISK,
    ),
    # PgBouncer
    "pgbouncer_down": Sentences(
        _lt("PgBouncer has not answered since %(time)s"),
        _lt("Start PgBouncer, and read its log"),
    ),
    "pgbouncer_waits": Sentences(
        _lt("Calls have waited for a connection of PgBouncer since %(time)s"),
        _lt(
            "Raise pool_size, or end the transactions that occupy the pool; RESUME a"
            " database that is paused"
        ),
        (
            Counted(
                "clients",
                _lt(
                    "1 call has waited for a connection of PgBouncer to the database"
                    " %(database)s since %(time)s"
                ),
                _lt(
                    "%(clients)s calls have waited for a connection of PgBouncer to"
                    " the database %(database)s since %(time)s"
                ),
            ),
            Counted(
                "clients",
                _lt("1 call has waited for a connection of PgBouncer since %(time)s"),
                _lt(
                    "%(clients)s calls have waited for a connection of PgBouncer since"
                    " %(time)s"
                ),
            ),
        ),
        _lt("Cause: calls wait for a connection of PgBouncer"),
    ),
    "pgbouncer_full": Sentences(
        _lt(
            "PgBouncer has refused connections since %(time)s: it has too many clients"
        ),
        _lt(
            "Raise max_client_conn, or lower the number of workers or their db_maxconn"
        ),
        (
            _lt(
                "PgBouncer has refused connections since %(time)s: it has %(clients)s"
                " of %(maximum)s possible clients"
            ),
        ),
    ),
    # Redis
    "sessions_down": Sentences(
        _lt("Redis for sessions has not answered since %(time)s"),
        _lt("Start Redis, and read its log"),
    ),
    "sessions_full": Sentences(
        _lt(
            "%(subject)s has refused to write since %(time)s: its memory is full, and"
            " nobody can log in"
        ),
        _lt("Raise maxmemory of Redis"),
        (
            _lt(
                "%(subject)s has refused to write since %(time)s: its memory of"
                " %(limit_bytes)s is full, and nobody can log in"
            ),
        ),
    ),
    "sessions_not_saved": Sentences(
        _lt(
            "%(subject)s has refused to write since %(time)s: it cannot write to its"
            " disk, and nobody can log in"
        ),
        _lt("Free space on the disk of Redis, and read its log"),
    ),
    "cache_down": Sentences(
        _lt("Redis for the cache has not answered since %(time)s"),
        _lt("Start Redis, and read its log"),
    ),
    "redis_evicts": Sentences(
        _lt(
            "Redis for sessions has too little memory since %(time)s: people are"
            " logged out"
        ),
        _lt("Raise maxmemory of Redis"),
    ),
    "redis_full": Sentences(
        _lt("%(subject)s has refused to write since %(time)s: its memory is full"),
        _lt("Raise maxmemory of Redis"),
        (
            _lt(
                "%(subject)s has refused to write since %(time)s: its memory of"
                " %(limit_bytes)s is full"
            ),
        ),
    ),
    "redis_may_evict": Sentences(
        _lt(
            "Redis for sessions is allowed to evict sessions: people would be logged"
            " out once its memory is full"
        ),
        _lt("Set maxmemory-policy of Redis to noeviction"),
        (
            _lt(
                "Redis for sessions has the policy %(policy)s: people would be logged"
                " out once its memory is full"
            ),
        ),
    ),
    "redis_not_saved": Sentences(
        _lt("%(subject)s has not been able to write to its disk since %(time)s"),
        _lt("Free space on the disk of Redis, and read its log"),
    ),
    "redis_not_replicated": Sentences(
        _lt("%(subject)s has lost its connection to the primary since %(time)s"),
        _lt("Start the primary of Redis, or promote this replica"),
        (
            _lt(
                "%(subject)s has lost its connection to the primary %(primary)s since"
                " %(time)s"
            ),
        ),
    ),
    "redis_replica_lags": Sentences(
        _lt("%(subject)s has had a replica that lags behind since %(time)s"),
        _lt("Check the network to the replica, and what else its host does"),
        (
            _lt(
                "The replica %(replica)s of %(subject)s has lagged behind since"
                " %(time)s, now by %(seconds)s"
            ),
            _lt(
                "%(subject)s has had a replica that lags behind since %(time)s, now by"
                " %(seconds)s"
            ),
        ),
    ),
    "redis_slow": Sentences(
        _lt("%(subject)s has responded slowly since %(time)s"),
        _lt(
            "Find the slow commands with SLOWLOG GET, and other causes with LATENCY"
            " DOCTOR"
        ),
        (
            _lt(
                "%(subject)s has responded slowly since %(time)s: the event %(event)s"
                " of its latency monitor took %(seconds)s"
            ),
            _lt(
                "%(subject)s has responded slowly since %(time)s: a response takes"
                " %(seconds)s"
            ),
        ),
        _lt("Cause: %(subject)s responds slowly"),
    ),
    "redis_refuses": Sentences(
        _lt("%(subject)s has had too many clients since %(time)s"),
        _lt(
            "Raise maxclients of Redis, or find with CLIENT LIST what leaves"
            " connections open"
        ),
        (
            _lt(
                "%(subject)s has had too many clients since %(time)s: %(clients)s of"
                " %(maximum)s"
            ),
        ),
    ),
    "redis_clients_blocked": Sentences(
        _lt(
            "Clients of %(subject)s have waited since %(time)s for replicas to confirm"
            " what they wrote"
        ),
        _lt("Start the replicas of Redis, or let its clients write without WAIT"),
    ),
    "sentinel_down": Sentences(
        _lt("A Sentinel of Redis has not answered since %(time)s"),
        _lt("Start the Sentinel, and read its log"),
        (_lt("The Sentinel %(sentinels)s of Redis has not answered since %(time)s"),),
    ),
    "sentinel_no_quorum": Sentences(
        _lt(
            "The Sentinels of Redis have had no quorum since %(time)s: they cannot"
            " replace a failed primary"
        ),
        _lt("Start the Sentinels that are down, and check the network between them"),
    ),
    "redis_failed_over": Sentences(
        _lt("Redis has had another primary since %(time)s"),
        _lt(
            "Find out why the former primary failed, and make it a replica of the"
            " present one"
        ),
        (
            _lt(
                "Redis has had another primary since %(time)s: %(after)s instead of"
                " %(before)s"
            ),
        ),
    ),
    # The ingress
    "ingress_down": Sentences(
        _lt("The ingress %(subject)s has not answered since %(time)s"),
        _lt("Start the ingress, and read its log"),
    ),
    "ingress_unreachable": Sentences(
        _lt(
            "The public address of the ingress %(subject)s has not answered Odoo's host"
            " since %(time)s, though the ingress is running"
        ),
        _lt(
            "Open the address in a browser. If it answers there, let this host reach it"
            " (hairpin NAT), or remove the option ingress_…_tls from odoo.conf; else"
            " check the firewall and what is in front of the ingress"
        ),
        (
            _lt(
                "The public address %(address)s of the ingress %(subject)s has not"
                " answered Odoo's host since %(time)s, though the ingress is running"
            ),
        ),
    ),
    "ingress_no_server": Sentences(
        _lt(
            "The ingress %(subject)s has had no server for its requests since %(time)s"
        ),
        _START_SERVERS,
        (
            _lt(
                "The ingress %(subject)s has had no server for its requests since"
                " %(time)s, in: %(groups)s"
            ),
        ),
    ),
    "ingress_server_down": Sentences(
        _lt(
            "The ingress %(subject)s has sent no requests to one of its servers since"
            " %(time)s: it is down"
        ),
        _START_SERVERS,
        (
            Counted(
                "down",
                _lt(
                    "A server of the ingress %(subject)s has been down since %(time)s:"
                    " %(servers)s"
                ),
                _lt(
                    "%(down)s servers of the ingress %(subject)s have been down since"
                    " %(time)s: %(servers)s"
                ),
            ),
        ),
    ),
    "ingress_errors": Sentences(
        _lt(
            "The ingress %(subject)s has answered requests with errors since %(time)s,"
            " instead of Odoo"
        ),
        _lt(
            "Read the log of the ingress: after 502 and 503 no worker accepted the"
            " request, after 504 none responded in time"
        ),
        (
            _lt(
                "The ingress %(subject)s has answered %(share)s%% of the requests with"
                " errors since %(time)s, such as to %(route)s; never seen by Odoo:"
                " %(unseen)s of %(requests)s"
            ),
            _lt(
                "The ingress %(subject)s has answered %(share)s%% of the requests with"
                " errors since %(time)s; never seen by Odoo: %(unseen)s of"
                " %(requests)s"
            ),
        ),
    ),
    "ingress_queue": Sentences(
        _lt("Requests have waited in the ingress %(subject)s since %(time)s"),
        _lt("Add workers, or find what occupies them"),
        (
            Counted(
                "requests",
                _lt(
                    "Requests have waited in the ingress %(subject)s since %(time)s, 1"
                    " in the last minute"
                ),
                _lt(
                    "Requests have waited in the ingress %(subject)s since %(time)s,"
                    " %(requests)s in the last minute"
                ),
            ),
        ),
    ),
    "ingress_clients_gone": Sentences(
        _lt(
            "Clients of the ingress %(subject)s have not waited for its responses"
            " since %(time)s"
        ),
        _lt("Find the requests in the log of the ingress, and what makes them slow"),
        (
            _lt(
                "Clients of the ingress %(subject)s have not waited for the responses"
                " to %(share)s%% of their requests since %(time)s"
            ),
        ),
    ),
    "certificate_expires": Sentences(
        _lt("The certificate of the ingress %(subject)s expires soon"),
        _lt("Renew the certificate, and reload the ingress"),
        (_lt("The certificate of the ingress %(subject)s expires in %(days)s"),),
    ),
    "certificate_expired": Sentences(
        _lt(
            "The certificate of the ingress %(subject)s has not been valid since"
            " %(time)s: browsers refuse it"
        ),
        _lt("Renew the certificate, and reload the ingress"),
    ),
    "certificate_wrong_name": Sentences(
        _lt(
            "The certificate of the ingress %(subject)s has been one of another name"
            " since %(time)s: browsers refuse it"
        ),
        _lt("Let the ingress use a certificate with the name of its public address"),
        (
            _lt(
                "The certificate of the ingress %(subject)s has been for %(names)s"
                " since %(time)s, not for %(host)s: browsers refuse it"
            ),
        ),
    ),
    # Hosts
    "cpu_pressure": Sentences(
        _lt(
            "Processes of the host %(subject)s have waited for a processor since"
            " %(time)s"
        ),
        _lt("Add processors, or find what computes so much"),
        (
            _lt(
                "Processes of the host %(subject)s have waited for a processor since"
                " %(time)s, for %(percent)s%% of the time"
            ),
        ),
        _lt("Cause: processes wait for a processor"),
    ),
    "cpu_throttled": Sentences(
        _lt(
            "The container %(subject)s has been throttled since %(time)s: it reaches"
            " its CPU limit"
        ),
        _lt("Raise the CPU limit of the container, or run fewer workers in it"),
        (
            _lt(
                "The container %(subject)s has been throttled since %(time)s, for"
                " %(percent)s%% of the time: it reaches its CPU limit"
            ),
        ),
        _lt("Cause: a container is throttled, since it reaches its CPU limit"),
    ),
    "memory_short": Sentences(
        _lt("The host %(subject)s has had little memory left since %(time)s"),
        _FREE_MEMORY,
        (
            _lt(
                "The host %(subject)s has had little memory left since %(time)s:"
                " %(percent)s%%"
            ),
        ),
        _lt("Cause: a host has little memory left"),
    ),
    "killed_for_memory": Sentences(
        _lt(
            "Linux has killed processes of the host %(subject)s since %(time)s, for"
            " lack of memory"
        ),
        _FREE_MEMORY,
        (
            Counted(
                "kills",
                _lt(
                    "Linux has killed 1 process of the host %(subject)s since"
                    " %(time)s, for lack of memory; calls killed with it: %(calls)s"
                ),
                _lt(
                    "Linux has killed %(kills)s processes of the host %(subject)s"
                    " since %(time)s, for lack of memory; calls killed with them:"
                    " %(calls)s"
                ),
            ),
            Counted(
                "kills",
                _lt(
                    "Linux has killed 1 process of the host %(subject)s since"
                    " %(time)s, for lack of memory"
                ),
                _lt(
                    "Linux has killed %(kills)s processes of the host %(subject)s"
                    " since %(time)s, for lack of memory"
                ),
            ),
        ),
    ),
    "disk_slow": Sentences(
        _lt("The disk of the host %(subject)s has been slow since %(time)s"),
        _lt("Find what else writes to the disk, and check the storage behind it"),
        (
            _lt(
                "The disk of the host %(subject)s has been slow since %(time)s: a"
                " write takes %(milliseconds)s"
            ),
        ),
    ),
    "host_disk_short": Sentences(
        _lt(
            "The disk of the host %(subject)s has had little space left since %(time)s"
        ),
        _lt("Enlarge the disk, or remove what fills it, such as old logs and sessions"),
        (
            _lt(
                "The disk of the host %(subject)s has had little space left since"
                " %(time)s: %(percent)s%% are free"
            ),
        ),
    ),
    "shared_memory_short": Sentences(
        _lt(
            "The shared memory of the host %(subject)s has been almost full since"
            " %(time)s: calls may not be measured"
        ),
        _lt("Enlarge /dev/shm, or the volume that telemetry_dir names"),
        (
            _lt(
                "The shared memory of the host %(subject)s has been almost full since"
                " %(time)s: %(percent)s%% are free, and calls may not be measured"
            ),
        ),
    ),
    "clock_off": Sentences(
        _lt("The clock of the host %(subject)s has been wrong since %(time)s"),
        _lt("Start the synchronization of its clock, such as chrony"),
        (
            _lt(
                "The clock of the host %(subject)s has been wrong since %(time)s, now"
                " by %(seconds)s"
            ),
        ),
    ),
    # Databases
    "neighbours_busy": Sentences(
        _lt(
            "Other databases have kept the workers of the host %(subject)s busy since"
            " %(time)s"
        ),
        _SEPARATE,
        (
            Counted(
                "neighbours",
                _lt(
                    "The database %(databases)s has kept %(workers)s of %(serving)s"
                    " workers of the host %(subject)s busy since %(time)s; its fair"
                    " share is %(fair_share)s%%"
                ),
                _lt(
                    "The databases %(databases)s have kept %(workers)s of %(serving)s"
                    " workers of the host %(subject)s busy since %(time)s; the fair"
                    " share of each is %(fair_share)s%%"
                ),
            ),
            _lt(
                "Other databases have kept %(workers)s of %(serving)s workers of the"
                " host %(subject)s busy since %(time)s"
            ),
        ),
    ),
    "neighbours_compute": Sentences(
        _lt(
            "Other databases have taken the processors of the host %(subject)s since"
            " %(time)s"
        ),
        _SEPARATE,
        (
            Counted(
                "neighbours",
                _lt(
                    "The database %(databases)s has taken %(used)s of %(processors)s"
                    " processors of the host %(subject)s since %(time)s; its fair"
                    " share is %(fair_share)s%%"
                ),
                _lt(
                    "The databases %(databases)s have taken %(used)s of"
                    " %(processors)s processors of the host %(subject)s since"
                    " %(time)s; the fair share of each is %(fair_share)s%%"
                ),
            ),
            _lt(
                "Other databases have taken %(used)s of %(processors)s processors of"
                " the host %(subject)s since %(time)s"
            ),
        ),
        _lt("Cause: other databases take the processors of the server"),
    ),
}
"""Code of a :class:`..watch.kinds.ProblemKind` → its sentences."""

VARIANTS = {
    ("slot_holds_wal", "is_lost"): Sentences(
        _lt(
            "A replication slot of PostgreSQL has been lost since %(time)s: the WAL"
            " that its reader needs is deleted"
        ),
        _lt(
            "Drop the slot with pg_drop_replication_slot, set its reader up again from"
            " a new copy, and raise max_slot_wal_keep_size"
        ),
        (
            _lt(
                "The replication slot %(slot)s of PostgreSQL has been lost since"
                " %(time)s: the WAL that its reader needs is deleted"
            ),
        ),
    ),
}
"""Code of a problem, and a number that is not 0 → the sentences instead."""


def describe_problem(env, problem, since):
    """Return what is wrong in the user's language, without a full stop.

    It has the names that the problem has.

    :param dict problem: ``code``, ``subject``, ``numbers`` and ``names``, as in
        :class:`..watch.problem.Problem`
    :param datetime since: in UTC
    """
    numbers = problem.get("numbers") or {}
    names = problem.get("names") or {}
    values = {key: format_number(env, key, value) for key, value in numbers.items()}
    values |= {key: name for key, name in names.items() if name}
    values["subject"] = subject_name(env, problem)
    values["time"] = formatting.moment(env, since)
    sentences = _sentences_of(problem)
    if not sentences:
        return env._("The platform has had a problem since %(time)s", **values)
    for sentence in sentences.detailed:
        if isinstance(sentence, Counted):
            count = numbers.get(sentence.key)
            sentence = formatting.counted(count, sentence.one, sentence.many)
        try:
            return env._(sentence) % values
        except KeyError:
            continue  # a value of this sentence is not known
    return env._(sentences.plain) % values


def describe_to_do(env, problem):
    """Return what to do about a problem, in a sentence without a full stop.

    It is empty where the kind of problem is unknown, such as one of a newer version.

    :param dict problem: as for :func:`describe_problem`
    """
    sentences = _sentences_of(problem)
    return env._(sentences.to_do) if sentences else ""


def describe_cause(env, problem):
    """Return a problem as the root cause of slow calls, without names."""
    sentences = _sentences_of(problem)
    if not sentences or not sentences.cause:
        return ""
    return env._(sentences.cause) % {"subject": subject_name(env, problem)}


def _sentences_of(problem):
    code, numbers = problem["code"], problem.get("numbers") or {}
    for number, value in numbers.items():
        if value and (code, number) in VARIANTS:
            return VARIANTS[code, number]
    return MESSAGES.get(code)


def subject_name(env, problem):
    """Return the name of what has a problem, in the user's language."""
    subject = problem["subject"]
    if subject == "sessions":
        return env._("Redis for sessions")
    if subject == "cache":
        return env._("Redis for the cache")
    if subject == "sessions, cache":
        return env._("Redis for sessions and the cache")
    return subject


def format_number(env, key, value):
    """Return a number in the user's language; the end of its key is its unit."""
    unit = key.rsplit("_", 1)[-1]
    match unit:
        case "seconds" | "success":
            return formatting.duration(env, abs(value))
        case "milliseconds":
            return formatting.duration(env, abs(value) / 1000)
        case "days" | "full":
            return formatting.duration(env, value * _DAY)
        case "bytes" | "size" | "held":
            return _size(env, value)
        case "percent" | "share" if value < 10:
            return formatLang(env, value, digits=1)
    return formatLang(env, value, digits=0)


def _size(env, count):
    """Return a number of bytes in the unit that makes it short: "1.5 GB"."""
    units = (
        _lt("%(size)s B"),
        _lt("%(size)s kB"),
        _lt("%(size)s MB"),
        _lt("%(size)s GB"),
        _lt("%(size)s TB"),
    )
    step = 0
    while abs(count) >= _THOUSAND and step < len(units) - 1:
        count, step = count / _THOUSAND, step + 1
    digits = 1 if step and abs(count) < 10 else 0
    return env._(units[step]) % {"size": formatLang(env, count, digits=digits)}
