"""Queries of a database: confirmed orders, and the rollups of confirmations."""

from waiting import wait_until

from setup import postgres


def confirmed_in(database, orders):
    """Return the confirmed ones of some orders, as ids."""
    ids = ",".join(map(str, orders))
    rows = postgres.psql(
        f"SELECT id FROM sale_order WHERE state = 'sale' AND id IN ({ids})", database
    )
    return {int(row) for row in rows.split()}


def rollups(database, table="minute", by="outcome", where="TRUE"):
    """Return the number of confirmations in rollups, by a column."""
    rows = postgres.psql(
        f"SELECT {by}, sum(count) FROM reliability_rollup_{table} AS rollup"
        " JOIN reliability_series AS series ON series.id = rollup.series_id"
        " WHERE family = 'operation' AND operation = 'order_confirmation'"
        f" AND {where} GROUP BY 1",
        database,
    )
    pairs = (row.rsplit("|", 1) for row in rows.splitlines())
    return {value: int(count) for value, count in pairs}


def wait_for_rollups(database, expected, **which):
    """Wait until rollups are as expected, see :func:`rollups`.

    :raise AssertionError: the rollups differ until the timeout
    """
    wait_until(
        lambda: rollups(database, **which) == expected,
        lambda: f"{rollups(database, **which)} instead of {expected}",
    )
