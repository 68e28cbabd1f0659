"""Patches: what runs, beside the newest version that somebody has reported."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.modules.module import Manifest
from odoo.release import version as odoo_version

from odoo.addons.reliability.api import (
    NumberParameter,
    read_parameter,
    settings,
    write_changes,
)

from ..fingerprint import Fingerprint
from ..patches import ADDON, BEHIND, NEWEST, ODOO, PACKAGE, POSTGRESQL, UNKNOWN, age
from ..python_packages import normalised, python_packages
from .reliability_newest_version import KIND_NAMES

PATCH_DAYS = NumberParameter("reliability.patch_days", default=60, maximum=3650)
"""An alert names what has been behind for longer."""
_STATE_NAMES = [
    (BEHIND, "Behind"),
    (NEWEST, "No Newer One Known"),
    (UNKNOWN, "Unknown"),
]
_OF_ODOO = ("base", "web", "web_enterprise")
"""Modules whose folders have those that are patched with Odoo itself."""
_ODOO = {"odoo s.a.", "odoo sa", "odoo ps", "odoo"}
"""Authors of those in other folders."""
_APP = "odoo-addon-"
"""What the names of Python packages begin with that are apps."""


class ReliabilityPatch(models.Model):
    """Made again each hour, and when versions are reported or a server runs others."""

    _name = "reliability.patch"
    _description = "Patch"
    _log_access = False
    _order = "urgency, behind_since, kind, name, id"

    kind = fields.Selection(KIND_NAMES, required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    version = fields.Char(string="Runs", required=True, readonly=True)
    hosts = fields.Char(
        readonly=True,
        help="Those that deliver measurements; if none does, all that were ever seen.",
    )
    state = fields.Selection(
        _STATE_NAMES,
        string="Status",
        required=True,
        readonly=True,
        help="Unknown: nobody has reported its newest version for 30 days.",
    )
    urgency = fields.Integer(readonly=True, aggregator=None)
    newest = fields.Char(string="Newest Known", readonly=True)
    behind_since = fields.Date(
        readonly=True,
        help="When the first version after it was released; if that is unknown, when"
        " it was reported first: it is behind at least since.",
    )
    reported_at = fields.Datetime(string="Reported", readonly=True)
    days = fields.Integer(
        string="Days Behind", compute="_compute_days", aggregator=None
    )

    _once = models.UniqueIndex("(kind, name, version)")

    @api.depends("behind_since")
    def _compute_days(self):
        today = fields.Date.today()
        for patch in self:
            since = patch.behind_since
            patch.days = (today - since).days if since else 0

    @api.model
    def _cron_refresh(self):
        """Compare what runs with what is known, each hour."""
        self._refresh()

    @api.model
    def _refresh(self):
        """Compare what runs with what is known."""
        now = fields.Datetime.now()
        known = self.env["reliability.newest.version"]._known()
        rows = {(row.kind, row.name, row.version): row for row in self.search([])}
        new = []
        for key, hosts in self._running(now).items():
            kind, name, version = key
            found = age(kind, version, known.get((kind, name), ()), now)
            values = {
                **found._asdict(),
                "newest": found.newest or False,
                "hosts": ", ".join(sorted(hosts)),
                "urgency": (BEHIND, UNKNOWN, NEWEST).index(found.state),
            }
            if row := rows.pop(key, None):
                write_changes(row, values)
            else:
                new.append({"kind": kind, "name": name, "version": version, **values})
        self.browse([row.id for row in rows.values()]).unlink()
        self.create(new)

    @api.model
    def _running(self, now):
        """Return what runs: kind, name and version → the hosts that run it.

        Of PostgreSQL and apps there is one version for all hosts.

        :param datetime now: in UTC
        """
        found = {
            (ODOO, "odoo", odoo_version): {settings().host},
            (POSTGRESQL, "postgresql", self._postgresql_version()): set(),
        }
        for name, version in self._addons():
            found[ADDON, name, version] = set()
        for row in self._serving(now):
            for name, version in Fingerprint.loads(row.content).packages.items():
                # Odoo and its apps have kinds of their own.
                if name != ODOO and not name.startswith(_APP):
                    found.setdefault((PACKAGE, name, version), set()).add(row.host)
        return found

    @api.model
    def _serving(self, now):
        """Return the fingerprints of hosts that are there.

        Hosts of containers are gone after each deployment.  If no host delivers
        measurements, nobody knows that, and all of them count.
        """
        latest = self.env["reliability.fingerprint"]._latest().filtered("is_serving")
        alive = self.env["reliability.deployment"]._hosts_alive(now)
        return latest.filtered(lambda row: not alive or row.host in alive)

    @api.model
    def _postgresql_version(self):
        self.env.cr.execute("SHOW server_version")
        return self.env.cr.fetchone()[0]

    @api.model
    def _addons(self):
        """Return the installed apps that are no part of Odoo, and their versions."""
        installed = [("state", "in", ("installed", "to upgrade", "to remove"))]
        modules = self.env["ir.module.module"].sudo().search(installed)
        packages = python_packages()
        return [
            (one.name, one.latest_version)
            for one in modules
            if one.latest_version and not _is_of_odoo(one, packages)
        ]

    @api.model
    def _overdue(self):
        """Return what has been behind for longer than Settings allow."""
        days = timedelta(days=read_parameter(self.env, PATCH_DAYS))
        before = fields.Date.today() - days
        return self.search([("state", "=", BEHIND), ("behind_since", "<", before)])


def _is_of_odoo(module, packages):
    """Return whether a module is patched with Odoo itself.

    In its folders, many have other authors; Python's installer may put apps there, too.

    :param packages: names of Python packages, normalised
    """
    folder = _folder_of(module.name)
    if folder and folder in map(_folder_of, _OF_ODOO):
        return f"{_APP}{normalised(module.name)}" not in packages
    return all(one.strip().lower() in _ODOO for one in (module.author or "").split(","))


def _folder_of(module):
    manifest = Manifest.for_addon(module, display_warning=False)
    return manifest and manifest.addons_path
