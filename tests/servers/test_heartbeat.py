"""Outside of a real server, it is known that the health of a database is evaluated:
/metrics has the time, and a monitor gets a request."""

import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import evaluating
import pytest
from metrics import wait_for
from waiting import wait_until

from setup import paths, ports, postgres
from setup.odoo_server import OdooServer

EVALUATED = "SELECT value FROM ir_config_parameter WHERE key = 'reliability.evaluated'"
NEVER_EVALUATED = "DELETE FROM ir_config_parameter WHERE key = 'reliability.evaluated'"
DUE = """
    UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' - interval '1 minute'
     WHERE id = (SELECT res_id FROM ir_model_data
                  WHERE module = 'reliability_health' AND name = 'cron_evaluate')
"""
COMMIT_FAILS = """
    CREATE FUNCTION probe_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the time is refused'; END $$;
    CREATE CONSTRAINT TRIGGER probe_refuse AFTER INSERT OR UPDATE
        ON ir_config_parameter DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (NEW.key = 'reliability.evaluated') EXECUTE FUNCTION probe_refuse();
"""
EVALUATION_FAILS = COMMIT_FAILS.replace("INITIALLY DEFERRED", "INITIALLY IMMEDIATE")
REPAIRED = "DROP FUNCTION probe_refuse CASCADE"


class Monitor:
    """Listens on loopback for heartbeats.

    :ivar received: for each request, its path, and the last evaluation that others
        could read in the database at that moment
    :ivar answers: set while it answers
    :ivar answered: how many requests it has answered
    """

    def __init__(self, database):
        self.received = []
        self.answered = 0
        self.answers = threading.Event()
        self.answers.set()
        monitor = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                evaluated = postgres.psql(EVALUATED, database).strip()
                monitor.received.append((self.path, evaluated))
                monitor.answers.wait()
                monitor.answered += 1
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_arguments):
                """Print nothing."""

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_arguments):
                """Ignore clients that do not wait for the answer."""

        self._server = Server((ports.LOOPBACK, ports.free_port()), Handler)
        self.url = f"http://{ports.LOOPBACK}:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.answers.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def listening(database):
    with Monitor(database) as monitor:
        yield monitor


@pytest.fixture
def monitor(listening, database):
    """A monitor that has received nothing, of a database that was never evaluated."""
    postgres.psql(NEVER_EVALUATED, database)
    listening.received.clear()
    listening.answered = 0
    yield listening
    listening.answers.set()


@pytest.fixture(scope="module")
def server(database, listening):
    """A server without scheduled actions."""
    address = f"{listening.url}/secret?db={{db}}"
    with OdooServer(
        database,
        paths.RUN / "test" / "heartbeat",
        options={"max_cron_threads": 0},
        reliability={"heartbeat_url": address},
    ) as server:
        yield server


@pytest.fixture
def evaluate(server, admin, database, monitor):
    """Evaluate in an HTTP worker, and return what the scheduled action returns.

    Each evaluation is the first one, as there is one heartbeat a minute.
    """
    user = admin(server)

    def evaluate():
        postgres.psql(NEVER_EVALUATED, database)
        return evaluating.evaluate(user)

    return evaluate


def last_evaluation(database):
    return postgres.psql(EVALUATED, database).strip()


def test_metrics_have_the_time_of_the_last_evaluation(server, evaluate, database):
    evaluate()
    moment = datetime.fromisoformat(last_evaluation(database)).replace(tzinfo=UTC)
    series = "odoo_reliability_evaluated_timestamp_seconds", (("db", database),)
    wait_for(server, lambda samples: samples.get(series) == moment.timestamp())


def test_the_worker_of_scheduled_actions_sends_it_after_the_commit(
    make_server, database, monitor
):
    address = f"{monitor.url}/secret/{{db}}"
    make_server(workers=2, reliability={"heartbeat_url": address})
    postgres.psql(DUE, database)

    def received():
        postgres.psql(f"SELECT pg_notify('cron_trigger', '{database}')")  # wake it
        return monitor.received

    ((path, evaluated),) = wait_until(received)
    assert path == f"/secret/{database}"
    assert evaluated, "the evaluation was not committed"


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(EVALUATION_FAILS, id="in the evaluation"),
        pytest.param(COMMIT_FAILS, id="in the commit"),
    ],
)
def test_an_evaluation_that_fails_sends_none(evaluate, database, monitor, failure):
    postgres.psql(failure, database)
    assert "the time is refused" in str(evaluate())
    assert last_evaluation(database) == ""
    postgres.psql(REPAIRED, database)
    evaluate()
    wait_until(lambda: monitor.received)
    assert len(monitor.received) == 1, "one of the failed evaluation"


def test_a_monitor_that_hangs_stops_no_evaluation(evaluate, database, monitor):
    monitor.answers.clear()
    evaluate()
    assert last_evaluation(database)
    wait_until(lambda: monitor.received)
    assert monitor.answered == 0
