"""The last run of each journey and place, in SQL.

A query reads a run of each, and not all of them: it jumps from place to place in an
index that has its condition.
"""

DAYS = 7
"""A place without a run for longer is not shown any more."""
ENDED = "state <> 'running'"


def latest_runs(now):
    """Return a query for the last runs that have ended, of the days before a moment.

    :param str now: SQL for the moment, in UTC
    """
    return f"""
        SELECT run.id, run.journey_id, run.place, run.state, run.seconds,
               run.attempts, run.started_at, journey.code AS journey
          {last_of_each_place(ENDED, now)}
    """


def last_of_each_place(condition, now):
    """Return FROM and WHERE of a query for the last run of each place with a condition.

    :param str condition: of an index of runs, by journey, place and time
    """
    return f"""
        FROM (
            WITH RECURSIVE pair AS (
                (SELECT journey_id, place FROM reliability_synthetic_run
                  WHERE {condition}
                  ORDER BY journey_id, place LIMIT 1)
                UNION ALL
                SELECT following.journey_id, following.place
                  FROM pair CROSS JOIN LATERAL (
                        SELECT journey_id, place FROM reliability_synthetic_run AS run
                         WHERE {condition} AND (run.journey_id, run.place)
                               > (pair.journey_id, pair.place)
                         ORDER BY journey_id, place LIMIT 1) AS following
            ) SELECT journey_id, place FROM pair
        ) AS pair
        JOIN reliability_synthetic_journey AS journey ON journey.id = pair.journey_id
        CROSS JOIN LATERAL (
            SELECT id FROM reliability_synthetic_run AS run
             WHERE {condition}
               AND run.journey_id = pair.journey_id AND run.place = pair.place
               AND run.started_at > {now} - interval '{DAYS} days'
             ORDER BY started_at DESC, id DESC LIMIT 1) AS last
        JOIN reliability_synthetic_run AS run ON run.id = last.id
       WHERE journey.active
    """
