"""Fingerprints: what ran on a host, stored when a process loads something else."""

import json
import threading
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.reliability.api import (
    masked_logger,
    registry_load,
    settings,
)

from .. import process
from ..fingerprint import Fingerprint
from ..rollout import Load

_logger = masked_logger(__name__)

_BATCH = 1000
_RETENTION = timedelta(days=90)
_INSTALLED = """
    SELECT name, coalesce(latest_version, '') FROM ir_module_module
     WHERE state IN ('installed', 'to upgrade', 'to remove')
"""
_LAST = """
    SELECT digest, modules_digest, loaded,
           %(server)s IS NULL OR EXISTS (
               SELECT FROM reliability_fingerprint AS own
                WHERE own.host = last.host AND own.server = %(server)s)
      FROM reliability_fingerprint AS last
     WHERE host = %(host)s ORDER BY id DESC LIMIT 1
"""
_STARTS = """
    SELECT host, min(seen) FROM reliability_fingerprint
     WHERE server IS NOT NULL GROUP BY host, server HAVING min(seen) <= %s
"""
_WHAT_RUNS = """
    (SELECT DISTINCT ON (host) id FROM reliability_fingerprint
      WHERE is_followed IS TRUE AND is_serving IS TRUE
      ORDER BY host, loaded DESC, seen DESC, id DESC)
     UNION
    (SELECT id FROM reliability_fingerprint WHERE is_followed IS TRUE
      ORDER BY seen DESC, id DESC LIMIT 1)
"""
_INSERT = """
    INSERT INTO reliability_fingerprint
           (host, seen, loaded, is_serving, server, digest, modules_digest, content,
            not_upgraded, user_id, seconds, scripts)
    VALUES (%s, clock_timestamp() AT TIME ZONE 'UTC', %s, %s, %s, %s, %s, %s, %s, %s,
            %s, %s)
"""


class ReliabilityFingerprint(models.Model):
    """Written when a registry is loaded, where something differs from the last row.

    And once after each start of a server, which is how starts are counted.

    Nothing else happens then: each minute, the evaluation finds out what it means.
    Several processes that load at once write a row each.
    """

    _name = "reliability.fingerprint"
    _description = "Fingerprint of What Runs"
    _log_access = False
    _order = "id desc"
    _rec_name = "host"

    host = fields.Char(required=True, readonly=True)
    seen = fields.Datetime(required=True, readonly=True)
    loaded = fields.Datetime(
        required=True, readonly=True, help="When the process has loaded its code."
    )
    is_serving = fields.Boolean(readonly=True)
    server = fields.Char(readonly=True)
    """Identifies a start of the host's server; empty for commands."""
    digest = fields.Char(required=True, readonly=True)
    modules_digest = fields.Char(required=True, readonly=True)
    content = fields.Text(required=True, readonly=True)
    not_upgraded = fields.Json(readonly=True)
    user_id = fields.Many2one(
        "res.users", string="By", readonly=True, help="Who used Apps."
    )
    seconds = fields.Float(readonly=True, help="The load of the registry.")
    scripts = fields.Json(readonly=True)
    """Migration scripts: lists of the module, the file, and its seconds."""
    is_followed = fields.Boolean(readonly=True)
    deployment_id = fields.Many2one(
        "reliability.deployment", readonly=True, ondelete="set null", index=True
    )

    _by_host = models.Index("(host, id)")
    _new = models.Index("(id) WHERE is_followed IS NOT TRUE")

    def _register_hook(self):
        super()._register_hook()
        try:
            with self.env.cr.savepoint(flush=False):
                self._record()
        except psycopg2.Error as error:
            # An outdated schema or a read-only database must not stop the registry.
            _logger.warning("Cannot store what runs: %s", error)

    @api.model
    def _record(self):
        """Store what this process runs, if the last process ran something else."""
        runs = process.this_process(self.env.cr)
        self.env.cr.execute(_INSTALLED)
        modules = dict(self.env.cr.fetchall())
        content = runs.content._replace(modules=modules)
        stale = process.not_upgraded(modules)
        modules_digest = Fingerprint(modules, {}, {}, {}).digest
        serving = process.is_serving()
        host = settings().host
        digest = _digest(content, stale)
        server = process.server_start() if serving else None
        self.env.cr.execute(_LAST, {"server": server, "host": host})
        last = self.env.cr.fetchone()
        if last and not _differs(last, digest, modules_digest, runs, serving):
            return
        load = registry_load(self.env.cr.dbname)
        scripts = load.scripts if load else []
        self.env.cr.execute(
            _INSERT,
            [
                *(host, runs.loaded, serving, server, digest, modules_digest),
                *(content.dumps(), json.dumps(stale), _person()),
                *(load.seconds if load else None, json.dumps(scripts)),
            ],
        )

    def _as_load(self):
        """Return a row as :mod:`..rollout` needs it."""
        return Load(
            self.host,
            self.seen,
            self.loaded,
            Fingerprint.loads(self.content),
            self.is_serving,
            self.user_id.id or None,
        )

    @api.model
    def _latest(self):
        """Return the followed rows that say what runs.

        These are the row of each host whose process was the last to load its code, and
        the last row of all, for the modules.
        """
        self.flush_model()
        rows = self.env.execute_query(SQL(_WHAT_RUNS))
        return self.browse([row for (row,) in rows]).sorted("id")

    @api.model
    def _starts_until(self, moment):
        """Return when servers were first seen, until a moment: host → moments, in UTC.

        Hosts are left out where no start is known.
        """
        self.flush_model()
        found = {}
        for host, seen in self.env.execute_query(SQL(_STARTS, moment)):
            found.setdefault(host, []).append(seen)
        return found

    @api.autovacuum
    def _gc_fingerprints(self):
        """Delete old rows, except those that say what runs."""
        before = self.env.cr.now() - _RETENTION
        old = [("seen", "<", before), ("id", "not in", self._latest().ids)]
        rows = self.search(old, limit=_BATCH, order="id")
        rows.unlink()
        return len(rows), len(rows) == _BATCH


def _digest(content, stale):
    """Return what differs where the code differs; versions in manifests are part of it.

    In folders without Git, they are all that is known of code.
    """
    versions = {name: code for name, (_database, code) in stale.items()}
    return content._replace(modules=content.modules | versions).digest


def _differs(last, digest, modules_digest, runs, serving):
    last_digest, last_modules, last_loaded, is_known_server = last
    if not is_known_server:
        return True
    if serving and runs.loaded >= last_loaded:
        return digest != last_digest
    return modules_digest != last_modules


def _person():
    """Return the id of the user whose request loads the registry; ``None`` for none."""
    return getattr(threading.current_thread(), "uid", None)
