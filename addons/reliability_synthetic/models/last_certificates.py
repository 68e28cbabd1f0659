"""The last run of each journey and place that has seen a certificate, in SQL."""

from .latest_runs import last_of_each_place

CERTIFIED = "certificate_not_after IS NOT NULL"


def last_certificates(now):
    """Return a query for these runs before a moment.

    Not all runs come so far, and a certificate does not change with one that does not.

    :param str now: SQL for the moment, in UTC
    """
    return f"""
        SELECT run.id, journey.code AS journey, run.place, run.certificate_not_after
          {last_of_each_place(CERTIFIED, now)}
    """
