"""What a roll-out came to in another database of the server."""

from odoo import fields, models

from ..databases import BEHIND, DONE, PARTIAL, RUNNING, UNKNOWN

STATE_NAMES = [
    (RUNNING, "Running"),
    (DONE, "Done"),
    (PARTIAL, "Partial"),
    (BEHIND, "Behind"),
    (UNKNOWN, "Unknown"),
]


class ReliabilityDeploymentDatabase(models.Model):
    """Only in the operator's database: others know nothing of each other."""

    _name = "reliability.deployment.database"
    _description = "Database of a Deployment"
    _log_access = False
    _order = "name, id"

    deployment_id = fields.Many2one(
        "reliability.deployment", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(string="Database", required=True, readonly=True)
    state = fields.Selection(
        STATE_NAMES,
        string="Status",
        required=True,
        readonly=True,
        help="Partial: some hosts or modules are as they were before. Behind: nothing"
        " of it was deployed in this database. Unknown: the database could not be"
        " asked.",
    )
    begin = fields.Datetime(readonly=True, help="The first change.")
    end = fields.Datetime(readonly=True, help="The last change.")
    hosts_behind = fields.Char(
        readonly=True, help="Hosts that still run what ran before."
    )
    not_upgraded = fields.Char(
        string="Modules Not Upgraded",
        readonly=True,
        help="Modules whose code is newer than the database: upgrade them.",
    )
    changes = fields.Json(readonly=True)
    """What has changed: lists of the kind, the name, before and after."""

    _name_unique = models.UniqueIndex("(deployment_id, name)")

    def _not_upgraded(self):
        """Return the names of its modules that are not upgraded."""
        return [name for name in (self.not_upgraded or "").split(", ") if name]

    def _values_of(self, part):
        """Return a `Part` as values."""
        return {
            "state": part.state,
            "begin": part.begin,
            "end": part.end,
            "hosts_behind": ", ".join(part.hosts_behind) or False,
            "not_upgraded": ", ".join(part.not_upgraded) or False,
            "changes": [list(change) for change in part.changes],
        }
