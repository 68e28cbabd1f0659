"""Versions that there are, as somebody reports it: what runs is compared with them."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import delete_oldest, masked_name, write_changes

from ..newest_versions import name_of
from ..patches import ADDON, ODOO, PACKAGE, POSTGRESQL, Known

KIND_NAMES = [
    (ODOO, "Odoo"),
    (ADDON, "App"),
    (POSTGRESQL, "PostgreSQL"),
    (PACKAGE, "Python Package"),
]
_RETENTION = timedelta(days=800)


class ReliabilityNewestVersion(models.Model):
    """Written by messages of kind ``newest_versions``, and by administrators."""

    _name = "reliability.newest.version"
    _description = "Known Version"
    _order = "kind, name, reported_at desc, id desc"
    _rec_name = "version"

    kind = fields.Selection(KIND_NAMES, required=True, default=PACKAGE)
    name = fields.Char(
        required=True,
        help="The technical name of an app, the name of a Python package, odoo or"
        " postgresql.",
    )
    version = fields.Char(required=True)
    released_on = fields.Date(string="Released")
    reported_at = fields.Datetime(
        string="Reported",
        required=True,
        default=fields.Datetime.now,
        help="When somebody has said so last: 30 days later, nobody knows whether there"
        " is a newer one.",
    )

    _once = models.UniqueIndex("(kind, name, version)")

    @api.model_create_multi
    def create(self, vals_list):
        found = super().create(vals_list)
        self._refresh_patches()
        return found

    def write(self, vals):
        result = super().write(vals)
        self._refresh_patches()
        return result

    def unlink(self):
        result = super().unlink()
        self._refresh_patches()
        return result

    @api.model
    def _refresh_patches(self):
        """Show at once what a person has changed; a message does it once for all."""
        if not self.env.su:
            self.env["reliability.patch"].sudo()._refresh()

    @api.model
    def _receive(self, message):
        """Store the versions of a message; sent again, or late, it ends the same.

        :param Message message: of :mod:`..newest_versions`
        :return: what the sender gets, for JSON
        """
        rows = self.search([("kind", "in", [one.kind for one in message.versions])])
        known = {(row.kind, row.name, row.version): row for row in rows}
        new = {}
        for one in message.versions:
            key = (one.kind, masked_name(one.name), masked_name(one.version))
            values = {"released_on": one.released_on, "reported_at": message.at}
            if row := known.get(key):
                row._update(values)
            else:
                names = dict(zip(("kind", "name", "version"), key, strict=True))
                new[key] = names | values
        self.create(list(new.values()))
        self.env["reliability.patch"]._refresh()
        return {"versions": len(message.versions)}

    def _update(self, values):
        """Store what a message says of a known version, in any order of messages."""
        days = [one for one in (self.released_on, values["released_on"]) if one]
        write_changes(
            self,
            {
                "released_on": min(days, default=False),
                "reported_at": max(self.reported_at, values["reported_at"]),
            },
        )

    @api.model
    def _known(self):
        """Return what is known: kind and name → list of :class:`..patches.Known`."""
        found = {}
        for row in self.search([]):
            since = row.create_date.date()
            known = Known(row.version, row.released_on or None, row.reported_at, since)
            key = (row.kind, name_of(row.kind, (row.name or "").strip()))
            found.setdefault(key, []).append(known)
        return found

    @api.autovacuum
    def _gc_versions(self):
        return delete_oldest(self, "reported_at", self.env.cr.now() - _RETENTION)
