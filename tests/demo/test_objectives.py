"""What is left of error budgets is what an independent query finds in the rollups."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest

from setup import demo, demo_server, ports, postgres
from tests.error_budgets import error_budgets
from tests.waiting import wait_until

UNTIL = demo_server.ALL

_OBJECTIVES = """
    SELECT slo.id, slo.family, service.code AS service, slo.measure, slo.budgeting,
           slo.slice_minutes, slo.slice_goal_ppm, slo.goal_ppm, slo.split,
           coalesce(slo.system, '') AS system,
           coalesce(string_to_array(nullif(slo.operations, ''), ','), '{}')
           AS operations
      FROM reliability_slo AS slo
      JOIN reliability_service AS service ON service.id = slo.service_id
     WHERE slo.active AND slo.is_counted AND slo.measure IN ('success', 'latency')
       AND slo."window" = '28d'
"""
_SLICES = """
    SELECT budget.company_id, budget.warehouse, budget.system,
           sum(slice.good)::bigint, sum(slice.total)::bigint
      FROM reliability_slo_slice AS slice
      JOIN reliability_slo_budget AS budget ON budget.id = slice.budget_id
     WHERE budget.slo_id = %s AND slice.start >= %s AND slice.start < %s
     GROUP BY 1, 2, 3
"""
_MINUTES = timedelta(days=6)
"""Rollups by minute are there for at least so long."""


@pytest.fixture
def cursor(server):
    """A cursor whose statements all see the database at the same moment."""
    environ = postgres.environ()
    connection = psycopg2.connect(
        host=ports.LOOPBACK,
        port=environ["PGPORT"],
        user=environ["PGUSER"],
        password=environ["PGPASSWORD"],
        dbname=server.database,
    )
    connection.set_session("REPEATABLE READ", readonly=True)
    with closing(connection), connection.cursor() as cr:
        yield cr


def is_evaluated(server):
    """Whether no objective waits to be counted."""
    query = "SELECT count(*) FROM reliability_slo WHERE active AND NOT is_counted"
    return postgres.psql(query, server.database).strip() == "0"


def past_window():
    """Return a window of whole hours whose calls are delivered and counted."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    end = now - timedelta(hours=1)
    return end - timedelta(days=27), end


def test_budgets_are_those_of_the_raw_rollups(server, cursor):
    wait_until(lambda: is_evaluated(server))
    begin, end = past_window()
    cursor.execute(_OBJECTIVES)
    names = [column.name for column in cursor.description]
    compared = 0
    for row in cursor.fetchall():
        objective = dict(zip(names, row, strict=True))
        cursor.execute(_SLICES, [objective["id"], begin, end])
        counted = {tuple(key): (good, all_) for *key, good, all_ in cursor.fetchall()}
        queried = {
            tuple(key): (budget.good, budget.total)
            for key, budget in error_budgets(
                cursor, objective, begin, end, minutes_since=end - _MINUTES
            ).items()
        }
        assert counted == queried, objective
        compared += len(counted)
    assert compared > 5


def test_the_bad_quarter_of_an_hour_uses_up_a_visible_part_of_a_budget(server):
    wait_until(lambda: is_evaluated(server))
    admin = demo.log_in(server, "admin")
    budgets = admin.call(
        "reliability.slo.budget",
        "search_read",
        [("slo_id.code", "=", "warehouse_execution_success")],
        ["bad", "remaining"],
    )
    failed = postgres.psql(
        "SELECT sum(count) FROM reliability_rollup_minute AS minute"
        " JOIN reliability_series AS series ON series.id = minute.series_id"
        " WHERE series.family = 'operation' AND series.service = 'warehouse_execution'"
        "   AND minute.outcome IN ('failed', 'killed', 'unknown')"
        "   AND minute.start > now() AT TIME ZONE 'UTC' - interval '28 days'",
        server.database,
    )
    assert sum(budget["bad"] for budget in budgets) == int(failed) > 0
    assert min(budget["remaining"] for budget in budgets) < 90
