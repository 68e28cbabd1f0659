"""When modules were installed or upgraded: a change in the numbers may follow it."""

from datetime import timedelta

import psycopg2

from odoo import api, fields, models, tools

from odoo.addons.reliability.api import (
    delete_oldest,
    formatting,
    masked_logger,
    retention_of,
)

_logger = masked_logger(__name__)

_MAX_NAMED = 3


class ReliabilityUpgrade(models.Model):
    _name = "reliability.upgrade"
    _description = "Installed or Upgraded Module"
    _log_access = False
    _order = "upgraded desc, id desc"

    name = fields.Char(required=True, help="Technical name of the module.")
    version = fields.Char(required=True)
    upgraded = fields.Datetime(required=True)

    _upgrade_unique = models.UniqueIndex("(name, upgraded)")

    def _register_hook(self):
        super()._register_hook()
        self._record_upgrades()

    @api.model
    def _record_upgrades(self):
        """Store the upgrades since the last recorded one.

        Odoo stores only the last time of each module.  This runs whenever a registry
        is loaded, which follows each upgrade; an outdated schema or a read-only
        database must not prevent the registry from being loaded.
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
            _logger.warning("Cannot record module upgrades: %s", error)

    @api.autovacuum
    def _gc_upgrades(self):
        """Delete upgrades that are older than the retention of hourly rollups."""
        days = retention_of(self.env).hours
        return delete_oldest(self, "upgraded", self.env.cr.now() - timedelta(days=days))

    @api.model
    def _between(self, begin, end):
        """Return upgrades as one recordset per minute, the oldest first."""
        by_minute = {}
        for upgrade in self.sudo().search_fetch(
            [("upgraded", ">=", begin), ("upgraded", "<", end)],
            ["name", "version", "upgraded"],
            order="upgraded, id",
        ):
            minute = upgrade.upgraded.replace(second=0)
            by_minute[minute] = by_minute.get(minute, self.browse()) | upgrade
        return list(by_minute.values())

    def _describe(self):
        """Return a sentence with the first modules and the number of the others."""
        first = [
            f"{self._module_title(upgrade.name)} {upgrade.version}"
            for upgrade in self[:_MAX_NAMED]
        ]
        names = ", ".join(first)
        more = len(self) - len(first)
        if more:
            return formatting.counted(
                more,
                self.env._("Installed or upgraded: %(names)s and 1 more", names=names),
                self.env._(
                    "Installed or upgraded: %(names)s and %(more)s more",
                    names=names,
                    more=more,
                ),
            )
        return self.env._("Installed or upgraded: %(names)s", names=names)

    @api.model
    @tools.ormcache("name", "self.env.lang")
    def _module_title(self, name):
        """Return a module's title; its technical name if the module is gone."""
        modules = self.env["ir.module.module"].sudo()
        return modules.search([("name", "=", name)]).shortdesc or name
