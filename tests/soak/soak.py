"""Minutes of real work on two databases while everything is killed and restarted.

At the end the records in the databases, ``/metrics`` and the rollups agree; each
difference is printed.
"""

import os
import shutil
import time

import pytest
import report
from chaos import Chaos, tmpfs
from clock import Clock
from metrics import Watch, scrape, wait_for
from soak_comparison import compare, done_in
from work import Work

from setup import databases, paths, ports, postgres
from setup.odoo_server import OdooServer

MINUTES = float(os.environ.get("SOAK_MINUTES", "2"))
FOLDER = paths.RUN / "soak"
TELEMETRY = FOLDER / "telemetry"
ONE, TWO = NAMES = "reliability_soak_one", "reliability_soak_two"
SEED = 7
SECONDS_UNTIL_THEY_AGREE = 120
"""Calls that Odoo makes by itself each minute are counted within seconds; a difference
for so long is an error."""

UNFINISHED = """
    SELECT count(*) FROM queue_job WHERE state NOT IN ('done', 'failed', 'cancelled')
"""
RELEASE_JOBS = """
    WITH released AS (
        UPDATE queue_job SET eta = NULL
         WHERE state = 'pending' AND eta > now() AT TIME ZONE 'UTC' + interval '1 min'
        RETURNING id
    ) SELECT count(*) FROM released
"""


@pytest.fixture
def clock():
    shutil.rmtree(FOLDER, ignore_errors=True)  # logs of an earlier run
    return Clock(FOLDER / "clock")


@pytest.fixture
def server(clock):
    for name in NAMES:
        databases.copy(databases.READY, name)
    options = {
        "db_name": ",".join(NAMES),
        "dbfilter": "^reliability_soak_",
    }
    # Reserved ports, which the kernel does not assign to clients during restarts.
    own = ("http_port", "gevent_port", "metrics_port")
    steady = {name: ports.free_port() for name in own}
    server = OdooServer(
        ONE,
        FOLDER,
        workers=4,
        options=options,
        variables=clock.variables,
        channels="root:2",
        **steady,
    )
    with tmpfs(TELEMETRY), server:
        yield server


def test_records_metrics_and_rollups_agree(server, clock):
    before = {name: done_in(name) for name in NAMES}
    works = {name: Work(server, name) for name in NAMES}
    chaos = Chaos(server, clock, TELEMETRY, FOLDER / "chaos.log", SEED)
    with Watch(server) as watch:
        run_actors([*works.values(), chaos])
        # Retries were scheduled while the clock was ahead.
        put_off = {name: int(postgres.psql(RELEASE_JOBS, name)) for name in NAMES}
        wait_for(server, is_quiet)
        found = compare_until_they_agree(server, before, works)
    report.print_faults(chaos, watch, MINUTES)
    for name, work in works.items():
        report.print_work(name, work, put_off[name], found[name])
    problems = [*differences(found), *idle(works), *fallen(watch)]
    report.print_problems(problems)
    assert not problems


def run_actors(actors):
    """Run the actors for `MINUTES`, or until one of them fails."""
    for actor in actors:
        actor.start()
    until = time.monotonic() + 60 * MINUTES
    while time.monotonic() < until and all(actor.is_alive() for actor in actors):
        time.sleep(1)
    for actor in reversed(actors):
        actor.stop()


def is_quiet(samples):
    """Whether all jobs have run and all batches are delivered."""
    waiting = [n for (name, _), n in samples.items() if "waiting_batches" in name]
    jobs = sum(int(postgres.psql(UNFINISHED, name)) for name in NAMES)
    return not jobs and not any(waiting)


def compare_until_they_agree(server, before, works):
    """Return the comparison of each database, once all agree or after the timeout."""
    deadline = time.monotonic() + SECONDS_UNTIL_THEY_AGREE
    while True:
        samples = scrape(server) or {}
        found = {
            name: compare(name, samples, before[name], works[name].portal)
            for name in NAMES
        }
        if not any(differences(found)) or time.monotonic() > deadline:
            return found
        time.sleep(3)


def differences(found):
    """Yield descriptions of all differences."""
    for name, comparison in found.items():
        for difference in comparison.differences():
            yield f"{name}: {difference}"


def idle(works):
    """Yield the databases without a round of work, where nothing was tested."""
    for name, work in works.items():
        if not work.rounds:
            yield f"{name}: no round of work was done"


def fallen(watch):
    """Yield the first counters that fell."""
    for name, labels, before, after in watch.falls[:5]:
        yield f"{name} {dict(labels)} fell from {before} to {after}"
