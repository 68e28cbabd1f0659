"""What would be lost: the work that was done after what a drill has restored."""

# What production knows of a drill is apart from what its evidence says.
# pylint: disable=consider-merging-classes-inherited

import json
from datetime import timedelta

from odoo import api, models

from .. import documents
from ..drill_contract import parse
from ..drill_result import OTHER_DATABASE

_MAX_NAMED = 20
_MINUTE = timedelta(minutes=1)


class ReliabilityDrill(models.Model):
    _inherit = "reliability.drill"

    @api.model_create_multi
    def create(self, vals_list):
        """Store what would be lost, while production knows it."""
        drills = super().create(vals_list)
        for drill in drills:
            if not drill.lost:
                drill.lost = drill._work_lost()
        return drills

    def _work_lost(self):
        """Return what production has and what was restored has not, a line each.

        With a point in time, all since then until the decision to restore; else that
        until the declared failure.

        :return: empty if that is unknown, or if there is nothing
        """
        begin = self.database_heartbeat
        end = self.declared_at if self.target else self.failed_at
        if not begin or begin > end or self.reason == OTHER_DATABASE:
            return ""
        return "\n".join([*self._documents_lost(end), *self._calls_lost(begin, end)])

    def _documents_lost(self, end):
        """Yield which documents are in no restored copy, such as orders."""
        self.env.flush_all()
        for found in parse(json.loads(self.evidence)).documents:
            ours = documents.names(self.env.cr, found.table, found.since, end)
            lost = [name for id_, name in ours.items() if id_ not in found.ids]
            if lost:
                model = self.env["ir.model"]._get(found.table.replace("_", "."))
                named = ", ".join(lost[:_MAX_NAMED]) + " …" * (len(lost) > _MAX_NAMED)
                yield f"{model.name}: {len(lost)} ({named})"

    def _calls_lost(self, begin, end):
        """Return how many calls were successful since the newest heartbeat.

        They are counted by minutes: how many of the minutes of the heartbeat and of the
        failure are lost is unknown.
        """
        first, last = begin.replace(second=0), end.replace(second=0)
        certain = self._calls(first + _MINUTE, last)
        names = self.env["reliability.display.names"]
        return sorted(
            self._count_text(names._display_name_of(name), certain.get(name, 0), count)
            for name, count in self._calls(first, end).items()
        )

    def _calls(self, begin, end):
        """Return the successful calls in a period: operation → their number."""
        if begin >= end:
            return {}
        found = self.env["reliability.query"]._aggregate(
            begin, end, by=("operation",), durations=False
        )
        return {
            operation: stats.calls["success"]
            for (operation,), stats in found.items()
            if stats.calls["success"]
        }

    def _count_text(self, name, low, high):
        if low == high:
            return f"{name}: {high}"
        return self.env._(
            "%(name)s: %(low)s to %(high)s", name=name, low=low, high=high
        )
