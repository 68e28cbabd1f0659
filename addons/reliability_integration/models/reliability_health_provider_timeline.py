"""Exchanges that failed during an incident."""

# What is asked during an incident has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.reliability.api import TimelineEntry, formatting


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _timeline(self, affected):
        return [*super()._timeline(affected), *self._failed_exchanges(affected)]

    @api.model
    def _failed_exchanges(self, affected):
        """Yield an entry for each partner system and class of errors.

        One for each exchange would hide the rest of the timeline.
        """
        exchanges = self.env["reliability.exchange"]
        if not exchanges.has_access("read"):
            return
        failed = affected.domain(warehouse="warehouse") & Domain(
            [
                ("state", "in", ("failed", "unknown")),
                ("started", ">=", affected.begin),
                ("started", "<", affected.end),
            ]
        )
        groups = exchanges._read_group(
            failed,
            ["integration_id", "error_class"],
            ["__count", "started:min", "started:max"],
        )
        for integration, error, count, first, last in groups:
            values = {
                "system": integration.sudo().name or "",
                "error": error or self.env._("no answer"),
                "count": count,
                "time": formatting.moment(self.env, last),
            }
            text = formatting.counted(
                count,
                self.env._("%(system)s: 1 exchange failed (%(error)s)", **values),
                self.env._(
                    "%(system)s: %(count)s exchanges failed from here until %(time)s"
                    " (%(error)s)",
                    **values,
                ),
            )
            which = Domain("integration_id", "=", integration.id)
            which &= Domain("error_class", "in", [error] if error else [False, ""])
            yield TimelineEntry(
                first,
                "failure",
                text,
                action=self._open_exchanges(values["system"], list(failed & which)),
            )
