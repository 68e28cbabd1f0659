"""The settings with which each host has started Odoo, stored by its processes."""

import hashlib
import json

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.reliability.api import masked_logger, settings

from .. import process
from ..canonical_json import canonical
from ..drift import Reading, items_of
from ..sources import LOADED
from ..sources.found import SALT
from .reliability_drift_source import HOST_GONE

_logger = masked_logger(__name__)

_LATEST = """
    SELECT DISTINCT ON (host) id FROM reliability_drift_host
     ORDER BY host, loaded DESC, id DESC
"""


class ReliabilityDriftHost(models.Model):
    """Written when a registry is loaded, where something differs from the last row.

    A process has the settings of its start, whatever is in odoo.conf since; and each
    host has its own.  Several processes that load at once write a row each.
    """

    _name = "reliability.drift.host"
    _description = "Settings That a Host Has Loaded"
    _log_access = False
    _order = "id desc"
    _rec_name = "host"

    host = fields.Char(required=True, readonly=True)
    loaded = fields.Datetime(
        required=True, readonly=True, help="When the process has loaded them."
    )
    digest = fields.Char(required=True, readonly=True, groups="base.group_system")
    salt = fields.Char(readonly=True, groups="base.group_system", help="Its name.")
    problem = fields.Char(readonly=True)
    content = fields.Text(readonly=True, prefetch=False, groups="base.group_system")
    """JSON: key → value, digest, whether it is a secret."""

    _by_host = models.Index("(host, loaded, id)")

    def _register_hook(self):
        super()._register_hook()
        try:
            with self.env.cr.savepoint(flush=False):
                # Commands may have other settings.  The first comparison makes the
                # salt: of several processes that make one at once, all but one fail.
                has_salt = self.env["ir.config_parameter"].sudo().get_param(SALT)
                if process.is_serving() and has_salt:
                    self._record()
        except psycopg2.Error as error:
            # An outdated schema or a read-only database must not stop the registry.
            _logger.warning("Cannot store the settings of this host: %s", error)

    @api.model
    def _record(self):
        """Store the settings of this process, if it is the newest of its host."""
        ((_code, (reading, _found)),) = (
            self.env["reliability.drift.source"]._read([LOADED]).items()
        )
        content = canonical(reading.items)
        parts = (reading.salt, reading.problem, content)
        digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        host, loaded = settings().host, process.this_process(self.env.cr).loaded
        last = self.sudo().search(
            [("host", "=", host)], order="loaded desc, id desc", limit=1
        )
        if last and (last.loaded > loaded or last.digest == digest):
            return
        self.sudo().create(
            {
                "host": host,
                "loaded": loaded,
                "digest": digest,
                "salt": reading.salt,
                "problem": reading.problem,
                "content": content,
            }
        )

    @api.model
    def _latest(self):
        """Return the last row of each host."""
        self.flush_model()
        rows = self.env.execute_query(SQL(_LATEST))
        return self.sudo().browse([row for (row,) in rows])

    def _reading(self):
        """Return a row as a `Reading`."""
        items = items_of(json.loads(self.content))
        return Reading(items, self.problem or "", self.salt or "")

    @api.autovacuum
    def _gc_hosts(self):
        """Delete old rows, and those of hosts that are gone."""
        sources = self.env["reliability.drift.source"].sudo()
        gone = fields.Datetime.now() - HOST_GONE
        known = set(sources.search([("code", "=", LOADED)]).mapped("host"))
        latest = self._latest().filtered(
            lambda row: row.loaded >= gone or row.host in known
        )
        self.sudo().search([("id", "not in", latest.ids)]).unlink()
