"""Minutes of real work on two databases while everything is killed and restarted.

At the end, what is in the databases, what ``/metrics`` shows and what rollups hold
agree, or what differs is named.
"""

import os
import sys
import time

import pytest
from chaos import Chaos, tmpfs
from metrics import COUNT, Watch, dropped, scrape, wait_for
from work import Work

from setup import databases, paths, postgres, testing
from setup.odoo_server import OdooServer

MINUTES = float(os.environ.get("SOAK_MINUTES", "2"))
FOLDER = paths.RUN / "soak"
ONE, TWO = "reliability_soak_one", "reliability_soak_two"
REQUESTS = "odoo_http_server_request_duration_seconds_count"
SECONDS_UNTIL_QUIET = 120

FACTS = {
    "order_confirmation": "SELECT count(*) FROM sale_order WHERE state = 'sale'",
    "transfer_validation": "SELECT count(*) FROM stock_picking WHERE state = 'done'",
    "invoice_posting": "SELECT count(*) FROM account_move WHERE state = 'posted'",
}
JOBS = (
    "SELECT count(*) FROM queue_job WHERE state NOT IN ('done', 'failed', 'cancelled')"
)
ROLLUPS = """
    SELECT family || '|' || operation || '|' || outcome || '|' || sum(count)
      FROM reliability_rollup_{table} AS rollup
      JOIN reliability_series AS series ON series.id = rollup.series_id
     WHERE family = 'operation' GROUP BY family, operation, outcome
     UNION ALL
    SELECT 'http||all|' || sum(count)
      FROM reliability_rollup_{table} AS rollup
      JOIN reliability_series AS series ON series.id = rollup.series_id
     WHERE family = 'http'
"""


@pytest.fixture
def server():
    for name in (ONE, TWO):
        databases.copy(testing.READY, name)
    options = {
        "db_name": f"{ONE},{TWO}",
        "dbfilter": "^reliability_soak_",
        "server_wide_modules": "base,rpc,web,reliability,queue_job",
        "limit_time_real": 60,
    }
    with tmpfs(FOLDER / "telemetry"):
        with OdooServer(ONE, FOLDER, workers=4, options=options) as server:
            yield server
        for name in (ONE, TWO):
            databases.drop(name)


def facts(database):
    return {name: int(postgres.psql(sql, database)) for name, sql in FACTS.items()}


def in_metrics(samples, database):
    """Return ``(family, operation, outcome) → how often``, as ``/metrics`` tells."""
    found = {}
    for (name, labels), value in samples.items():
        of = dict(labels)
        if of.get("db") != database or not value:
            continue
        if name == COUNT:
            key = ("operation", of["operation"], of["outcome"])
        elif name == REQUESTS:
            key = ("http", "", "all")
        else:
            continue
        found[key] = found.get(key, 0) + int(value)
    return found


def in_rollups(database, table):
    """Return the same, as the database itself tells."""
    rows = postgres.psql(ROLLUPS.format(table=table), database).splitlines()
    cells = (row.split("|") for row in rows if row)
    return {(family, name, of): int(float(n)) for family, name, of, n in cells}


def is_quiet(samples):
    """Whether all jobs have run and all batches have arrived."""
    waiting = [n for (name, _of), n in samples.items() if "waiting_batches" in name]
    jobs = sum(int(postgres.psql(JOBS, name)) for name in (ONE, TWO))
    return not jobs and not any(waiting)


def differences(database, samples, done):
    """Yield what does not agree, in words."""
    shown = in_metrics(samples, database)
    for table in ("minute", "hour"):
        stored = in_rollups(database, table)
        for key in sorted(shown.keys() | stored.keys()):
            if shown.get(key) != stored.get(key):
                yield f"{key}: metrics {shown.get(key)}, by {table} {stored.get(key)}"
    for operation, count in done.items():
        success, unknown = (
            shown.get(("operation", operation, outcome), 0)
            for outcome in ("success", "unknown")
        )
        if not success <= count <= success + unknown:
            yield f"{operation}: {count} done, {success} counted, {unknown} unknown"


def test_facts_metrics_and_rollups_agree(server):
    before = {name: facts(name) for name in (ONE, TWO)}
    works = [Work(server, name) for name in (ONE, TWO)]
    chaos = Chaos(server, FOLDER / "telemetry", seed=7)
    with Watch(server) as watch:
        for work in works:
            work.start()
        chaos.start()
        until = time.monotonic() + 60 * MINUTES
        while time.monotonic() < until:
            time.sleep(5)
        chaos.stop()
        for work in works:
            work.stop()
        wait_for(server, is_quiet, SECONDS_UNTIL_QUIET)
        time.sleep(25)  # what Odoo itself does meanwhile arrives, too
        samples = wait_for(server, is_quiet, SECONDS_UNTIL_QUIET)
    say(f"\nwhat went wrong: {dict(chaos.done)}")
    found = []
    for work, name in zip(works, (ONE, TWO), strict=True):
        done = {key: n - before[name][key] for key, n in facts(name).items()}
        say(f"{name}: {work.rounds} rounds, done {done}")
        for operation, calls in work.calls.items():
            say(f"    {operation}: {dict(calls.answers)}")
        for key, count in sorted(in_metrics(samples, name).items()):
            say(f"    {' '.join(filter(None, key))}: {count}")
        found += [f"{name}: {text}" for text in differences(name, samples, done)]
    reasons = ("unread", "error", "no_room", "undelivered", "switched_off")
    say(f"dropped: { {r: dropped(scrape(server), r) for r in reasons} }")
    say(f"scrapes: {watch.answers} answered, {watch.silences} not")
    assert all(work.rounds for work in works), "nobody could work: nothing was tested"
    assert not found, "\n".join(found)
    assert not watch.falls, watch.falls[:5]


def say(text):
    print(text, file=sys.stderr, flush=True)
