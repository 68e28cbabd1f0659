"""The records on which calls failed, as far as they are known."""

# One file for each side of a top call.
# pylint: disable=consider-merging-classes-inherited

from collections import Counter
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..telemetry.call_stats import FAILURES
from .retention import minutes_complete_since

_MINUTE = timedelta(minutes=1)


class ReliabilityTopCall(models.Model):
    _inherit = "reliability.top.call"

    @api.model
    def _failed_records(self, operations, affected):
        """Return the records on which calls of operations failed in an incident.

        Only the last failed calls of each hour are stored, and not all know all of
        their records: ``hidden`` says where there may be more.

        :param operations: codes; those of services that are not affected are left out
        :param Affected affected: the caller leaves out records of other sites, since
            they say where they belong better than calls do
        :return: ids of records; and ``hidden``, a set of (company id, warehouse)
        """
        begin = self._begin_of_rollup(affected.begin)
        end = affected.end.replace(second=0, microsecond=0) + _MINUTE
        where = {
            "family": "operation",
            "operation": list(operations),
            "service": sorted(affected.services),
        }
        ids, known = set(), Counter()
        if not self._were_called(where):
            return ids, set()
        calls = self._failed_calls(begin, end, where)
        for *site, ended, count, one, several in self.env.execute_query(calls):
            found = several or ([one] if one else [])
            known[tuple(site)] += bool(found) and len(found) >= count
            if ended >= affected.begin.replace(second=0, microsecond=0):
                ids.update(found)
        failed = self.env["reliability.query"]._aggregate(
            begin, end, by=("company_id", "warehouse"), durations=False, **where
        )
        hidden = {
            site
            for site, stats in failed.items()
            if stats.failures > known[site] and affected.includes(*site)
        }
        return ids, hidden

    @api.model
    def _were_called(self, where):
        """Return whether there ever was such a call; most services have none."""
        condition = self.env["reliability.query"]._where(where)
        query = SQL("SELECT FROM reliability_series WHERE %s LIMIT 1", condition)
        return bool(self.env.execute_query(query))

    @api.model
    def _begin_of_rollup(self, moment):
        """Return the begin of the minute, or of the hour if only hours are complete."""
        begin = moment.replace(second=0, microsecond=0)
        if begin < minutes_complete_since(self.env):
            return begin.replace(minute=0)
        return begin

    @api.model
    def _failed_calls(self, begin, end, where):
        """Return a query of the stored failed calls, and what they were called on."""
        return SQL(
            """
            SELECT series.company_id, series.warehouse, top_call.ended,
                   top_call.records, top_call.record_id, top_call.record_ids
              FROM reliability_rollup_top_call AS top_call
              JOIN reliability_series AS series ON series.id = top_call.series_id
             WHERE hour > %(begin)s - interval '1 hour' AND hour < %(end)s
               AND ended >= %(begin)s AND ended < %(end)s
               AND outcome = ANY(%(failures)s)
               AND %(where)s
            """,
            begin=begin,
            end=end,
            failures=list(FAILURES),
            where=self.env["reliability.query"]._where(where),
        )
