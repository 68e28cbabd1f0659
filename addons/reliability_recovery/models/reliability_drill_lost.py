"""What would be lost: the work that was done after what a drill has restored."""

# What production knows of a drill is apart from what its evidence says.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, models

from ..drill_result import OTHER_DATABASE


class ReliabilityDrill(models.Model):
    _inherit = "reliability.drill"

    @api.model_create_multi
    def create(self, vals_list):
        """Store what would be lost, while the calls are known."""
        drills = super().create(vals_list)
        for drill in drills:
            if not drill.lost:
                drill.lost = drill._work_lost()
        return drills

    def _work_lost(self):
        """Return which successful calls what was restored does not have, a line each.

        With a point in time, all since then until the decision to restore; else those
        until the declared failure.

        :return: empty if that is unknown, or if there are none
        """
        begin = self.database_heartbeat
        end = self.declared_at if self.target else self.failed_at
        if not begin or begin >= end or self.reason == OTHER_DATABASE:
            return ""
        found = self.env["reliability.query"]._aggregate(
            begin, end, by=("operation",), durations=False
        )
        names = self.env["reliability.display.names"]
        lines = [
            f"{names._display_name_of(operation)}: {stats.calls['success']}"
            for (operation,), stats in found.items()
            if stats.calls["success"]
        ]
        return "\n".join(sorted(lines))
