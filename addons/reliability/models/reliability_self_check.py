"""The self-check of the telemetry: its problems, in sentences that say what to do."""

from odoo import api, fields, models
from odoo.tools import config

from ..collector import snapshot
from ..instrumentation import schema
from ..instrumentation.instrument import problems as instrumentation_problems
from ..instrumentation.registry import SWITCHED_OFF
from ..odoo_conf import settings
from . import formatting
from .parameters import read_parameter

_SECONDS_UNTIL_STALE = 60
_MAX_WAITING_BATCHES = 10


class ReliabilitySelfCheck(models.AbstractModel):
    _name = "reliability.self.check"
    _description = "Self-Check of the Telemetry"

    @api.model
    def _problems(self):
        """Return the problems of the telemetry, and what to do about each.

        :rtype: list[str]
        """
        if problem := self._version_problem():
            return [problem]  # other tables cannot be read
        last = snapshot.last(settings().telemetry_dir)
        problems = [
            *self._loading_problems(),
            self._instrumentation_problem(),
            self._collector_problem(last),
            self._slot_problem(last),
            self._switch_problem(last),
            self._delivery_problem(last),
            self._refusal_problem(),
            self.env["reliability.token"]._problem(),
            self._operations_problem(),
            self._route_problem(),
            *self._rights_problems(),
            *self._addon_problems(),
        ]
        return [problem for problem in problems if problem]

    @api.model
    def _addon_problems(self):
        """Return what addons have to say; they extend it.

        :rtype: list[str]
        """
        return []

    @api.model
    def _version_problem(self):
        difference = schema.difference(self.env.cr, self.env.registry)
        if difference == schema.OLDER:
            return self.env._(
                "The app Reliability is older in this database than on this server, so"
                " some calls are not measured. Upgrade it in Apps."
            )
        if difference:
            return self.env._(
                "The app Reliability has another version in this database than on"
                " this server, so some calls are not measured. Update the addons on"
                " this server, restart Odoo, and upgrade the app in Apps."
            )
        return ""

    @api.model
    def _loading_problems(self):
        """Return what is missing since an addon is not loaded server-wide.

        Addons with tasks of the collector extend it.

        :rtype: list[str]
        """
        if "reliability" in config["server_wide_modules"]:
            return []
        return [
            self.env._(
                "Reliability is not loaded server-wide: no collector starts, and"
                " requests are measured only after each worker has opened this"
                " database. Add reliability to server_wide_modules in odoo.conf and"
                " restart Odoo."
            )
        ]

    @api.model
    def _instrumentation_problem(self):
        problems = instrumentation_problems()
        if not problems:
            return ""
        return self.env._(
            "This version of Odoo lacks what Reliability instruments, so this is not"
            " measured: %(problems)s. Update the addons on this server.",
            problems="; ".join(
                f"{purpose} ({reason})" for purpose, reason in problems.items()
            ),
        )

    @api.model
    def _collector_problem(self, last):
        if last is None:
            return self.env._(
                "The collector of this server has not collected anything yet. If the"
                " server has been running for a minute, look in its log for"
                " odoo.addons.reliability: the collector may not have started."
            )
        if last.age > _SECONDS_UNTIL_STALE:
            return self.env._(
                "The collector of this server has collected nothing for %(age)s. Look"
                " in the log for odoo.addons.reliability: the collector does not run,"
                " or its storage is full.",
                age=formatting.duration(self.env, last.age),
            )
        return ""

    @api.model
    def _slot_problem(self, last):
        if last is None or not last.without_slot:
            return ""
        return self.env._(
            "%(count)s processes of this server cannot record now: their calls are"
            " missing from all numbers. Free some storage in %(folder)s; the log says"
            " what is missing there (odoo.addons.reliability).",
            count=last.without_slot,
            folder=settings().telemetry_dir,
        )

    @api.model
    def _switch_problem(self, last):
        if last is not None and not last.enabled:
            return self.env._(
                "Measuring is paused on this whole server, by enabled = False in"
                " section [reliability] of odoo.conf."
            )
        if read_parameter(self.env, SWITCHED_OFF):
            return self.env._("Measuring is paused in this database, see below.")
        return ""

    @api.model
    def _delivery_problem(self, last):
        waiting = last.waiting.get(self.env.cr.dbname, 0) if last else 0
        if waiting <= _MAX_WAITING_BATCHES:
            return ""
        return self.env._(
            "Measurements do not arrive in this database: %(count)s batches wait. If"
            " the addons were updated, upgrade the app Reliability.",
            count=waiting,
        )

    @api.model
    def _refusal_problem(self):
        reports = self.env["reliability.collector.report"]._refusing()
        if not reports:
            return ""
        return self.env._(
            "This database refuses messages of Reliability: %(count)s of %(hosts)s."
            " Nothing is lost: correct the cause, and they are stored within ten"
            " minutes. The last error: %(error)s",
            count=sum(reports.mapped("refused")),
            hosts=", ".join(reports.mapped("host")),
            error=reports[-1].refusal,
        )

    @api.model
    def _operations_problem(self):
        operations = self.env["reliability.operation"].search(
            [("problem", "!=", False)]
        )
        if not operations:
            return ""
        return self.env._(
            "Operations that are not measured: %(names)s. Open them to see why.",
            names=", ".join(operations.mapped("name")),
        )

    @api.model
    def _route_problem(self):
        hidden = self.env["ir.http"]._reliability_hidden_module()
        if not hidden:
            return ""
        return self.env._(
            "The route %(route)s of %(module)s cannot be reached, since Reliability"
            " answers it. To move that of Reliability, set metrics_route in section"
            " [reliability] of odoo.conf, for example to /reliability/metrics, and"
            " restart Odoo.",
            route=settings().metrics_route,
            module=hidden,
        )

    @api.model
    def _hosts(self):
        """Return the hosts of the last day, and when each last delivered measurements.

        Those that ended in order or were replaced are left out.

        :rtype: list[tuple[str, float]]
        :return: (host, seconds since), the latest first; 0 if the clock of a host is
            ahead of this one
        """
        now = fields.Datetime.now()
        day_ago = fields.Datetime.subtract(now, days=1)
        checkpoints = self.env["reliability.collector.checkpoint"]
        last_polls = checkpoints._last_polls()
        since = fields.Datetime.subtract(now, seconds=_SECONDS_UNTIL_STALE)
        silent = checkpoints._silent_hosts(last_polls, since)
        ages = [
            (host, max(0.0, (now - last).total_seconds()))
            for host, last in last_polls.items()
            if last > day_ago and (last >= since or host in silent)
        ]
        return sorted(ages, key=lambda pair: pair[1])
