"""Systems outside Odoo follow incidents: a webhook, and the real Alertmanager."""

import json
import re
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import promtool
import pytest
from evaluating import evaluate
from inbound import make_key
from reliability_slo import rules as objective_rules
from reliability_slo.objective import Objective
from standardwebhooks import Webhook
from waiting import wait_until

from setup import databases, paths, ports, postgres
from setup.alertmanager import Alertmanager
from setup.odoo_server import OdooServer
from setup.prometheus import Prometheus
from setup.traffic import ApiUser

SOURCE = databases.PROBED
FOLDER = paths.RUN / "test" / "outbound"
SENDING = "reliability_outbound.cron_send"
DUE = """
    UPDATE reliability_notification SET next_try = now() AT TIME ZONE 'UTC'
     WHERE state = 'waiting'
"""
LONG_AGO = """
    UPDATE reliability_alertmanager_alert SET received = received - interval '6 minutes'
"""
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Receiver:
    """A system that verifies the signatures of webhooks.

    :ivar status: of its answers
    :ivar received: the messages, as sent
    """

    def __init__(self):
        self.status = 204
        self.received = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                message = Webhook(SECRET).verify(body.decode(), dict(self.headers))
                receiver.received.append(message)
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_arguments):
                """Print nothing."""

        self._server = ThreadingHTTPServer((ports.LOOPBACK, 0), Handler)
        self.url = f"http://{ports.LOOPBACK}:{self._server.server_port}/incidents"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()

    def events(self, number):
        """Return the events of an incident, in the order in which they came."""
        return [
            one["event"] for one in self.received if one["incident"]["number"] == number
        ]


@pytest.fixture(scope="module")
def listening():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def receiver(listening):
    listening.status = 204
    return listening


@pytest.fixture(scope="module")
def port():
    """The port of Alertmanager, which Odoo knows before it runs."""
    return ports.free_port()


@pytest.fixture(scope="module")
def server(database, listening, port):
    with OdooServer(
        database,
        FOLDER / "odoo",
        options={"max_cron_threads": 0},
        reliability={
            "webhook_url": listening.url,
            "webhook_secret": SECRET,
            "alertmanager_url": f"http://{ports.LOOPBACK}:{port}",
            "alertmanager_silences": "True",
        },
    ) as server:
        yield server


@pytest.fixture(scope="module")
def user(server):
    return ApiUser(server.url, server.database, "admin", "admin")


@pytest.fixture(scope="module")
def start_alertmanager(server, user, port):
    webhook = f"{server.url}/reliability/inbound/alertmanager"
    key = make_key(user, "alertmanager")

    @contextmanager
    def start():
        with Alertmanager(FOLDER / "alertmanager", webhook, key, port, 1) as running:
            yield running

    return start


@pytest.fixture
def alertmanager(start_alertmanager):
    with start_alertmanager() as running:
        yield running


def follow(user):
    """Evaluate, and send what is due."""
    evaluate(user)
    user.run_scheduled(SENDING)


def report(user, title, service="customer_portal"):
    """Report an incident of a service, by default one without alerts; return its id."""
    service = user.call("reliability.service", "search", [("code", "=", service)])[0]
    values = {"title": title, "service_id": service, "is_urgent": True}
    dialog = user.call("reliability.incident.report", "create", values)
    return user.call("reliability.incident.report", "action_report", [dialog])["res_id"]


def number_of(user, incident):
    return user.call("reliability.incident", "read", [incident], ["number"])[0][
        "number"
    ]


def fired(alertmanager, number):
    """Return the state of the alert of an incident there, and whether it fires."""
    return [
        one["status"]["state"]
        for one in alertmanager.alerts()
        if one["labels"].get("incident") == number
    ]


def names(alertmanager):
    """Return the names of the alerts that fire there."""
    return {one["labels"]["alertname"] for one in alertmanager.alerts()}


def is_silenced(alertmanager, name, value):
    return any(
        (one["name"], one["value"]) == (name, value)
        for silence in alertmanager.silences()
        for one in silence["matchers"]
    )


def test_an_incident_from_its_begin_to_its_end(user, receiver, alertmanager):
    incident = report(user, "The carrier has called")
    number = number_of(user, incident)
    follow(user)
    follow(user)
    assert receiver.events(number) == ["opened"]
    assert fired(alertmanager, number) == ["active"]
    user.call("reliability.incident", "action_acknowledge", [incident])
    follow(user)
    assert receiver.events(number) == ["opened", "acknowledged"]
    wait_until(lambda: fired(alertmanager, number) == ["suppressed"])
    assert is_silenced(alertmanager, "incident", number)
    user.call("reliability.incident", "action_restore", [incident])
    follow(user)
    wait_until(lambda: fired(alertmanager, number) == [])
    assert not is_silenced(alertmanager, "incident", number)
    user.call("reliability.incident", "action_close", [incident])
    follow(user)
    events = ["opened", "acknowledged", "restored", "closed"]
    assert receiver.events(number) == events
    stamps = receiver.received[-1]["incident"]["stamps"]
    assert list(stamps) == ["began", "detected", "acknowledged", "restored", "closed"]
    assert all(datetime.fromisoformat(one) for one in stamps.values())


def test_what_odoo_has_sent_does_not_come_back(user, database, alertmanager):
    number = number_of(user, report(user, "The label printer is broken"))
    seen = [("name", "=", "OdooIncident")]
    messages = "SELECT count(*) FROM reliability_inbound_message"
    comes_back = f"""{messages} WHERE answer LIKE '%"sent_by_odoo": 1%'"""
    before = int(postgres.psql(comes_back, database))
    follow(user)
    wait_until(lambda: int(postgres.psql(comes_back, database)) > before)
    assert fired(alertmanager, number) == ["active"]
    assert user.call("reliability.alertmanager.alert", "search_count", seen) == 0


def test_what_is_acknowledged_in_odoo_is_silent_there(user, database, alertmanager):
    began = datetime.now(UTC).isoformat()
    labels = {"alertname": "QueueFull", "severity": "page"}
    labels["service"] = "order_processing"  # no other alert here is about it
    alertmanager.send({"labels": labels, "startsAt": began})
    own = [("evidence_ids.cause", "=", "QueueFull")]

    def opened():
        follow(user)
        return user.call("reliability.incident", "search", own)

    incident = wait_until(opened)
    number = number_of(user, incident[0])
    assert fired(alertmanager, number) == [], "it was sent back to where it came from"
    user.call("reliability.incident", "action_acknowledge", incident)
    follow(user)
    assert is_silenced(alertmanager, "alertname", "QueueFull")
    # Alertmanager sends nothing about what is silent, not even that it is over.
    ended = datetime.now(UTC).isoformat()
    alertmanager.send({"labels": labels, "startsAt": began, "endsAt": ended})
    wait_until(lambda: "QueueFull" not in names(alertmanager))
    postgres.psql(LONG_AGO, database)
    follow(user)
    follow(user)
    state = user.call("reliability.incident", "read", incident, ["state"])[0]["state"]
    assert state == "restored"


@pytest.fixture
def prometheus(database, server, alertmanager):
    """A Prometheus with our rules, which misses the events of an objective."""
    lost = Objective(
        name="Lost", code="lost", goal_ppm=999_000, window="30d", service="invoicing"
    )
    rules = FOLDER / "rules.yml"
    rules.parent.mkdir(parents=True, exist_ok=True)
    text = objective_rules.rules({database: [lost]})
    rules.write_text(re.sub("interval: .*", "interval: 1s", text))
    promtool.check(rules)
    folder, metrics = FOLDER / "prometheus", server.metrics_port
    port = alertmanager.port
    with Prometheus(folder, ports.free_port(), metrics, "1s", rules, port) as running:
        yield running


@pytest.mark.usefixtures("prometheus")
def test_a_rule_of_prometheus_joins_the_incident_of_odoo(user):
    incident = report(user, "Invoices are not posted", "invoicing")
    about = [("evidence_ids.cause", "=", "OdooObjectiveMissing")]

    def joined():
        follow(user)
        return user.call("reliability.incident", "search", about)

    assert wait_until(joined) == [incident]


def test_alerts_that_a_message_left_out_are_fetched(user, alertmanager):
    began = datetime.now(UTC).isoformat()
    alertmanager.send(
        *(
            {"labels": {"alertname": "DiskFull", "host": host}, "startsAt": began}
            for host in ("a", "b", "c")
        )
    )
    rows = [("name", "=", "DiskFull")]

    def all_there():
        follow(user)
        return user.call("reliability.alertmanager.alert", "search_count", rows) == 3

    wait_until(all_there)


def test_an_alertmanager_that_is_down_is_one_alert(
    user, receiver, start_alertmanager, database
):
    number = number_of(user, report(user, "Nobody can log in"))
    failing = [("cause", "=", "channel"), ("is_present", "=", True)]

    def channels():
        follow(user)
        found = user.call("reliability.alert", "search_read", failing, ["subject"])
        return [one["subject"] for one in found]

    follow(user)
    assert channels() == ["alertmanager"]
    assert receiver.events(number) == ["opened"], "the other channel has not failed"
    with start_alertmanager() as alertmanager:
        postgres.psql(DUE, database)
        user.run_scheduled(SENDING)
        assert fired(alertmanager, number) == ["active"]
        assert channels() == []


def test_a_receiver_that_fails_gets_all_later_in_order(
    user, receiver, alertmanager, database
):
    follow(user)  # what other tests have left is sent
    incident = report(user, "The dock is blocked")
    number = number_of(user, incident)
    receiver.status = 503
    follow(user)
    assert receiver.events(number) == ["opened"]
    user.call("reliability.incident", "action_acknowledge", [incident])
    follow(user)
    assert receiver.events(number) == ["opened"], "acknowledged overtook opened"
    receiver.status = 200
    postgres.psql(DUE, database)
    user.run_scheduled(SENDING)
    assert receiver.events(number) == ["opened", "opened", "acknowledged"]
    ids = [
        one["id"] for one in receiver.received if one["incident"]["number"] == number
    ]
    assert ids[0] == ids[1], "a receiver cannot know that it is the same message"
    rows = postgres.psql(
        "SELECT operation, state FROM reliability_exchange WHERE res_name = "
        f"'{number}' OR res_name LIKE '{number}%' ORDER BY id",
        database,
    )
    assert json.dumps(rows).count("succeeded") == 2
