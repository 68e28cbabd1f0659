"""Behind PgBouncer: the business never gets a connection with something of ours on it.

Tenants are pooled by transaction, on five connections; ``postgres`` by session; the job
runner connects directly, as its own documentation asks for.  The ledger is right there,
also if the clock of the host is wrong; ``make soak-ledger`` runs the whole matrix.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import psycopg2
import pytest
import requests
from background.workers import OUTCOMES, Queue
from clock import Clock
from fault_matrix import (
    SITUATIONS,
    Simulator,
    assert_is_true,
    partner,
    run_cells,
)
from matrix import Driver
from waiting import wait_until

from setup import databases, odoo_config, paths, ports, postgres
from setup.pgbouncer import PgBouncer

SOURCE = databases.PROBED
FOLDER = paths.RUN / "test" / "pooler"
CLIENTS = 200
EXCHANGES = 20
JOBS = [["done"], ["fail"], ["refuse"], ["retry", "done"]] * 3
CELLS = [("ok", situation) for situation in SITUATIONS]

OF_OURS = """
    SELECT 'setting ' || name || ' ' || setting FROM pg_settings
     WHERE name IN ('statement_timeout', 'lock_timeout', 'synchronous_commit',
                    'idle_in_transaction_session_timeout', 'search_path')
       AND setting IS DISTINCT FROM reset_val
       -- Odoo's own, which it sets while it loads modules, and leaves there.
       AND (name, setting) <> ('lock_timeout', '15000')
     UNION ALL
    SELECT 'setting ' || name FROM unnest(ARRAY[
        'reliability.host_clock', 'reliability.base_version',
        'reliability.database_identity', 'reliability.backend']) AS name
     WHERE current_setting(name, true) <> ''
     UNION ALL SELECT 'name ' || current_setting('application_name')
     WHERE current_setting('application_name') <> %s
     UNION ALL SELECT 'prepared ' || name FROM pg_prepared_statements
     UNION ALL SELECT 'listens to ' || pg_listening_channels()
     UNION ALL SELECT 'lock ' || objid FROM pg_locks
     WHERE locktype = 'advisory' AND pid = pg_backend_pid()
"""


@pytest.fixture(scope="module")
def pooler():
    with PgBouncer(FOLDER / "pgbouncer") as pooler:
        yield pooler


@pytest.fixture(scope="module")
def config(database, pooler):
    """odoo.conf of processes that reach PostgreSQL through the pooler."""
    path = FOLDER / "odoo.conf"
    odoo_config.write(path, {"db_name": database, "db_port": pooler.port})
    return path


@pytest.fixture(scope="module")
def queue(database, pooler):
    """A server with jobs behind the pooler."""
    with Queue(
        database,
        workers=2,
        folder=FOLDER / "queue",
        options={"db_port": pooler.port},
        variables={
            "ODOO_QUEUE_JOB_JOBRUNNER_DB_HOST": ports.LOOPBACK,
            "ODOO_QUEUE_JOB_JOBRUNNER_DB_PORT": str(postgres.port()),
        },
    ) as queue:
        yield queue


class Business:
    """Clients of the pooler that look for something of ours on their connections."""

    def __init__(self, database, pooler):
        self._options = {
            "dbname": database,
            "host": ports.LOOPBACK,
            "port": pooler.port,
            "user": postgres.ROLE,
            "password": postgres.password(),
        }
        self._stop = threading.Event()
        self.transactions = 0
        self.found = set()

    def __enter__(self):
        self._clients = ThreadPoolExecutor(CLIENTS)
        self._running = [
            self._clients.submit(self._work, f"business-{number}")
            for number in range(CLIENTS)
        ]
        return self

    def __exit__(self, *_error):
        self._stop.set()
        self._clients.shutdown()
        for client in self._running:
            client.result()

    def _work(self, name):
        connection = psycopg2.connect(**self._options, application_name=name)
        with closing(connection):
            while not self._stop.wait(1.0):
                with connection, connection.cursor() as cr:
                    cr.execute(OF_OURS, [name])
                    self.found.update(found for (found,) in cr.fetchall())
                self.transactions += 1


def test_two_hundred_clients_on_five_connections_find_nothing_of_ours(
    database, pooler, config, queue
):
    reports = "SELECT max(reported) FROM reliability_collector_report"
    earlier = len(pooler.log.read_text().splitlines())
    with ExitStack() as opened:
        before = postgres.psql(reports, database)
        business = opened.enter_context(Business(database, pooler))
        simulator = opened.enter_context(Simulator())
        driver = opened.enter_context(Driver("driver.py", config, simulator.port))
        uuids = queue.make(JOBS)
        for number in range(EXCHANGES):
            name = f"pooled {number}"
            record = partner(database, name)
            situation = ("commit", "rollback", "savepoint")[number % 3]
            driver.run(name, record, "ok", situation)
        assert requests.get(f"{queue.server.url}/reliability/ready").ok
        queue.wait_until_over()
        wait_until(
            lambda: postgres.psql(reports, database) != before, "no database is polled"
        )
    assert business.found == set()
    # The pooler closes a connection on which a client has left a transaction open.
    since = pooler.log.read_text().splitlines()[earlier:]
    closings = [line for line in since if " closing because: " in line]
    assert not [line for line in closings if " S-0x" in line]
    assert business.transactions > CLIENTS
    used = postgres.psql(
        f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}'"
        " AND backend_type = 'client backend'"
    )
    assert int(used) <= pooler.pool_size + 2, "the job runner's and this one"
    logged = queue.logged(uuids)
    assert queue.recorded() == {
        uuid: [OUTCOMES[command] for command in commands]
        for uuid, commands in logged.items()
    }
    states = postgres.psql(
        "SELECT state, count(*) FROM reliability_exchange"
        " WHERE res_name LIKE 'pooled %' GROUP BY 1 ORDER BY 1",
        database,
    )
    assert states.split() == ["failed|13", "succeeded|7"]


@pytest.fixture(scope="module")
def results(database, config):
    """Run cells on a host whose clock is two hours ahead."""
    clock = Clock(FOLDER / "clock")
    clock.set(2 * 3600)
    return run_cells(database, config, CELLS, **clock.variables)


@pytest.mark.parametrize("cell", CELLS, ids=" ".join)
def test_the_ledger_has_what_the_partner_system_did(results, cell):
    assert_is_true(cell, *results[cell])
