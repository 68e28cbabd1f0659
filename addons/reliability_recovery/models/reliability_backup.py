"""Backups that were reported: one row per backup and repository."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import delete_oldest, masked, write_changes

from ..contract import BASES, FILESTORE, LOGICAL
from ..restorable import complete
from ..summary import NO, UNKNOWN, YES

_RETENTION = timedelta(days=400)
"""Of backups that have expired."""
_MEGABYTE = 10**6
_MAX_EARLIER = 10
YES_NO_UNKNOWN = [(YES, "Yes"), (NO, "No"), (UNKNOWN, "Unknown")]


class ReliabilityBackup(models.Model):
    """Written only by reports."""

    _name = "reliability.backup"
    _description = "Backup"
    _log_access = False
    _order = "end desc nulls first, id desc"
    _rec_name = "label"

    set_id = fields.Many2one(
        "reliability.backup.set", required=True, index=True, ondelete="cascade"
    )
    label = fields.Char(required=True)
    repository = fields.Char(required=True)
    type = fields.Selection(
        [
            (BASES[0], "Full"),
            (BASES[1], "Differential"),
            (BASES[2], "Incremental"),
            (LOGICAL, "Dump"),
            (FILESTORE, "Filestore"),
        ],
        required=True,
    )
    begin = fields.Datetime(help="Empty if it is unknown.")
    end = fields.Datetime(help="Empty while it runs.")
    size = fields.Float(string="Size (MB)", digits=(16, 3), aggregator=None)
    repository_size = fields.Float(
        string="Stored (MB)", digits=(16, 3), aggregator=None
    )
    error = fields.Char()
    is_complete = fields.Boolean(
        string="Can Be Restored",
        help="It and all backups and WAL that it needs are there and without error.",
    )
    elsewhere = fields.Selection(YES_NO_UNKNOWN, required=True)
    encrypted = fields.Selection(YES_NO_UNKNOWN, required=True)
    expired = fields.Datetime(help="Since then, it is in no report any more.")

    _once = models.UniqueIndex("(set_id, repository, label)")
    _by_expiry = models.Index("(expired) WHERE expired IS NOT NULL")

    @api.model
    def _store(self, backup_set, report):
        """Store the backups of a report, which is the newest of its set."""
        reported = self._values_of(report)
        known = {
            (row.repository, row.label): row
            for row in self.search([("set_id", "=", backup_set.id)])
        }
        for key, row in known.items():
            values = reported.get(key)
            if values is None:
                values = {"expired": row.expired or report.taken_at}
            write_changes(row, values)
        self.create(
            [
                {"set_id": backup_set.id, **values}
                for key, values in reported.items()
                if key not in known
            ]
        )

    @api.model
    def _values_of(self, report):
        """Return repository and label → values of its backups.

        Names have no secrets: others are refused.
        """
        good = {(one.repository, one.label) for one in complete(report)}
        repositories = {one.name: one for one in report.repositories}
        found = {}
        for one in report.backups:
            repository = repositories[one.repository]
            values = {
                "label": one.label,
                "repository": one.repository,
                "type": one.type,
                "begin": one.begin or False,
                "end": one.end or False,
                "size": in_megabytes(one.size),
                "repository_size": in_megabytes(one.repository_size),
                "error": masked(one.error) or False,
                "is_complete": (one.repository, one.label) in good,
                "elsewhere": _answer(repository.is_elsewhere),
                "encrypted": _answer(repository.is_encrypted),
                "expired": False,
            }
            found[one.repository, one.label] = values
        return found

    @api.model
    def _earlier_sizes(self, backup_set, backup):
        """Return the sizes in MB of the backups of the same type before one."""
        earlier = self.search(
            [
                ("set_id", "=", backup_set.id),
                ("repository", "=", backup.repository),
                ("type", "=", backup.type),
                ("error", "=", False),
                ("size", ">", 0),
                ("end", "<", backup.end),
            ],
            order="end desc",
            limit=_MAX_EARLIER,
        )
        return earlier.mapped("size")

    @api.autovacuum
    def _gc_backups(self):
        return delete_oldest(self, "expired", self.env.cr.now() - _RETENTION)


def in_megabytes(size):
    """Return a size in MB, as it is stored; 0 if it is unknown."""
    return round((size or 0) / _MEGABYTE, 3)


def _answer(value):
    return UNKNOWN if value is None else YES if value else NO
