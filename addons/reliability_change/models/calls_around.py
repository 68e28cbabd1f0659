"""Calls of operations before and after a deployment, from rollups by minute."""

from datetime import UTC, datetime
from typing import NamedTuple

from odoo.tools import SQL

from odoo.addons.reliability.api import EXCLUDED, FAILURES

from ..comparison import PARTS, Calls

_READ = """
      WITH fault AS MATERIALIZED (
    SELECT *
      FROM unnest(%(services)s::text[], %(begins)s::timestamp[], %(ends)s::timestamp[])
        AS fault (service, began, restored)
         ), minute AS (
    SELECT series.operation, series.service, rollup.outcome, rollup.count,
           rollup.queries, rollup.buckets,
           extract(epoch FROM rollup.start)::bigint AS start
      FROM reliability_rollup_minute AS rollup
      JOIN reliability_series AS series ON series.id = rollup.series_id
     WHERE series.family = 'operation'
       AND (series.company_id IS NULL OR series.company_id <> ALL(%(left_out)s))
       AND rollup.start >= %(first)s AND rollup.start < %(last)s
       AND NOT (rollup.start >= %(begin)s AND rollup.start < %(after)s)
       AND NOT EXISTS (
           SELECT FROM fault
            WHERE fault.service = series.service
              AND rollup.start >= date_trunc('minute', fault.began)
              AND rollup.start < fault.restored)
         )
    SELECT operation, min(service),
           CASE WHEN start < %(end_before)s
                THEN %(end_before)s
                     - ((%(end_before)s - 1 - start) / %(step)s + 1) * %(step)s
                ELSE %(start_after)s
                     + (start - %(start_after)s) / %(step)s * %(step)s
            END AS part,
           coalesce(sum(count) FILTER (WHERE outcome <> ALL(%(excluded)s)), 0)::bigint,
           coalesce(sum(count) FILTER (WHERE outcome = ANY(%(failures)s)), 0)::bigint,
           coalesce(sum(count) FILTER (WHERE outcome = 'rejected'), 0)::bigint,
           coalesce(sum(count) FILTER (WHERE outcome = 'success'), 0)::bigint,
           coalesce(sum(queries) FILTER (WHERE outcome = 'success'), 0)::bigint,
           coalesce(sum((SELECT sum(key::integer * value::bigint)
                           FROM jsonb_each_text(buckets)))
                    FILTER (WHERE outcome = 'success'), 0)::bigint
      FROM minute
     GROUP BY operation, part
"""
"""Rows are parts of windows, which are counted back from the deployment, and forward
from the begin of the window after it.  One query reads all: most of the table is
read anyway."""


class Fault(NamedTuple):
    """The time of an incident that was over when the deployment began, in UTC."""

    service: str
    began: datetime
    restored: datetime


class CallsAround(NamedTuple):
    """Calls of all operations by parts of windows.

    :ivar before, after: operation → its calls; each operation is in both
    :ivar services: operation → the code of its service
    """

    before: dict[str, list[Calls]]
    after: dict[str, list[Calls]]
    services: dict[str, str]


def read_calls(env, times, since, faults):
    """Return the calls that a check compares, without those of left-out companies.

    :param times: the `comparison.Times` of the check
    :param datetime since: rollups by minute are complete since then, in UTC
    :param faults: calls of these are left out
    :rtype: CallsAround
    """
    services, begins, ends = zip(*faults, strict=True) if faults else ((), (), ())
    left_out = env["reliability.health.provider"]._left_out_companies()
    query = SQL(
        _READ,
        left_out=sorted(left_out),
        services=list(services),
        begins=list(begins),
        ends=list(ends),
        first=max(since, as_moment(times.begin_before)),
        last=as_moment(times.end_after),
        begin=as_moment(times.end_before),
        after=as_moment(times.start_after),
        end_before=times.end_before,
        start_after=times.start_after,
        step=(times.end_after - times.start_after) // PARTS,
        excluded=list(EXCLUDED),
        failures=list(FAILURES),
    )
    found = CallsAround({}, {}, {})
    for operation, service, *values in env.execute_query(query):
        calls = Calls(*values)
        side = found.before if calls.start < times.end_before else found.after
        side.setdefault(operation, []).append(calls)
        found.services[operation] = service
    for side in (found.before, found.after):
        for operation in found.services:
            side.setdefault(operation, [])
    return found


def as_seconds(moment):
    """Return a moment in UTC as whole seconds since 1970."""
    return int(moment.replace(tzinfo=UTC).timestamp())


def as_moment(seconds):
    """Return seconds since 1970 as a moment in UTC."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
