"""Why PostgreSQL refuses a connection: libpq has only a text for it, no SQLSTATE."""

import psycopg2

USED_UP, NOT_ALLOWED, OTHER = "used_up", "not_allowed", "other"

# The server answers in the language of its ``lc_messages``.
_USED_UP = (
    "too many clients",
    "too many connections",
    "remaining connection slots are reserved",
)
_NOT_ALLOWED = (
    "authentication failed",
    'database "postgres" does not exist',
    "no pg_hba.conf entry",
    "permission denied for database",
    "not permitted to log in",
)
_NOT_READY = (
    "the database system is",  # starting up, shutting down, in recovery mode
    "terminating connection",
    "server_login_retry",  # PgBouncer, which cannot connect itself
    "query_wait_timeout",
    "cannot connect to server",
)


def reason(error: psycopg2.Error) -> str | None:
    """Return why a server refuses a connection.

    :return: :data:`USED_UP`: no connection is left; :data:`NOT_ALLOWED`: the role may
        not connect to the database; :data:`OTHER`: it has another reason, or a text in
        another language; ``None``: no server is ready
    """
    text = str(error)
    if error.pgcode == "53300" or any(part in text for part in _USED_UP):
        return USED_UP
    if any(part in text for part in _NOT_ALLOWED):
        return NOT_ALLOWED
    is_known = any(part in text for part in _NOT_READY)
    return OTHER if "FATAL:" in text and not is_known else None
