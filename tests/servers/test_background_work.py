"""Background work on a real server: signals arrive, and what stands still is named."""

import json
import xmlrpc.client
from contextlib import suppress

import pytest
from metrics import scrape
from smtp import mail_server
from waiting import wait_until

from setup import postgres

JOURNEY = "reliability_synthetic.journey_background_work"
SCHEDULE = "reliability_synthetic.cron_run_due"
LAST = """
    SELECT json_build_object('id', id, 'state', state, 'step', failed_step,
                             'cause', cause, 'values', values, 'error', error)
      FROM reliability_synthetic_run ORDER BY id DESC LIMIT 1
"""
LEFT = """
    SELECT (SELECT count(*) FROM reliability_synthetic_signal)
           + (SELECT count(*) FROM queue_job WHERE identity_key LIKE 'unmeasured:%')
           + (SELECT count(*) FROM mail_mail WHERE email_to LIKE '%@sink.example.com')
           + (SELECT count(*) FROM edi_exchange_record
               WHERE identifier LIKE 'synthetic-%')
"""
RECORDED = "SELECT count(*) FROM reliability_job_attempt WHERE job LIKE '%synthetic%'"

ACTIVATE = """
    UPDATE ir_cron SET active = {}
      FROM ir_model_data AS name
     WHERE name.res_id = ir_cron.id AND name.model = 'ir.cron'
       AND name.module = 'reliability_synthetic' AND name.name = 'cron_arrive'
"""


class Runs:
    """The journey on a server, and its runs."""

    def __init__(self, server, user, database):
        self.server = server
        self.user = user
        self.database = database
        self.journey = user.ref(JOURNEY)

    def set(self, **values):
        self.user.call("reliability.synthetic.journey", "write", self.journey, values)

    def run(self):
        """Run the journey once by its schedule; return its run when it has ended."""
        before = self.last()
        self.set(is_scheduled=True)

        def ended():
            with suppress(xmlrpc.client.Fault):  # Odoo itself runs it right now
                self.user.run_scheduled(SCHEDULE)
            run = self.last()
            return run != before and run["state"] != "running" and run

        run = wait_until(ended, "The run does not end")
        self.set(is_scheduled=False)
        return run

    def activate(self, is_active):
        """Activate the scheduled action of signals, or archive it."""
        postgres.psql(ACTIVATE.format(is_active), self.database)

    def on_metrics(self):
        """Return the number of runs on /metrics, and the gauges of the last one."""
        found = scrape(self.server) or {}
        labels = {"journey": "background_work", "place": "odoo"}
        return {
            name: value
            for (name, found_labels), value in found.items()
            if name.startswith("odoo_synthetic_") and labels.items() <= {*found_labels}
        }

    def last(self):
        text = postgres.psql(LAST, self.database).strip()
        return json.loads(text) if text else None


@pytest.fixture
def start(make_server, admin, database):
    """Start servers on which the journey may run; give its runs."""

    def start(port, **options):
        server = make_server(
            options={"smtp_server": "127.0.0.1", "smtp_port": port}, **options
        )
        runs = Runs(server, admin(server), database)
        runs.set(mail_to="anybody@sink.example.com", limit_seconds=240)
        runs.activate(True)
        return runs

    return start


@pytest.fixture
def port():
    """The port of a mail server."""
    with mail_server() as port:
        yield port


def test_all_signals_arrive_and_nothing_of_them_remains(start, port, database):
    runs = start(port, channels="root:2")
    for _number in range(3):
        assert runs.run()["state"] in ("passed", "slow"), runs.last()
    steps = postgres.psql(
        "SELECT DISTINCT step FROM reliability_synthetic_result ORDER BY 1", database
    )
    assert steps.split() == ["edi", "job", "mail", "scheduled_action"]
    assert postgres.psql(LEFT, database).strip() == "0"
    assert postgres.psql(RECORDED, database).strip() == "0"


def test_runs_are_on_metrics(start, port):
    runs = start(port, channels="root:2")
    runs.run()
    wait_until(
        lambda: (
            {
                "odoo_synthetic_run_duration_seconds_count",
                "odoo_synthetic_success",
                "odoo_synthetic_last_run_age_seconds",
            }
            <= runs.on_metrics().keys()
        ),
        "The run is not on /metrics",
    )
    assert runs.on_metrics()["odoo_synthetic_success"] == 1


def test_without_a_job_runner_the_job_is_named(start, port, database):
    runs = start(port)
    runs.set(limit_seconds=20)
    run = runs.run()
    assert (run["step"], run["cause"]) == ("job", "not_arrived_job")
    assert run["values"]["reason"] == "not_loaded"
    assert postgres.psql(LEFT, database).strip() == "0"


def test_a_mail_server_that_refuses_is_named(start, port, database):
    runs = start(port, channels="root:2")
    runs.set(mail_to="nobody@sink.example.com")
    run = runs.run()
    assert (run["step"], run["cause"]) == ("mail", "failed_mail")
    assert "no such person" in run["error"]
    assert postgres.psql(LEFT, database).strip() == "0"


def test_without_scheduled_actions_the_scheduled_action_is_named(start, port):
    """The schedule itself runs all the same."""
    runs = start(port, channels="root:2")
    runs.set(limit_seconds=20, mail_to=False)
    runs.activate(False)
    run = runs.run()
    assert run["step"] == "scheduled_action"
    assert run["values"]["reason"] == "archived"
