"""When modules were installed or upgraded: what changed may be why things changed."""

import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models, tools

from odoo.addons.reliability.api import forget, retention_of

_logger = logging.getLogger(__name__)

_MOST_NAMED = 3


class ReliabilityUpgrade(models.Model):
    _name = "reliability.upgrade"
    _description = "Installed or Upgraded Module"
    _log_access = False
    _order = "upgraded desc, id desc"

    name = fields.Char(required=True, help="Its technical name.")
    version = fields.Char(required=True)
    upgraded = fields.Datetime(required=True)

    _upgrade_unique = models.UniqueIndex("(name, upgraded)")

    def _register_hook(self):
        super()._register_hook()
        self._note_upgrades()

    @api.model
    def _note_upgrades(self):
        """Take down what was upgraded since this was last done.

        Odoo keeps only the last time of each module.  It is looked whenever a registry
        is loaded, which follows each upgrade; an old schema or a read-only database
        must not keep it from being loaded.
        """
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    """
                    INSERT INTO reliability_upgrade (name, version, upgraded)
                    SELECT name, coalesce(latest_version, ''),
                           date_trunc('second', write_date)
                      FROM ir_module_module
                     WHERE state = 'installed' AND write_date IS NOT NULL
                       AND write_date > coalesce(
                               (SELECT max(upgraded) FROM reliability_upgrade),
                               '-infinity')
                        ON CONFLICT DO NOTHING
                    """
                )
        except psycopg2.Error as error:
            _logger.warning("Upgrades of modules cannot be noted: %s", error)

    @api.autovacuum
    def _gc_upgrades(self):
        """Forget upgrades of hours that are not kept either."""
        days = retention_of(self.env).hours
        return forget(self, "upgraded", self.env.cr.now() - timedelta(days=days))

    @api.model
    def _between(self, begin, end):
        """Return upgrades, oldest first, those of one minute together."""
        found = {}
        for upgrade in self.sudo().search_fetch(
            [("upgraded", ">=", begin), ("upgraded", "<", end)],
            ["name", "version", "upgraded"],
            order="upgraded, id",
        ):
            minute = upgrade.upgraded.replace(second=0)
            found[minute] = found.get(minute, self.browse()) | upgrade
        return list(found.values())

    def _describe(self):
        """Say which modules were upgraded, the first of them by name."""
        first = [f"{self._title(of.name)} {of.version}" for of in self[:_MOST_NAMED]]
        names = ", ".join(first)
        more = len(self) - len(first)
        if more:
            return self.env._(
                "%(names)s and %(more)s more modules were installed or upgraded",
                names=names,
                more=more,
            )
        return self.env._("%(names)s: installed or upgraded", names=names)

    @api.model
    @tools.ormcache("name", "self.env.lang")
    def _title(self, name):
        """Return what people call a module; its name where it is gone."""
        modules = self.env["ir.module.module"].sudo()
        return modules.search([("name", "=", name)]).shortdesc or name
