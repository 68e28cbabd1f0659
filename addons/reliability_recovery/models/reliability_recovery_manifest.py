"""The manifest of the database: closed rows by buckets, counted in increments."""

import time

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.reliability.api import is_neutralized

from ..manifest import TABLES, columns_of, count, due, hashed, stored, watermark

_SECONDS = 2.0
"""So long a run counts; the next one goes on."""
_TIMES = """
    SELECT now() AT TIME ZONE 'UTC' - interval '1 day',
           least(min(xact_start), now() - interval '10 minutes') AT TIME ZONE 'UTC',
           now() AT TIME ZONE 'UTC'
      FROM pg_stat_activity WHERE datname = current_database()
"""
"""``until``, ``since`` and ``made_at``.  A transaction that still runs may have changed
rows that are counted as they were; one that ended while this is read began before, but
not as long."""
_STORE = """
    INSERT INTO reliability_recovery_manifest
           (table_name, first_id, last_id, rows, hash, columns, until, since, made_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (table_name, first_id) DO UPDATE
       SET last_id = excluded.last_id, rows = excluded.rows, hash = excluded.hash,
           columns = excluded.columns, until = excluded.until, since = excluded.since,
           made_at = excluded.made_at
"""


class ReliabilityRecoveryManifest(models.Model):
    """One row per bucket; :mod:`..manifest` reads them in a restored copy."""

    _name = "reliability.recovery.manifest"
    _description = "Manifest of the Database"
    _log_access = False
    _order = "table_name, first_id"
    _rec_name = "table_name"

    table_name = fields.Char(required=True)
    first_id = fields.Integer(required=True, aggregator=None)
    last_id = fields.Integer(required=True, aggregator=None)
    rows = fields.Integer(required=True)
    hash = fields.Char()
    columns = fields.Char(required=True)
    until = fields.Datetime(required=True)
    since = fields.Datetime(required=True)
    made_at = fields.Datetime(required=True)

    _once = models.UniqueIndex("(table_name, first_id)")

    @api.model
    def _cron_update(self):
        """Bring the manifest and the figures up to date.

        Those of a neutralized copy stay as they are: they are what it is compared with.
        """
        if is_neutralized(self.env):
            return
        self.env["reliability.recovery.figures"]._update()
        self._update()

    @api.model
    def _update(self, seconds=_SECONDS):
        """Count new buckets, then those that were made longest ago.

        :param seconds: how long
        """
        cr = self.env.cr
        end = time.monotonic() + seconds
        types = {table: columns_of(cr, table) for table in TABLES}
        columns = {table: hashed(table, types[table]) for table in TABLES}
        self._delete_others(table for table in TABLES if columns[table])
        cr.execute(_TIMES)
        until, since, made_at = cr.fetchone()
        watermarks = {table: watermark(cr, table) for table in TABLES if columns[table]}
        for table, *ids in due(watermarks, columns, stored(cr)):
            if time.monotonic() >= end:
                break
            wanted = {name: types[table][name] for name in columns[table]}
            found = count(cr, table, ids, wanted, (until, since))
            names = ",".join(columns[table])
            bucket = table, *ids, found.rows, found.hash, names, until, since, made_at
            cr.execute(_STORE, bucket)
        self.invalidate_model()

    @api.model
    def _delete_others(self, tables):
        """Delete buckets of tables that this database has not, or not any more."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM reliability_recovery_manifest WHERE table_name != ALL(%s)",
                list(tables),
            )
        )
