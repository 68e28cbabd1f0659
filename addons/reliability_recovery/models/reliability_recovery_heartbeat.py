"""Heartbeats of a database: in minutes with business writes, how far its data go."""

import functools
import json
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from psycopg2 import Error

from odoo import api, fields, models
from odoo.tools import SQL, config

from odoo.addons.reliability.api import (
    delete_oldest,
    is_neutralized,
    masked_logger,
    store_text,
    stored_text,
)

from ..business_writes import business_writes
from ..heartbeat import FILE, newest, newest_file, write_file
from ..identity import Identity, known_of_both
from .operator_database import is_operator_database

LAST_CHECK = "reliability.recovery_last_check"
"""System parameter: the writes and the identity at the last check, as JSON."""
_RETENTION = timedelta(days=35)
_DATABASE = "SELECT oid::text FROM pg_database WHERE datname = current_database()"
_SYSTEM = "SELECT system_identifier::text FROM pg_control_system()"
# The control file has the timeline of the last checkpoint only.
_TIMELINE = "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)"

_logger = masked_logger(__name__)


class ReliabilityRecoveryHeartbeat(models.Model):
    """Written only by health evaluations, each in the transaction of its moment."""

    _name = "reliability.recovery.heartbeat"
    _description = "Heartbeat of the Database"
    _log_access = False
    _order = "moment desc, id desc"
    _rec_name = "moment"

    moment = fields.Datetime(
        required=True,
        index=True,
        help="A copy with this heartbeat has all that was committed before.",
    )
    is_cluster = fields.Boolean(
        string="Of the Cluster",
        help="Written each minute, whether or not the business wrote.",
    )
    system = fields.Char(string="System Identifier", help="Empty if it is unknown.")
    timeline = fields.Integer(aggregator=None, help="0 if it is unknown.")
    database = fields.Char(string="Database Number", required=True)

    @api.model
    def _check(self):
        """Write a heartbeat if the business wrote since the last check.

        And notice that the data were restored since then.  Nobody backs up a
        neutralized copy.
        """
        if is_neutralized(self.env):
            return
        last, known = self._last_check()
        identity = self._identity()
        if known:
            self.env["reliability.recovery.restoration"]._notice(known, identity)
            identity = known_of_both(known, identity)
        writes = business_writes(self.env.cr)
        is_cluster = is_operator_database(self.env)
        moment = self.env.cr.now().replace(microsecond=0)
        if (is_cluster or writes != last) and not self._has_minute(moment):
            self._write_file(moment)
            values = {"moment": moment, "is_cluster": is_cluster}
            self.sudo().create({**values, **identity._asdict()})
            last = writes
        self._store_check(last, identity)

    @api.model
    def _has_minute(self, moment):
        """Return whether the minute of a moment has a heartbeat; the next will do."""
        before = newest(self.env.cr)
        return before and before.replace(second=0) == moment.replace(second=0)

    # What was seen last

    @api.model
    def _last_check(self):
        """Return the writes and the identity that the last check saw.

        :return: empty, and ``None``, if there was none
        """
        text = stored_text(self.env, LAST_CHECK)
        if not text:
            return "", None
        values = json.loads(text)
        return values.pop("writes"), Identity(**values)

    @api.model
    def _store_check(self, writes, identity):
        text = json.dumps({"writes": writes, **identity._asdict()})
        if text != stored_text(self.env, LAST_CHECK):
            store_text(self.env, LAST_CHECK, text)

    # What is seen now

    @api.model
    def _identity(self):
        """Return the identity of this database.

        :rtype: Identity
        """
        (database,) = self.env.execute_query(SQL(_DATABASE))[0]
        timeline = self._ask(_TIMELINE)
        return Identity(self._ask(_SYSTEM), int(timeline or "0", 16), database)

    @api.model
    def _ask(self, query):
        """Return the text of a query; empty where PostgreSQL refuses it to Odoo."""
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query, log_exceptions=False)
                return self.env.cr.fetchone()[0] or ""
        except Error:
            return ""

    # The filestore

    @api.model
    def _write_file(self, moment):
        """Write the moment into the filestore, whose copies are made apart."""
        try:
            write_file(self._folder(), moment)
        except OSError as error:
            _log_once(self._folder(), error.strerror)

    @api.model
    def _delete_file(self):
        """Delete the file in the filestore, if it can be deleted."""
        with suppress(OSError):
            Path(self._folder(), FILE).unlink(missing_ok=True)

    @api.model
    def _folder(self):
        return config.filestore(self.env.cr.dbname)

    @api.model
    def _is_file_behind(self):
        """Return whether the filestore lacks the newest heartbeat of the database."""
        if is_neutralized(self.env):
            return False
        moment = newest(self.env.cr)
        written = newest_file(self._folder())
        return bool(moment) and (not written or written < moment)

    @api.autovacuum
    def _gc_heartbeats(self):
        return delete_oldest(self, "moment", self.env.cr.now() - _RETENTION)


@functools.cache
def _log_once(folder, error):
    _logger.error("No heartbeat can be written to the filestore %s: %s", folder, error)
