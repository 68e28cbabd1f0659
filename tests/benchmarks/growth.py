"""What grows: rows of rollups with the calls of a day, Prometheus' disk with samples.

Both are measured at three sizes; docs/scaling.md has the formulas.  Prints tables in
Markdown; ``make bench`` saves them in ``docs/benchmarks.md``.
"""

import math
import random
import shutil
import subprocess
import tempfile
from pathlib import Path

import _fleet
from fleet import collector_of, rendered

from odoo import sql_db
from odoo.tools import config

from setup import paired, tables

CALLS = (5_000, 50_000, 200_000)
MINUTES = 14 * 60  # from 6 to 20 o'clock
SERIES = _fleet.OPERATIONS * _fleet.WAREHOUSES
REFUSED = 0.05
DATABASES = (1, 3, 9)
BEGIN = 1_700_006_400  # that of a block of two hours
SCRAPES = range(BEGIN, BEGIN + 7200, 30)
CHANGING = 0.1
"""Share of histograms of a busy database with an event between two scrapes."""

_SERIES = """
    INSERT INTO reliability_series
        (family, service, operation, company, company_id, warehouse, dimension)
    SELECT 'operation', 'growth', 'operation ' || n, '1', NULL, 'WH', ''
      FROM generate_series(1, %s) AS n
"""
_CALL = """
    CREATE TEMPORARY TABLE call ON COMMIT DROP AS
    SELECT id AS series_id, minute,
           CASE WHEN random() < %(refused)s THEN 'rejected' ELSE 'success' END
               AS outcome,
           round(-80 + 13 * (random() + random() + random()))::int AS bucket
      FROM (SELECT id, split_part(operation, ' ', 2)::int AS n
              FROM reliability_series WHERE service = 'growth') AS series,
           generate_series(1, round(%(calls)s / n / %(weights)s)::int) AS nth,
           LATERAL (SELECT timestamp '2026-11-02 06:00'
                           + trunc(random() * %(minutes)s + 0 * nth)
                           * interval '1 minute' AS minute) AS drawn
"""
_ROWS = """
    INSERT INTO reliability_rollup_{period} (series_id, start, outcome, host, threshold,
        buckets, count, fast, seconds, sql, external, cpu, queries, records)
    SELECT series_id, start, outcome, 'warehouse-1', 3.0,
           jsonb_object_agg(bucket, calls), sum(calls), sum(calls), sum(calls) / 8.0,
           sum(calls) / 9.0, 0, sum(calls) / 10.0, sum(calls), sum(calls)
      FROM (SELECT series_id, date_trunc('{period}', minute) AS start, outcome, bucket,
                   count(*) AS calls
              FROM call GROUP BY 1, 2, 3, 4) AS cell
     GROUP BY series_id, start, outcome
"""


def weights():
    """Return the share of each series in all calls: the nth has 1 / n of the first."""
    whole = sum(1 / n for n in range(1, SERIES + 1))
    return [1 / n / whole for n in range(1, SERIES + 1)]


def formula(calls, periods):
    """Return how many rows a day should have.

    A row exists where a series had at least one call of an outcome in a period.
    """
    return sum(
        periods * (1 - math.exp(-calls * weight * share / periods))
        for weight in weights()
        for share in (REFUSED, 1 - REFUSED)
    )


def rollups(cr, calls):
    """Make the rows of a day; return the cells of both tables of rollups."""
    cr.execute("TRUNCATE reliability_rollup_minute, reliability_rollup_hour")
    cr.execute(
        _CALL,
        {
            "calls": calls,
            "refused": REFUSED,
            "weights": sum(1 / n for n in range(1, SERIES + 1)),
            "minutes": MINUTES,
        },
    )
    cells = []
    for period, periods in (("minute", MINUTES), ("hour", MINUTES // 60)):
        cr.execute(_ROWS.format(period=period))
        rows = cr.rowcount
        table = f"reliability_rollup_{period}"
        cr.execute("SELECT pg_total_relation_size(%s)", [table])
        (size,) = cr.fetchone()
        cells += [f"{formula(calls, periods):,.0f}", f"{rows:,}", f"{size / rows:.0f}"]
    cr.commit()
    return [f"{calls:,}", *cells]


def samples(databases, chance):
    """Yield lines of OpenMetrics: a third of the databases is busy, the others idle."""
    tenant = _fleet.Tenant()
    with collector_of(tenant, databases, busy=math.ceil(databases / 3)) as collector:
        text = rendered(collector.page()).decode()
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, value = line.rsplit(" ", 1)
        parts = ("_bucket{", "_count{", "_sum{")
        is_counter = any(part in name for part in parts) and "odoo_cron" not in name
        grows = is_counter and float(value) > 0
        step = chance.random if "_sum{" in name else lambda: 1
        yield name, list(_values(float(value), grows, step, chance))


def _values(value, grows, step, chance):
    """Yield the value at each scrape."""
    for _scrape in SCRAPES:
        if grows and chance.random() < CHANGING:
            value += step()
        yield value


def prometheus(databases):
    """Return the cells of a block of two hours that promtool makes."""
    folder = Path(tempfile.mkdtemp(prefix="reliability-bench-"))
    try:
        series = dict(samples(databases, random.Random(paired.SEED)))
        with (folder / "samples.txt").open("w") as file:
            for name, values in series.items():
                for at, value in zip(SCRAPES, values, strict=True):
                    file.write(f"{name} {value} {at}\n")
            file.write("# EOF\n")
        command = ["promtool", "tsdb", "create-blocks-from", "openmetrics"]
        subprocess.run(
            [*command, folder / "samples.txt", folder / "data"],
            check=True,
            capture_output=True,
        )
        chunks, index = (
            sum(file.stat().st_size for file in (folder / "data").glob(pattern))
            for pattern in ("*/chunks/*", "*/index")
        )
    finally:
        shutil.rmtree(folder)
    count = len(series) * len(SCRAPES)
    return [
        databases,
        f"{len(series):,}",
        f"{count:,}",
        f"{chunks / count:.2f}",
        f"{index / len(series):.0f}",
        f"{(chunks + index) / count:.2f}",
    ]


def main():
    with sql_db.db_connect(config["db_name"][0]).cursor() as cr:
        cr.execute(_SERIES, [SERIES])
        rows = [rollups(cr, calls) for calls in CALLS]
    tables.print_table(
        (
            "calls a day, of 48 series",
            "rows by minute, by the formula",
            "measured",
            "bytes of each",
            "rows by hour, by the formula",
            "measured",
            "bytes of each",
        ),
        rows,
    )
    print()
    tables.print_table(
        (
            "databases",
            "series",
            "samples of two hours",
            "bytes of a sample",
            "bytes of a series in the index",
            "both, by sample",
        ),
        [prometheus(databases) for databases in DATABASES],
    )


if __name__ == "__main__":
    main()
