"""How the telemetry itself is doing, in sentences that say what to do."""

from odoo import api, fields, models
from odoo.tools import config

from ..collector import snapshot
from ..instrumentation import schema
from ..instrumentation.registry import SWITCHED_OFF, is_switched_off
from ..odoo_conf import settings

_SECONDS_UNTIL_STALE = 60
_MOST_WAITING = 10


class ReliabilitySelfCheck(models.AbstractModel):
    _name = "reliability.self.check"
    _description = "How the Telemetry Is Doing"

    @api.model
    def _problems(self):
        """Return what is wrong or missing, and what to do about it.

        :rtype: list[str]
        """
        if problem := self._of_version():
            return [problem]  # what else there is cannot be read
        last = snapshot.last(settings().telemetry_dir)
        found = [
            self._of_loading(),
            self._of_collecting(last),
            self._of_switches(last),
            self._of_delivering(last),
            self._of_operations(),
        ]
        return [problem for problem in found if problem]

    @api.model
    def _of_version(self):
        found = schema.difference(self.env.cr, self.env.registry)
        if found == schema.OLDER:
            return self.env._(
                "The app Reliability is older in this database than on this server, so"
                " not all is measured. Upgrade it in Apps."
            )
        if found:
            return self.env._(
                "The app Reliability is of another version in this database than on"
                " this server, so not all is measured. Update the addons on this"
                " server, restart Odoo, and upgrade the app in Apps."
            )
        return ""

    @api.model
    def _of_loading(self):
        if "reliability" in config["server_wide_modules"]:
            return ""
        return self.env._(
            "Reliability is not loaded server-wide: no collector is started, and"
            " requests are measured only after each worker has opened this database."
            " Add reliability to server_wide_modules in odoo.conf and restart Odoo."
        )

    @api.model
    def _of_collecting(self, last):
        if last is None:
            return self.env._(
                "Nothing has been collected on this server yet. If it has been running"
                " for a minute, look in its log for odoo.addons.reliability: the"
                " collector may not have been started."
            )
        if last.age > _SECONDS_UNTIL_STALE:
            return self.env._(
                "Nothing has been collected on this server for %(minutes)s minutes."
                " Look in its log for odoo.addons.reliability: the collector does not"
                " run, or its storage is full.",
                minutes=int(last.age // 60),
            )
        return ""

    @api.model
    def _of_switches(self, last):
        if last is not None and not last.enabled:
            return self.env._(
                "Measuring is switched off for this whole server, by enabled = False in"
                " section [reliability] of odoo.conf."
            )
        parameters = self.env["ir.config_parameter"].sudo()
        if is_switched_off(parameters.get_param(SWITCHED_OFF)):
            return self.env._("Measuring is switched off in this database, see below.")
        return ""

    @api.model
    def _of_delivering(self, last):
        waiting = last.waiting.get(self.env.cr.dbname, 0) if last else 0
        if waiting <= _MOST_WAITING:
            return ""
        return self.env._(
            "What was measured does not arrive in this database: %(count)s batches"
            " wait. If the addons were updated, upgrade the app Reliability.",
            count=waiting,
        )

    @api.model
    def _of_operations(self):
        operations = self.env["reliability.operation"].search(
            [("problem", "!=", False)]
        )
        if not operations:
            return ""
        return self.env._(
            "Not measured: %(names)s. Open them under Operations to see why.",
            names=", ".join(operations.mapped("name")),
        )

    @api.model
    def _hosts(self):
        """Return when each host last brought what it had measured here.

        :rtype: list[tuple[str, float]]
        :return: hosts of the last day, with the seconds since, soonest first; 0 where
            a host's clock is ahead of ours
        """
        now = fields.Datetime.now()
        day_ago = fields.Datetime.subtract(now, days=1)
        visits = self.env["reliability.collector.checkpoint"]._last_polls()
        ages = [
            (host, max(0.0, (now - last).total_seconds()))
            for host, last in visits.items()
            if last > day_ago
        ]
        return sorted(ages, key=lambda pair: pair[1])
