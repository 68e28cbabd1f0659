"""Revisions of past hours, by which processes know what they need not read again."""

from odoo import api, fields, models
from odoo.tools import ormcache, sql

from .sql_functions import create_functions


class ReliabilityRollupRevision(models.Model):
    """The last change of each kind, by triggers: see ``data/past_hours.sql``."""

    _name = "reliability.rollup.revision"
    _description = "Revision of Past Hours"
    _log_access = False

    name = fields.Char(required=True, help="Table and kind of change.")
    revision = fields.Char(required=True)

    _name_unique = models.UniqueIndex("(name)")

    def init(self):
        """Create the triggers, once all tables exist."""
        self.env.registry.post_init(self._create_triggers)

    @api.model
    def _create_triggers(self):
        create_functions(self.env.cr, "reliability/data/past_hours.sql")

    @api.model
    def _current(self):
        """Return the revision of past hours as this transaction sees them.

        It begins with the number of the database: another one of the same name, such as
        a restored copy, may have the same revisions of other hours.

        :return: ``None`` in a database that is not upgraded yet
        """
        if not self._has_table():
            return None
        self.env.cr.execute(
            """
            SELECT oid::bigint, (SELECT array_agg(revision ORDER BY name)
                                   FROM reliability_rollup_revision)
              FROM pg_database WHERE datname = current_database()
            """
        )
        number, revisions = self.env.cr.fetchone()
        return number, *(revisions or ())

    @api.model
    @ormcache()
    def _has_table(self):
        return sql.table_exists(self.env.cr, self._table)
