"""Whether the business wrote: a number that changes when it does; plain Python."""

_OURS = "reliability_.*"
_BOOKKEEPING = (
    # Scheduled actions, which run on a day without business, too.
    *("ir_cron.*", "ir_logging", "ir_profile", "ir_config_parameter"),
    # Who is online, what open screens are told, which caches are outdated.
    *("bus_.*", "mail_presence", "res_device.*", "res_users_log", "orm_signaling_.*"),
    # When a mailbox was last asked for mail.
    "fetchmail_server",
)
"""Tables that Odoo writes by itself: regular expressions of PostgreSQL."""
_NOT_BUSINESS = f"^({'|'.join((_OURS, *_BOOKKEEPING))})$"

# The functions below pg_stat_user_tables, which sums up indexes as well.
_WRITES = """
    SELECT sum(pg_stat_get_tuples_inserted(oid) + pg_stat_get_tuples_updated(oid)
               + pg_stat_get_tuples_deleted(oid))::text
      FROM pg_class
     WHERE relkind = 'r' AND relnamespace = current_schema()::text::regnamespace
       AND relname !~ %s
"""


def business_writes(cursor) -> str:
    """Return the sum of all writes to tables of the business.

    The statistics lag by seconds.  Whatever resets them changes the sum, too.
    """
    cursor.execute(_WRITES, [_NOT_BUSINESS])
    return cursor.fetchone()[0] or ""
