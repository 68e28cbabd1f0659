"""The settings of PostgreSQL, what waits for its restart, and extensions."""

from odoo.tools import SQL

from ..drift import make_item
from ..drift_cause import PENDING_KEY
from ..normal_form import SET, kind_of_setting
from .found import Found, plain, secret

# What a session begins with: our own may have set something else.  Settings of a
# library are listed once a session has loaded it, so only those that all have.
_SETTINGS = """
    SELECT name, reset_val, coalesce(unit, ''), vartype, pending_restart
      FROM pg_catalog.pg_settings
     WHERE name NOT LIKE 'transaction\\_%%' AND name <> ALL (%s)
       AND (strpos(name, '.') = 0
            OR split_part(name, '.', 1) = ANY (
                SELECT unnest(string_to_array(replace(setting, ' ', ''), ','))
                  FROM pg_catalog.pg_settings WHERE name = 'shared_preload_libraries'
            ))
"""
_OF_SESSIONS = [
    *("application_name", "client_encoding", "DateStyle", "IntervalStyle"),
    *("TimeZone", "in_hot_standby", "is_superuser", "role", "seed"),
    *("session_authorization", "default_transaction_isolation"),
]
_SECRETS = {
    *("archive_cleanup_command", "archive_command", "primary_conninfo"),
    *("recovery_end_command", "restore_command", "ssl_passphrase_command"),
}
_EXTENSIONS = "SELECT extname, extversion FROM pg_catalog.pg_extension"


def read(env):
    """Return what the role of Odoo may read of the settings of PostgreSQL."""
    rows = env.execute_query(SQL(_SETTINGS, _OF_SESSIONS))
    items = {name: _item(env, name, *row) for name, *row, _pending in rows}
    pending = ",".join(name for name, *_row, is_pending in rows if is_pending)
    items[PENDING_KEY] = plain(pending, SET)
    for name, version in env.execute_query(SQL(_EXTENSIONS)):
        items[f"extension {name}"] = plain(version)
    return Found(items, supposed={PENDING_KEY: make_item("")})


def _item(env, name, value, unit, vartype):
    if name in _SECRETS:
        return secret(env, name, value)
    return plain(value, kind_of_setting(vartype, unit), unit)
