"""The last run of each journey and place, in SQL.

A query reads a run of each, and not all of them, by an index that has its condition.
"""

from ..run_result import INSIDE
from ..ways import HTTP

DAYS = 7
"""So long a journey is shown that was switched off."""
MISSED_TURNS = 3
"""After so many turns without a run, the last one says nothing of now."""
ENDED = "state <> 'running'"
_IS_SILENT = f"""
    coalesce(
        CASE WHEN journey.way = '{HTTP}' THEN run.started_at
             WHEN journey.is_scheduled THEN journey.next_run_at
        END < {{now}} - make_interval(
            mins => {MISSED_TURNS} * journey.interval_minutes,
            secs => 2 * journey.limit_seconds
        ), FALSE)
"""
"""The last run says nothing of now: the probe, or the scheduled action, has stopped."""


def latest_runs(now):
    """Return a query for the last runs that have ended, before a moment.

    :param str now: SQL for the moment, in UTC
    """
    return f"""
        SELECT run.id, run.journey_id, run.place, run.state, run.seconds,
               run.attempts, run.started_at, journey.code AS journey,
               {_IS_SILENT.format(now=now)} AS is_silent
          {last_of_each_place(ENDED, now)}
    """


def last_of_each_place(condition, now):
    """Return FROM and WHERE of a query for the last run of each place with a condition.

    Places are Odoo itself, and those that a probe is expected to report from.  A run of
    before its journey was switched on says nothing of now.

    :param str condition: of an index of runs, by journey, place and time
    :param str now: SQL for the moment, in UTC
    """
    return f"""
        FROM (
            SELECT id AS journey_id, '{INSIDE}' AS place
              FROM reliability_synthetic_journey WHERE way <> '{HTTP}'
             UNION ALL
            SELECT journey_id, name FROM reliability_synthetic_place
        ) AS pair
        JOIN reliability_synthetic_journey AS journey ON journey.id = pair.journey_id
        CROSS JOIN LATERAL (
            SELECT id FROM reliability_synthetic_run AS run
             WHERE {condition}
               AND run.journey_id = pair.journey_id AND run.place = pair.place
             ORDER BY started_at DESC, id DESC LIMIT 1) AS last
        JOIN reliability_synthetic_run AS run ON run.id = last.id
       WHERE journey.active
         AND (run.started_at >= journey.switched_on_at) IS NOT FALSE
         AND (journey.is_scheduled OR journey.way = '{HTTP}'
              OR run.started_at > {now} - interval '{DAYS} days')
    """
