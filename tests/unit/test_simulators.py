"""Simulated systems fail as planned, over real sockets, and record the requests."""

import http.client
import json
import socket
import ssl
import struct
import threading
import time
import urllib.error

import pytest
from waiting import wait_until

from setup import carriers, partners
from setup.simulators import DOES_IT, FAULTS, HttpSimulator, as_json, one_of
from setup.simulators.server import SimulatorServer, direct

LIMIT = 60  # seconds; only a real failure takes so long
SHORT = 0.1  # seconds that a client waits where no answer arrives


class Factory(HttpSimulator):
    """A system with the operations ``/acme/make/<name>`` and ``/acme/look/<name>``.

    :param size: of answers, in bytes
    """

    def __init__(self, size=20):
        super().__init__()
        self.made = []
        self._size = size

    def operations(self, system):
        one_of(system, ("acme",))
        return "make", "look"

    def subject(self, request):
        operation, _, name = request.path.partition("/")
        known = operation in self.operations(request.system)
        return (request.system, operation, name) if known else None

    def answer(self, asked):
        self.made.append(asked.reference)
        return as_json("")._replace(body=b"x" * self._size)


@pytest.fixture
def factory():
    with Factory() as simulator:
        yield simulator


@pytest.fixture
def cutting():
    """Make factories whose answers of some size are cut."""
    factories = []

    def make(size):
        factories.append(Factory(size).__enter__())
        factories[-1].behave("acme", "cut")
        return factories[-1]

    yield make
    for simulator in factories:
        simulator.__exit__()


def request(simulator, path="/acme/make/one", timeout=LIMIT, body=b"{}"):
    """Send a request; return status and body of the response."""
    client = http.client.HTTPConnection("127.0.0.1", simulator.port, timeout)
    try:
        client.request("POST", path, body)
        response = client.getresponse()
        return response.status, response.read()
    finally:
        client.close()


def refusal(simulator, action, **arguments):
    """Call an action that is refused; return status and error."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        direct(simulator.url, action, **arguments)
    return refused.value.code, json.load(refused.value)["error"]


class TestFaultsAsClientsSeeThem:
    @pytest.mark.parametrize(
        ("fault", "status"),
        {
            "ok": 200,
            "refuses": 422,
            "refuses_politely": 422,
            "breaks": 500,
            "unavailable": 503,
        }.items(),
    )
    def test_an_answer_has_the_status_of_the_fault(self, factory, fault, status):
        factory.behave("acme", fault)
        assert request(factory)[0] == status

    def test_a_slow_answer_comes_after_some_seconds(self, factory):
        factory.behave("acme", "slow", seconds=0.05)
        started = time.monotonic()
        assert request(factory) == (200, b"x" * 20)
        assert time.monotonic() - started >= 0.05

    @pytest.mark.parametrize("fault", ["timeout_before", "timeout_after"])
    def test_a_timeout_lasts_until_the_client_disconnects(self, factory, fault):
        threads = threading.active_count()
        factory.behave("acme", fault)
        with pytest.raises(TimeoutError):
            request(factory, timeout=SHORT)
        wait_until(factory.asked)
        wait_until(lambda: threading.active_count() <= threads)

    @pytest.mark.parametrize("size", [1, 20, 100_000])
    def test_half_of_an_answer_that_is_cut_arrives(self, cutting, size):
        with pytest.raises(http.client.IncompleteRead) as cut:
            request(cutting(size))
        assert len(cut.value.partial) == size // 2

    def test_nothing_arrives_of_an_answer_without_a_body_that_is_cut(self, cutting):
        with pytest.raises(http.client.RemoteDisconnected):
            request(cutting(0))

    def test_a_client_over_tls_gets_no_connection(self, factory):
        context = ssl.create_default_context()
        address = "127.0.0.1", factory.port
        with (
            socket.create_connection(address, LIMIT) as connection,
            pytest.raises((ssl.SSLError, ConnectionError)),
        ):
            context.wrap_socket(connection, server_hostname="localhost")
        assert not factory.asked()

    def test_requests_of_other_paths_are_not_recorded(self, factory):
        assert request(factory, "/acme/sell/one")[0] == 404
        assert not factory.asked()

    @pytest.mark.parametrize("fault", FAULTS)
    def test_the_request_is_carried_out_or_not_by_fault(self, factory, fault):
        factory.behave("acme", fault)
        try:
            request(factory, timeout=SHORT if fault.startswith("timeout") else LIMIT)
        except (TimeoutError, http.client.IncompleteRead):
            wait_until(factory.asked)
        assert factory.made == (["one"] if fault in DOES_IT else [])
        assert [asked.is_done for asked in factory.asked()] == [fault in DOES_IT]

    def test_an_answer_to_a_disconnected_client_raises_nothing(self, capfd):
        threads, disconnected = threading.active_count(), threading.Event()
        with Factory(10_000_000) as factory:
            factory.on_request = lambda handled: disconnected.wait(LIMIT)
            with socket.create_connection(("127.0.0.1", factory.port)) as client:
                client.sendall(b"GET /acme/make/one HTTP/1.0\r\n\r\n")
                wait_until(factory.asked)
                # With this option closing resets the connection.
                linger = struct.pack("ii", 1, 0)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            disconnected.set()
        wait_until(lambda: threading.active_count() <= threads)
        assert capfd.readouterr().err == ""


class TestRecordedRequests:
    def test_the_callback_runs_after_the_work_and_before_the_answer(self, factory):
        seen, is_answered = [], threading.Event()

        def on_request(asked):
            seen.append((asked.reference, asked.fault, list(factory.made)))
            seen.append(is_answered.wait(SHORT))

        factory.on_request = on_request
        request(factory)
        is_answered.set()
        assert seen == [("one", "ok", ["one"]), False]

    def test_they_are_read_over_http(self, factory):
        factory.behave("acme", "breaks", operation="make")
        request(factory)
        request(factory, "/acme/look/two")
        one = {"reference": "one", "fault": "breaks", "is_done": False}
        two = {"reference": "two", "fault": "ok", "is_done": True}
        first = {"system": "acme", "operation": "make", **one}
        second = {"system": "acme", "operation": "look", **two}
        assert direct(factory.url, "asked") == [first, second]
        assert direct(factory.url, "asked", operation="look") == [second]
        status, body = request(factory, "/simulator/asked?operation=look")
        assert (status, json.loads(body)) == (200, [second])


class TestPlans:
    def faults(self, factory, *paths):
        for path in paths:
            request(factory, path)
        return [asked.fault for asked in factory.asked()]

    def test_a_fault_happens_the_planned_number_of_times(self, factory):
        factory.behave("acme", "breaks", times=2)
        factory.behave("acme", "refuses")
        faults = self.faults(factory, *["/acme/make/one"] * 4)
        assert faults == ["breaks", "breaks", "refuses", "ok"]

    def test_a_permanent_fault_lasts_until_another_is_planned(self, factory):
        factory.behave("acme", "breaks")
        factory.behave("acme", "unavailable", times=0)
        assert self.faults(factory, *["/acme/make/one"] * 3) == ["unavailable"] * 3
        factory.behave("acme", "ok", times=0)
        assert self.faults(factory, "/acme/make/one")[-1] == "ok"

    def test_a_fault_of_one_operation_takes_precedence(self, factory):
        factory.behave("acme", "breaks")
        factory.behave("acme", "refuses", operation="look")
        faults = self.faults(factory, "/acme/look/one", "/acme/make/one")
        assert faults == ["refuses", "breaks"]

    def test_they_are_made_and_removed_over_http(self, factory):
        plan = {"system": "acme", "fault": "breaks", "times": 0}
        assert direct(factory.url, "behave", **plan) == {}
        assert request(factory)[0] == 500
        assert direct(factory.url, "forget") == {}
        assert request(factory)[0] == 200


class TestRefusals:
    @pytest.mark.parametrize(
        ("plan", "possible"),
        [
            ({"system": "ups", "fault": "ok"}, "dhl_parcel, mrw"),
            ({"system": "mrw", "fault": "explodes"}, "timeout_after, cut"),
            (
                {"system": "mrw", "fault": "ok", "operation": "teleport"},
                "*, wsdl, tracking_wsdl, shipment",
            ),
            ({"system": "mrw", "fault": "ok", "times": -1}, "0 or more"),
            ({"system": "mrw", "fault": "slow", "seconds": "2"}, "not supported"),
            ({"system": "mrw"}, "'fault'"),
        ],
    )
    def test_an_impossible_plan_is_refused(self, plan, possible):
        with carriers.Simulator() as simulator:
            status, error = refusal(simulator, "behave", **plan)
            assert status == 400
            assert possible in error

    def test_an_unknown_parcel_is_refused(self):
        with carriers.Simulator() as simulator:
            refused = refusal(simulator, "move", number="1", state="delivered")
            assert refused == (400, "there is no parcel '1'")

    def test_invalid_json_is_refused(self, factory):
        assert request(factory, "/simulator/behave", body=b"{system: acme}")[0] == 400

    def test_other_actions_are_refused(self, factory):
        status, error = refusal(factory, "explode")
        assert (status, error) == (404, "'explode' is none of behave, forget, asked")


class TestPartners:
    def test_they_serve_the_offered_documents(self, tmp_path):
        """The simulator is a separate process, as in the demo."""
        with SimulatorServer("partners", tmp_path) as server:
            offered = {"system": "acme", "name": "PO-1", "content": "UNB+…'"}
            assert direct(server.url, "offer", **offered) == {}
            url = f"{server.url}/acme/out"
            with urllib.request.urlopen(f"{url}/PO-1", timeout=LIMIT) as answer:
                assert answer.read().decode() == "UNB+…'"
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(f"{url}/PO-2", timeout=LIMIT)
            recorded = direct(server.url, "asked")
            assert [entry["reference"] for entry in recorded] == ["PO-1", "PO-2"]

    def test_a_document_sent_twice_is_accepted_twice(self):
        with partners.Simulator() as simulator:
            simulator.behave("acme", "timeout_after", operation="in")
            with pytest.raises(TimeoutError):
                request(simulator, "/acme/in/INV/1", SHORT, b"first")
            wait_until(simulator.asked)
            assert request(simulator, "/acme/in/INV/1", body=b"again") == (
                200,
                b"taken",
            )
            assert simulator.taken["acme", "INV/1"] == ["first", "again"]

    def test_a_web_shop_has_each_order_that_it_is_asked_for(self):
        """So its jobs go on after a restart of the simulator."""
        with partners.Simulator() as simulator:
            url = f"{simulator.url}/web_shop/out/WEB-7"
            with urllib.request.urlopen(url, timeout=LIMIT) as answer:
                assert json.load(answer)["number"] == "WEB-7"
            simulator.behave("web_shop", "refuses", operation="in")
            assert request(simulator, "/web_shop/in/price-1", body=b"9.9") == (
                422,
                b"the price is lower than the cost",
            )
