"""The endpoint serves ``/metrics`` to clients with a token, also in a storm."""

import contextlib
import functools
import gzip
import http.client
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from unittest import TestCase
from unittest.mock import patch

from prometheus_client.openmetrics.parser import text_string_to_metric_families
from werkzeug.test import Client

from ...collector.collector import Collector
from ...telemetry import endpoint, metrics_app
from ...telemetry.access import Access, digest_of
from ...telemetry.endpoint import MAX_CONNECTIONS, Endpoint
from ...telemetry.exposition import Gauge, GaugeSheet
from ...telemetry.metrics_app import make_app
from ...telemetry.slots.lease import boot_time
from ..clocks import LIMIT, wait_until
from ..http_by_the_letter import HttpByTheLetter
from ..recordings import FolderCase, record


class RecordingSocket(socket.socket):
    """A socket that stores the data of each call that sends."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.pieces = []

    def send(self, data, *flags):
        self.pieces.append(bytes(data))
        return super().send(data, *flags)

    def sendall(self, data, *flags):
        self.pieces.append(bytes(data))
        return super().sendall(data, *flags)


class TestEndpoint(FolderCase, TestCase):
    def setUp(self):
        super().setUp()
        self.token_file = self.folder / "token"
        self.token_file.write_text("secret\n")
        self.collector = Collector(self.folder)
        self.addCleanup(self.collector.close)
        app = make_app(self.collector, Access(self.token_file))
        often = functools.partialmethod(Endpoint.serve_forever, poll_interval=0.01)
        self.enterContext(patch.object(Endpoint, "serve_forever", often))
        self.endpoint = Endpoint("127.0.0.1", 0, app)
        self.addCleanup(self.endpoint.stop)
        record(self.recorder())
        self.collector.cycle()

    def get(self, path="/metrics", token="secret", method="GET", **headers):
        """Return status, headers and body of a response over a real connection."""
        port = self.endpoint.server_port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, response.headers, body

    def test_a_client_with_the_token_gets_the_metrics(self):
        status, headers, body = self.get()
        self.assertEqual(status, 200)
        self.assertIn("text/plain", headers["Content-Type"])
        self.assertIn(b"odoo_operation_duration_seconds_count", body)

    def test_every_other_client_gets_the_same_refusal(self):
        refused = [
            self.get(token=None),
            self.get(token="wrong"),
            self.get(token="secret2"),
            self.get("/", token=None),
            self.get("/elsewhere", token="wrong"),
            self.get(token=None, Authorization="Basic secret"),
            self.get(token=None, method="POST"),
        ]
        self.assertEqual({status for status, _headers, _body in refused}, {401})
        self.assertEqual({body for _status, _headers, body in refused}, {refused[0][2]})

    def test_no_answer_names_python_or_its_version(self):
        answers = [
            self.get(),
            self.get(method="HEAD"),
            self.get(token=None),
            self.get("/"),
            self.get(method="POST"),
        ]
        self.collector.page = None
        answers.append(self.get(Accept="application/openmetrics-text"))
        self.assertEqual(answers[-1][0], 500)
        for _status, headers, _body in answers:
            self.assertEqual(headers.get_all("Server"), ["reliability"])

    def test_an_error_is_logged_once_and_answered_without_details(self):
        page, self.collector.page = self.collector.page, lambda scope: 1 / 0
        with self.assertLogs("reliability", "ERROR") as logged:
            answers = [self.get(), self.get()]
        self.assertEqual(len(logged.output), 1)
        for status, _headers, body in answers:
            self.assertEqual((status, body), (500, b"500 Internal Server Error\n"))
        self.collector.page = page
        self.assertEqual(self.get()[0], 200)

    def test_a_response_that_is_cut_off_does_not_look_complete(self):
        ours, theirs = socket.socketpair()
        theirs.sendall(b"GET /metrics HTTP/1.0\r\nAuthorization: Bearer secret\r\n\r\n")
        with RecordingSocket(fileno=ours.detach()) as connection, theirs:
            self.endpoint.RequestHandlerClass(connection, ("", 0), self.endpoint)
            head, _end, _body = connection.pieces[0].partition(b"\r\n\r\n")
        self.assertIn(b"Content-Length", head, "a kill in between would hide the rest")

    def raw(self, request):
        """Return the response to these bytes."""
        address = "127.0.0.1", self.endpoint.server_port
        with socket.create_connection(address, timeout=LIMIT) as connection:
            with contextlib.suppress(OSError):  # it may be closed before all is sent
                connection.sendall(request)
            response = b""
            with contextlib.suppress(OSError):
                while part := connection.recv(65536):
                    response += part
        return response

    def test_an_invalid_request_gets_a_refusal_without_details(self):
        get = b"GET /metrics HTTP/1.1\r\n"
        for request in (
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",  # TLS
            b"GARBAGE\r\n\r\n",
            b"GET /metrics HTTP/9.9\r\n\r\n",
            b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
            get + b"Authorization: Bearer " + b"x" * 100_000 + b"\r\n\r\n",
            get + b"X: y\r\n" * 1000 + b"\r\n",
            get + b"Authorization: Bearer \xff\xfe\xc3\r\n\r\n",
            get + b"Authorization: Bearer a\rb\x00c\r\n\r\n",
            get + b"Authorization\r\n\r\n",
            get + b"Authorization: Bearer\r\nAuthorization: Bearer secret\r\n\r\n",
        ):
            response = self.raw(request)
            self.assertFalse(response.startswith(b"HTTP/1.0 200"), request[:60])
            self.assertNotIn(b"odoo_", response)
            for word in (b"Python", b"WSGIServer", b"<", b"GARBAGE", b"xxx"):
                self.assertNotIn(word, response)
        self.assertEqual(self.get()[0], 200)

    def test_thousands_of_wrong_tokens_log_nothing_and_leave_room(self):
        with self.assertNoLogs("reliability", "INFO"):
            with ThreadPoolExecutor(8) as pool:
                tokens = (f"wrong{number}" for number in range(2000))
                statuses = set(pool.map(lambda token: self.scrape(token=token), tokens))
        self.assertLessEqual(statuses, {401, "refused"})
        self.assertIn(401, statuses)
        self.wait_for_room()
        self.assertEqual(self.get()[0], 200)

    def test_without_a_token_file_it_is_closed(self):
        self.token_file.unlink()
        self.assertEqual(self.get()[0], 401)
        self.assertEqual(self.get(token="")[0], 401)
        self.token_file.write_text("\n")
        self.assertEqual(self.get(token="")[0], 401)

    def test_a_new_token_replaces_the_old_one_at_once(self):
        other = self.folder / "token.new"
        other.write_text("renewed")
        os.replace(other, self.token_file)
        self.assertEqual(self.get()[0], 401)
        self.assertEqual(self.get(token="renewed")[0], 200)

    def test_there_is_no_other_page(self):
        self.assertEqual(self.get("/")[0], 404)
        self.assertEqual(self.get("/metrics/")[0], 404)
        self.assertEqual(self.get(method="POST")[0], 405)

    def test_openmetrics_and_gzip_are_negotiated(self):
        _status, headers, body = self.get(
            **{
                "Accept": "application/openmetrics-text; version=1.0.0",
                "Accept-Encoding": "gzip",
            }
        )
        self.assertEqual(headers["Content-Encoding"], "gzip")
        text = gzip.decompress(body).decode()
        families = {family.name for family in text_string_to_metric_families(text)}
        self.assertIn("odoo_operation_duration_seconds", families)

    def test_a_collector_that_does_not_lead_serves_no_metrics(self):
        self.collector.close()
        self.assertEqual(self.get()[0], 503)

    def test_any_bytes_can_be_a_token(self):
        self.token_file.write_bytes(b"\xff\xe9secret")
        self.assertEqual(self.get()[0], 401)
        self.assertEqual(self.get(token="\xff\xe9secret")[0], 200)

    def connect_slow_clients(self, count):
        """Open connections that never send a complete request."""
        address = "127.0.0.1", self.endpoint.server_port
        for _client in range(count):
            client = socket.create_connection(address)
            self.addCleanup(client.close)
            client.send(b"G")

    def test_slow_clients_do_not_keep_scrapes_out(self):
        self.set_timeout(LIMIT)
        self.connect_slow_clients(200)
        self.assertEqual({self.scrape() for _scrape in range(65)}, {200})

    def test_the_oldest_slow_client_makes_room(self):
        self.set_timeout(LIMIT)
        self.connect_slow_clients(MAX_CONNECTIONS)
        wait_until(lambda: len(self.endpoint._deadlines) == MAX_CONNECTIONS, "all")
        oldest, second, *_others = self.endpoint._deadlines
        self.assertEqual(self.scrape(), 200)
        self.assertNotIn(oldest, self.endpoint._deadlines)
        self.assertIn(second, self.endpoint._deadlines)

    def test_a_request_that_is_being_served_is_not_cut_off(self):
        self.set_timeout(LIMIT)
        started, end = threading.Event(), threading.Event()
        render = self.collector.page

        def slow_page(scope):
            started.set()
            end.wait(LIMIT)
            return render(scope)

        self.collector.page = slow_page
        with ThreadPoolExecutor(1) as pool:
            served = pool.submit(self.scrape)
            self.assertTrue(started.wait(LIMIT))
            self.connect_slow_clients(3 * MAX_CONNECTIONS)
            wait_until(lambda: self.scrape(token="wrong") == 401, "a refusal")
            end.set()
            self.assertEqual(served.result(), 200)

    def test_slow_clients_are_disconnected_after_the_timeout(self):
        self.set_timeout(LIMIT)
        self.connect_slow_clients(5)
        wait_until(lambda: len(self.endpoint._deadlines) == 5, "slow clients")
        later = SimpleNamespace(monotonic=lambda: time.monotonic() + LIMIT + 1)
        with patch.object(endpoint, "time", later):
            self.wait_for_room()

    def test_a_client_that_does_not_read_its_page_holds_nothing(self):
        self.set_timeout(LIMIT)
        more_than_buffers_hold = "x" * 20_000_000
        gauge = Gauge("odoo_large", "", ("x",), [((more_than_buffers_hold,), 1)])
        self.collector.set_gauges("db", GaugeSheet(boot_time(), [gauge]))
        address = "127.0.0.1", self.endpoint.server_port
        request = b"GET /metrics HTTP/1.0\r\nAuthorization: Bearer secret\r\n\r\n"
        with socket.create_connection(address, timeout=LIMIT) as silent:
            silent.sendall(request)
            silent.recv(1)  # its page is being sent
            self.assertEqual(self.scrape(), 200)
            self.assertTrue(self.collector.cycle())
            wait_until(lambda: len(self.endpoint._deadlines) == 1, "the other to end")

    def scrape(self, _number=0, **options):
        try:
            return self.get(**options)[0]
        except (ConnectionError, http.client.HTTPException):
            return "refused"

    def wait_for_room(self):
        wait_until(lambda: not self.endpoint._deadlines, "all connections to end")

    def set_timeout(self, seconds):
        self.enterContext(patch.object(endpoint, "REQUEST_TIMEOUT", seconds))
        self.enterContext(patch.object(metrics_app, "SECONDS_TO_RENDER", seconds))

    def test_a_hundred_simultaneous_scrapes_are_served_or_refused(self):
        self.set_timeout(LIMIT)
        with ThreadPoolExecutor(100) as pool:
            statuses = list(pool.map(self.scrape, range(100)))
        self.assertLessEqual(set(statuses), {200, "refused"})
        self.assertGreaterEqual(statuses.count(200), 32)
        self.wait_for_room()
        self.assertEqual(self.scrape(), 200)

    def test_simultaneous_requests_share_one_slow_page(self):
        """The collector must go on reading, and scrapes get a response in time."""
        self.set_timeout(LIMIT)
        rendered, render = [], self.collector.page

        def slow_page(scope):
            rendered.append(scope)
            wait_until(lambda: len(self.endpoint._deadlines) == 30, "all requests")
            return render(scope)

        self.collector.page = slow_page
        with patch.object(metrics_app, "_MAX_PAGE_AGE", LIMIT):
            with ThreadPoolExecutor(30) as pool:
                statuses = list(pool.map(self.scrape, range(30)))
        self.assertEqual(set(statuses), {200})
        self.assertEqual(len(rendered), 1)

    def test_a_page_is_rendered_again_after_a_while(self):
        rendered, render = [], self.collector.page
        self.collector.page = lambda scope: rendered.append(scope) or render(scope)
        with patch.object(metrics_app, "_MAX_PAGE_AGE", 0.0):
            self.assertEqual([self.scrape(), self.scrape()], [200, 200])
        self.assertEqual(len(rendered), 2)

    def test_a_page_is_not_shared_between_scopes(self):
        access = Access(self.token_file)
        access.databases = {"db": digest_of("of-db"), "x": digest_of("of-x")}
        client = Client(make_app(self.collector, access))
        pages = [
            client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).text
            for token in ("secret", "of-db", "of-x", "secret")
        ]
        self.assertIn("odoo_reliability_slots", pages[0])
        self.assertNotIn("odoo_reliability_slots", pages[1])
        self.assertIn('db="db"', pages[1])
        self.assertNotIn('db="db"', pages[2])
        self.assertIn("odoo_reliability_slots", pages[3])

    def test_a_request_whose_page_would_be_late_is_refused(self):
        self.set_timeout(0.2)
        started, end = threading.Event(), threading.Event()
        render = self.collector.page

        def endless_page(scope):
            started.set()
            end.wait(LIMIT)
            return render(scope)

        self.collector.page = endless_page
        client = Client(make_app(self.collector, Access(self.token_file)))
        get = functools.partial(
            client.get, "/metrics", headers={"Authorization": "Bearer secret"}
        )
        first = threading.Thread(target=get)
        first.start()
        self.assertTrue(started.wait(LIMIT))
        self.assertEqual(get().status_code, 503)
        end.set()
        first.join()
        self.assertEqual(get().status_code, 200)


class TestHttp(HttpByTheLetter, TestCase):
    def app(self):
        return make_app(self.collector, self.access)
