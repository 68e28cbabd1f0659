"""Faults that real traffic would meet next: rehearsals find each, at the right step.

The schedule of a prefork server runs *Order to shipment*; the alert has the same words.
"""

import os
import signal
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import pytest
from inbound import make_key, send
from metrics import wait_for, with_labels
from rehearsing import faults
from rehearsing.journey import Journey, postpone_other_actions
from waiting import wait_until

from setup import databases, paths
from setup.odoo_server import OdooServer

SOURCE = databases.PROBED
FOLDER = paths.RUN / "test" / "synthetic-faults"
SOON = timedelta(minutes=1)
"""After its turn, which comes once in an interval."""
SALES_AND_STOCK = "sales_team.group_sale_salesman", "stock.group_stock_user"


class Fault(NamedTuple):
    """A fault, and how it is found.

    :ivar plant: function of a :class:`Journey` that returns a context manager
    :ivar step: the code of the step that fails
    :ivar words: parts of the sentence
    """

    plant: object
    step: str
    words: tuple


def raising(code):
    """Return PL/pgSQL that fails with an error of PostgreSQL."""
    return f"RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = 'planted'"


SETTINGS = {
    "missing right": Fault(
        faults.another_user,
        "quotation",
        ("lacks a right", "Rehearsing Rita", "sale.order"),
    ),
    "user archived": Fault(
        partial(faults.another_user, groups=SALES_AND_STOCK, active=False),
        "prepare",
        ("Rehearsing Rita", "archived"),
    ),
    "user of another company": Fault(
        faults.user_of_another_company,
        "prepare",
        ("Rehearsing Rita", "may not work in"),
    ),
    "warehouse archived": Fault(
        faults.archived_warehouse, "prepare", ("Old Harbour", "archived")
    ),
    "no delivery route": Fault(faults.without_deliveries, "confirm", ("rule",)),
    "deliveries from an empty location": Fault(
        partial(faults.deliveries_from, usage="internal"),
        "reserve",
        ("Delivery Orders", "after the reservation"),
    ),
    "deliveries from a location without quantities": Fault(
        partial(faults.deliveries_from, usage="production"),
        "reserve",
        ("Elsewhere", "removal strategy"),
    ),
    "carrier down": Fault(
        faults.rate_of_carrier, "rate", ("203.0.113.7:443", "Rate of the carrier")
    ),
    "wrong tax": Fault(
        partial(faults.wrong_tax, expected_total=115.0),
        "quotation",
        ("107.00", "115.00", "Wrong tax"),
    ),
}
DATABASE = {
    "row locked": Fault(
        partial(faults.locked, statement="SELECT FROM stock_picking_type FOR UPDATE"),
        "confirm",
        ("lock",),
    ),
    "table locked": Fault(
        partial(faults.locked, statement="LOCK TABLE stock_picking IN EXCLUSIVE MODE"),
        "confirm",
        ("lock",),
    ),
    "quants locked": Fault(
        partial(faults.locked, statement="LOCK TABLE stock_quant IN EXCLUSIVE MODE"),
        "prepare",
        ("lock",),
    ),
    "read-only database": Fault(
        partial(
            faults.trigger,
            table="sale_order",
            body="PERFORM set_config('transaction_read_only', 'on', true)",
        ),
        "quotation",
        ("read-only",),
    ),
    "full disk": Fault(
        partial(faults.full_disk, table="stock_move"), "confirm", ("disk is full",)
    ),
    "PostgreSQL hangs": Fault(
        partial(
            faults.trigger,
            table="stock_move",
            body="IF NEW.state = 'done' THEN PERFORM pg_sleep(3600); END IF",
            event="BEFORE UPDATE",
        ),
        "validate",
        ("limit",),
    ),
    "query cancelled": Fault(
        partial(faults.trigger, table="sale_order", body=raising("query_canceled")),
        "quotation",
        ("cancelled",),
    ),
    "connection lost": Fault(
        partial(
            faults.trigger,
            table="stock_picking",
            body="PERFORM pg_terminate_backend(pg_backend_pid())",
        ),
        "confirm",
        ("connection to PostgreSQL",),
    ),
    "constraint": Fault(
        partial(faults.trigger, table="stock_move", body=raising("check_violation")),
        "confirm",
        ("constraint", "planted"),
    ),
    "deferred constraint": Fault(
        partial(
            faults.trigger,
            table="sale_order",
            body=raising("integrity_constraint_violation"),
            event="AFTER INSERT",
            deferred=True,
        ),
        "commit",
        ("planted",),
    ),
    "serialization": Fault(
        partial(
            faults.trigger,
            table="stock_move",
            body=raising("serialization_failure"),
            event="BEFORE UPDATE",
        ),
        "confirm",
        ("at the same time",),
    ),
}
CODE = {
    "connect": ("203.0.113.7:443", "probe_orders"),
    "swallow": ("203.0.113.7:8080", "probe_orders"),
    "resolve": ("rates.example", "probe_orders"),
    "start_program": ("/bin/true", "probe_orders"),
    "start_thread": ("rates", "probe_orders"),
    "open_cursor": ("connection to the database", "probe_orders"),
    "commit": ("commits", "probe_orders"),
    "commit_by_sql": ("ends the transaction by SQL", "probe_orders"),
    "roll_back": ("rolls back", "probe_orders"),
    "refuse": ("Only services are sold here.",),
    "fail": ("ValueError", "the rate is negative"),
    "hang": ("limit",),
}
"""What a confirmation does, see test addon ``probe_orders`` → words."""
FAULTS = {
    **SETTINGS,
    **DATABASE,
    **{
        f"code: {name}": Fault(partial(faults.code, fault=name), "confirm", words)
        for name, words in CODE.items()
    },
    "failing precommit": Fault(
        partial(faults.code, fault="fail_before_commit"),
        "commit",
        ("the rate is negative",),
    ),
}
HANGING = "PostgreSQL hangs", "code: hang"
LIMIT = 20
"""Seconds; a busy machine reaches the step that hangs before."""


@pytest.fixture(scope="module")
def server(database):
    postpone_other_actions(database)
    with OdooServer(database, FOLDER, workers=2) as server:
        yield server


@pytest.fixture(scope="module")
def journey(server):
    journey = Journey(server)
    assert journey.run()["state"] == "passed"
    return journey


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_by_its_step_in_words(journey, name):
    fault = FAULTS[name]
    with ExitStack() as planted:
        if name in HANGING:
            planted.enter_context(journey.with_values(limit_seconds=LIMIT))
        planted.enter_context(fault.plant(journey))
        run = journey.run()
        alerts = journey.alerts()
    assert (run["state"], run["failed_step"]) == ("failed", fault.step), run
    (alert,) = alerts
    for word in fault.words:
        assert word in run["problem"]
        assert word in alert
    assert run["ended_at"] - run["due_at"] < SOON
    assert journey.run()["state"] == "passed", "the fault is over"


class TestWhatChangesNothing:
    """Rehearsals send nothing, so they need no mail server."""

    def test_a_mail_server_that_is_gone(self, journey):
        values = {"name": "Gone", "smtp_host": "203.0.113.7", "smtp_port": 25}
        before = journey.psql("SELECT count(*) FROM mail_mail")
        server = journey.user.call("ir.mail_server", "create", values)
        run = journey.run()
        journey.user.call("ir.mail_server", "unlink", [server])
        assert run["state"] == "passed", run
        assert journey.psql("SELECT count(*) FROM mail_mail") == before


class TestSlow:
    """Slow is not failed: orders still work."""

    def test_postgresql_is_slow(self, journey):
        body = "PERFORM pg_sleep(2.5)"
        with (
            faults.slow_after(journey, "quotation", 2.0),
            faults.trigger(journey, "sale_order", body),
        ):
            run = journey.run()
            alerts = journey.alerts()
        assert run["state"] == "slow", run
        assert any("slow" in alert for alert in alerts), alerts


class TestFlaky:
    """The final attempt decides; what only a first one fails at is flaky."""

    def test_only_the_first_attempt_fails(self, journey):
        # Numbers of sequences survive the rollback of the first attempt.
        journey.psql("CREATE SEQUENCE planted_once; GRANT ALL ON planted_once TO odoo")
        fails = raising("lock_not_available")
        body = f"IF nextval('planted_once') = 1 THEN {fails}; END IF"
        with (
            journey.with_values(max_attempts=2),
            faults.trigger(journey, "sale_order", body),
        ):
            run = journey.run()
        journey.psql("DROP SEQUENCE planted_once")
        assert run["state"] == "passed", run
        assert run["is_flaky"]


class TestKilledWorker:
    """A run whose worker died is ended by the next pass of the schedule."""

    LONG_AGO = """
        UPDATE reliability_synthetic_run SET started_at = started_at - interval '1 hour'
         WHERE state = 'running'
    """

    def test_a_worker_killed_during_a_run(self, server, journey):
        with faults.trigger(journey, "stock_move", "PERFORM pg_sleep(3600)"):
            _due_at, last = journey.make_due()
            run = journey.running(last)
            wait_until(lambda: sleeping(journey), "no step sleeps")
            (worker,) = server.cron_pids()
            os.kill(worker, signal.SIGKILL)
            wait_until(lambda: worker not in server.cron_pids())
        journey.psql(self.LONG_AGO)
        journey.make_due()
        ended = journey.ended_run(run - 1)
        assert (ended["id"], ended["state"]) == (run, "failed")
        assert ended["cause"] == "died"
        assert "ended before it" in ended["problem"]
        assert journey.run()["state"] == "passed"


class TestHangingWorkers:
    """Those that do not hang rehearse, or the alert says that none does."""

    def test_a_worker_that_hangs_on_a_request(self, journey):
        with faults.hanging_request(journey):
            assert journey.run()["state"] == "passed"
            assert journey.run_at_once()["state"] == "passed"

    def test_the_worker_of_scheduled_actions(self, server, journey):
        journey.run()
        (worker,) = server.cron_pids()
        with faults.hanging_worker(worker):
            last = journey.let_hours_pass(5)
            assert "has not run since" in "".join(journey.lasting_alerts())
            assert journey.read("state")["state"] == "no_data"
        journey.wake()
        assert journey.ended_run(last)["state"] == "passed"
        assert not journey.lasting_alerts()


class TestRunsThatCannotBeStored:
    """Nobody knows of them but the log, and the age of the last one is on /metrics."""

    AGE = "odoo_synthetic_last_run_age_seconds"
    LABELS = {"journey": "order_to_shipment", "place": "odoo"}

    def test_a_database_without_space(self, server, journey):
        journey.run()
        with faults.trigger(journey, "reliability_synthetic_run", raising("disk_full")):
            attempts = self.unstored(server)
            _due_at, last = journey.make_due()
            wait_until(lambda: self.unstored(server) > attempts)
            journey.let_hours_pass(5)
            assert "has not run since" in "".join(journey.lasting_alerts())
            assert journey.read("state")["state"] == "no_data"
            wait_for(server, lambda samples: self.age(samples) > 5 * 3600)
            assert journey.last() == last
        journey.wake()
        assert journey.ended_run(last)["state"] == "passed"
        assert not journey.lasting_alerts()

    def unstored(self, server):
        """Return how many runs were not begun, by the log."""
        return server.log.read_text().count("is not run")

    def age(self, samples):
        """Return the age of the last run on /metrics; 0 if it has none."""
        found = with_labels(samples, **self.LABELS)
        values = {name: value for (name, _labels), value in found.items()}
        return values.get(self.AGE, 0)


class TestStandby:
    """Odoo itself does not serve one, and ends; the journey runs after its restart."""

    def test_postgresql_becomes_a_standby_and_is_promoted(self, server, journey):
        key = make_key(journey.user, "synthetic")
        (worker,) = server.cron_pids()
        with ExitStack() as until_promotion:
            with faults.hanging_worker(worker):
                last = journey.let_hours_pass(5)
                until_promotion.enter_context(faults.standby())
                reply = send(server, {}, key, kind="synthetic")
                assert reply.status in (503, None), "the probe sends it again"
            wait_until(lambda: not server.pid, "Odoo serves a standby")
        server.kill()  # what it has left
        server.start()
        # The worker of scheduled actions may not listen yet.
        wait_until(lambda: journey.wake() or journey.last() > last)
        assert journey.ended_run(last)["state"] == "passed"
        assert not journey.lasting_alerts()


def sleeping(journey):
    """Return the backends that sleep."""
    sleep = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    return journey.psql(sleep).split()
