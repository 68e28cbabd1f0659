"""Whether the business wrote: a text that changes when it does; plain Python."""

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

# The functions below pg_stat_user_tables, which sums up indexes as well.  Its numbers
# of inserted, updated and deleted rows include what was rolled back; this one does not.
_WRITES = """
    SELECT sum(pg_stat_get_mod_since_analyze(oid)) || '/'
           || sum(pg_stat_get_analyze_count(oid) + pg_stat_get_autoanalyze_count(oid))
      FROM pg_class
     WHERE relkind = 'r' AND relnamespace = current_schema()::text::regnamespace
       AND relname !~ %s
"""


def business_writes(cursor) -> str:
    """Return the sum of the committed writes to tables of the business since PostgreSQL
    has analyzed these, and how often it has.

    The statistics lag by seconds.  Whatever resets them changes the text, too.
    """
    cursor.execute(_WRITES, [_NOT_BUSINESS])
    return cursor.fetchone()[0] or ""
