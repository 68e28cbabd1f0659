"""The diagnosis names the layer to blame for a troubled service, and no other layer.

Real servers with real faults; the sentences are compared as people read them.
"""

import threading
from contextlib import suppress

import probe
import pytest
from evaluating import Like, diagnoses
from waiting import wait_until

from setup import databases, paths, ports, postgres, traffic
from setup.redis_server import Redis
from setup.simulators import HttpSimulator, as_json

SOURCE = databases.PROBED
MEASURED = [("model", "=", probe.MODEL)]
RESET = """
    TRUNCATE reliability_rollup_minute, reliability_rollup_hour,
        reliability_rollup_top_call, reliability_lock_wait, reliability_host,
        reliability_service_status, reliability_alert, reliability_alert_evidence
        CASCADE;
    UPDATE mail_mail SET state = 'cancel' WHERE state = 'outgoing';
    UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' + interval '1 day';
    UPDATE reliability_service SET slow_threshold = 1
     WHERE code IN ('integration_api', 'platform')
"""
"""Cancels mails of demo data, which would fail, and allows for slow requests on a
machine that is busy with tests.  Scheduled actions of a copy that is some minutes old
would all start too late."""


@pytest.fixture
def start(make_server, admin, database):
    """Start a server on a database without rollups.

    It is killed at the end, since a worker that holds a row would not stop by itself.
    """
    servers = []

    def start(workers, operation, **options):
        postgres.psql(RESET, database)
        servers.append(make_server(workers=workers, **options))
        user = admin(servers[-1])
        if not user.call("reliability.operation", "search_count", MEASURED):
            probe.measure(user, service_id=shipping(user))
        measured = user.call("reliability.operation", "search", MEASURED)
        user.call("reliability.operation", "write", measured, operation)
        return servers[-1], user

    yield start
    for server in servers:
        server.kill()


REDIS_IS_DOWN = """
    SELECT report->'problems' @> '[{"code": "sessions_down"}]' FROM reliability_host
"""


def wait_for(database, query):
    """Wait until a query returns true."""
    wait_until(lambda: postgres.psql(query, database) in ("t", "1"), query)


def in_background(user, *call):
    """Call a method in a thread that is not waited for."""

    def calling():
        with suppress(Exception):
            user.call(*call)

    threading.Thread(target=calling, daemon=True).start()


def test_each_troubled_service_has_its_own_root_cause(start, database):
    """At once a scheduled action locks an order, DHL is slow, and Redis is down."""
    redis = Redis(paths.RUN / "test" / "redis", ports.free_port())
    label = {"name": "Label", "code": "probe_label", "threshold": 2.0}
    with redis:
        server, user = start(
            4,
            label,
            options={"max_cron_threads": 1},
            reliability={"redis_sessions": redis.url},
            variables={"ODOO_NOTIFY_CRON_CHANGES": "1"},
        )
        with Dhl() as simulator:
            port = simulator.port
            name_dhl(user)
            for _parcel in range(20):
                probe.work(user, "ask", port)
            wait_for(database, COUNTED.format(20))
            postgres.psql(LONG_AGO, database)
            assert not diagnoses(server)
            (order,) = traffic.make_orders(user, 1)
            hold(user, order)
            wait_for(database, HELD)
            for _person in range(2):
                in_background(user, "sale.order", "action_confirm", [order])
            simulator.behave("dhl", "slow", times=0, seconds=3.0)
            for _parcel in range(4):
                probe.work(user, "ask", port)
    wait_for(database, COUNTED.format(24))
    wait_for(
        database,
        "SELECT count(*) = 2 FROM reliability_lock_wait WHERE seen - since > '10 s'",
    )
    wait_for(database, REDIS_IS_DOWN)
    assert diagnoses(server) == {
        "order_processing": [
            Like(
                "Order confirmation: 2 calls have been stuck since *. Cause: 2"
                " transactions wait for a lock that is held by: Inventory valuation."
                " The transaction that holds it has been open for *."
            )
        ],
        "shipping": [
            Like(
                "Label: 4 of 4 calls have been slow since *."
                " Cause: DHL answers in * s, usually in 0.* s."
            )
        ],
        "platform": [Like("Redis for sessions has not answered since *")],
    }
    assert "sale_order" in postgres.psql(
        "SELECT DISTINCT relation FROM reliability_lock_wait", database
    )


def test_busy_workers_are_the_root_cause_of_waiting_requests(start, database):
    """All workers sleep in the same report, and requests wait."""
    report = {"name": "Stock report", "code": "probe_report"}
    server, user = start(2, report, options={"max_cron_threads": 0})
    for _person in range(5):
        probe.working(user, "sleep", 3600)
    wait_for(database, BUSY)
    assert diagnoses(server) == {
        "platform": [
            Like(
                "All 2 workers have been busy since *. 3 requests wait."
                " What 2 workers do: Stock report."
            )
        ]
    }


def shipping(user):
    """Return the id of the service."""
    return user.call("reliability.service", "search", [("code", "=", "shipping")])[0]


def name_dhl(user):
    """Create the partner system DHL as an administrator; its calls are recorded."""
    dhl = {"name": "DHL", "code": "dhl", "host_patterns": "127.0.0.1"}
    user.call("reliability.integration", "create", dhl | {"records_requests": True})


def hold(user, order):
    """Create a scheduled action that locks an order for an hour."""
    (model,) = user.call("ir.model", "search", [("model", "=", probe.MODEL)])
    valuation = {
        "name": "Inventory valuation",
        "model_id": model,
        "state": "code",
        "code": f"model.work('hold', {order})",
        "priority": 0,
        "interval_number": 1,
        "interval_type": "days",
    }
    user.call("ir.cron", "create", valuation)


HELD = """
    SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation
     WHERE relname = 'sale_order' AND mode = 'RowShareLock'
"""
BUSY = """
    SELECT sum((sample->>'checks')::int) >= 20 AND max(sample->>'waiting') = '3'
      FROM reliability_host, jsonb_array_elements(report->'samples') AS sample
     WHERE sample->>'saturated' = sample->>'checks'
"""
"""Samples that are saturated only in part, as the first one is, may not count."""
COUNTED = """
    SELECT sum(count) = {} FROM reliability_rollup_minute AS rollup
      JOIN reliability_series AS series ON series.id = series_id
     WHERE operation = 'probe_label'
"""
LONG_AGO = """
    UPDATE reliability_rollup_minute SET start = start - interval '2 hours';
    UPDATE reliability_rollup_hour SET start = start - interval '2 hours'
"""


class Dhl(HttpSimulator):
    """A carrier that answers every request."""

    def operations(self, _system):
        return ("ask",)

    def subject(self, _request):
        return "dhl", "ask", ""

    def answer(self, _asked):
        return as_json({})
