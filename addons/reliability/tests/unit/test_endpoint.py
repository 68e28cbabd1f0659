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
from ...telemetry import endpoint
from ...telemetry.access import Access, digest_of
from ...telemetry.endpoint import Endpoint, make_app
from ..clocks import LIMIT, wait_until
from ..recordings import FolderCase, record


class RecordingSocket(socket.socket):
    """A socket that remembers what it sent at a time."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.pieces = []

    def send(self, data, *flags):
        self.pieces.append(bytes(data))
        return super().send(data, *flags)

    def sendall(self, data, *flags):
        self.pieces.append(bytes(data))
        return super().sendall(data, *flags)


class TestTheEndpoint(FolderCase, TestCase):
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

    def ask(self, path="/metrics", token="secret", method="GET", **headers):
        """Return status, headers and body of an answer over a real connection."""
        port = self.endpoint.server_port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.headers, body

    def test_who_shows_the_token_gets_the_metrics(self):
        status, headers, body = self.ask()
        self.assertEqual(status, 200)
        self.assertIn("text/plain", headers["Content-Type"])
        self.assertIn(b"odoo_operation_duration_seconds_count", body)

    def test_everybody_else_is_refused_without_learning_more(self):
        refused = [
            self.ask(token=None),
            self.ask(token="wrong"),
            self.ask(token="secret2"),
            self.ask("/", token=None),
            self.ask("/elsewhere", token="wrong"),
            self.ask(token=None, Authorization="Basic secret"),
            self.ask(token=None, method="POST"),
        ]
        self.assertEqual({status for status, _headers, _body in refused}, {401})
        self.assertEqual({body for _status, _headers, body in refused}, {refused[0][2]})
        self.assertNotIn("Python", str(refused[0][1]))

    def test_no_answer_can_be_cut_off_and_look_like_a_whole_one(self):
        ours, theirs = socket.socketpair()
        theirs.sendall(b"GET /metrics HTTP/1.0\r\nAuthorization: Bearer secret\r\n\r\n")
        with RecordingSocket(fileno=ours.detach()) as connection, theirs:
            self.endpoint.RequestHandlerClass(connection, ("", 0), self.endpoint)
            head, _end, _body = connection.pieces[0].partition(b"\r\n\r\n")
        self.assertIn(b"Content-Length", head, "a kill after it would hide the rest")

    def raw(self, request):
        """Return all that is answered to these bytes."""
        address = "127.0.0.1", self.endpoint.server_port
        with socket.create_connection(address, timeout=LIMIT) as connection:
            with contextlib.suppress(OSError):  # it may be closed before it has all
                connection.sendall(request)
            answer = b""
            with contextlib.suppress(OSError):
                while part := connection.recv(65536):
                    answer += part
        return answer

    def test_what_is_no_request_is_refused_without_learning_more(self):
        get = b"GET /metrics HTTP/1.1\r\n"
        for nonsense in (
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
            answer = self.raw(nonsense)
            self.assertFalse(answer.startswith(b"HTTP/1.0 200"), nonsense[:60])
            self.assertNotIn(b"odoo_", answer)
            for word in (b"Python", b"WSGIServer", b"<", b"GARBAGE", b"xxx"):
                self.assertNotIn(word, answer)
        self.assertEqual(self.ask()[0], 200)

    def test_thousands_of_wrong_tokens_leave_no_trace(self):
        with self.assertNoLogs("reliability", "INFO"):
            with ThreadPoolExecutor(8) as pool:
                tokens = (f"wrong{number}" for number in range(2000))
                answers = set(pool.map(lambda token: self.scrape(token=token), tokens))
        self.assertLessEqual(answers, {401, "refused"})
        self.assertIn(401, answers)
        self.wait_for_room()
        self.assertEqual(self.ask()[0], 200)

    def test_without_a_token_file_it_is_closed(self):
        self.token_file.unlink()
        self.assertEqual(self.ask()[0], 401)
        self.assertEqual(self.ask(token="")[0], 401)
        self.token_file.write_text("\n")
        self.assertEqual(self.ask(token="")[0], 401)

    def test_a_new_token_counts_at_once_and_the_old_one_no_more(self):
        other = self.folder / "token.new"
        other.write_text("renewed")
        os.replace(other, self.token_file)
        self.assertEqual(self.ask()[0], 401)
        self.assertEqual(self.ask(token="renewed")[0], 200)

    def test_there_is_nothing_but_metrics_to_read(self):
        self.assertEqual(self.ask("/")[0], 404)
        self.assertEqual(self.ask("/metrics/")[0], 404)
        self.assertEqual(self.ask(method="POST")[0], 405)

    def test_openmetrics_and_gzip_are_negotiated(self):
        _status, headers, body = self.ask(
            **{
                "Accept": "application/openmetrics-text; version=1.0.0",
                "Accept-Encoding": "gzip",
            }
        )
        self.assertEqual(headers["Content-Encoding"], "gzip")
        text = gzip.decompress(body).decode()
        families = {family.name for family in text_string_to_metric_families(text)}
        self.assertIn("odoo_operation_duration_seconds", families)

    def test_a_collector_that_does_not_lead_has_nothing_to_say(self):
        self.collector.close()
        self.assertEqual(self.ask()[0], 503)

    def test_any_bytes_can_be_a_token(self):
        self.token_file.write_bytes(b"\xff\xe9secret")
        self.assertEqual(self.ask()[0], 401)
        self.assertEqual(self.ask(token="\xff\xe9secret")[0], 200)

    def test_slow_clients_are_cut_off_and_make_room(self):
        self.give_requests(seconds=LIMIT)
        port = self.endpoint.server_port
        slow = [socket.create_connection(("127.0.0.1", port)) for _client in range(32)]
        for client in slow:
            self.addCleanup(client.close)
        wait_until(lambda: len(self.endpoint._deadlines) == 32, "slow clients")
        self.assertEqual(self.scrape(), "refused")

        def is_answered():
            for client in slow:
                with contextlib.suppress(OSError):
                    client.send(b"G")  # a byte now and then, and never a request
            return self.scrape() == 200

        ahead = endpoint.REQUEST_TIMEOUT
        later = SimpleNamespace(monotonic=lambda: time.monotonic() + ahead)
        with patch.object(endpoint, "time", later):
            wait_until(is_answered, "room for others", interval=0.1)

    def scrape(self, _number=0, **options):
        try:
            return self.ask(**options)[0]
        except (ConnectionError, http.client.HTTPException):
            return "refused"

    def wait_for_room(self):
        wait_until(lambda: not self.endpoint._deadlines, "all connections to end")

    def give_requests(self, seconds):
        self.enterContext(patch.object(endpoint, "REQUEST_TIMEOUT", seconds))

    def test_a_hundred_scrapes_at_once_are_answered_or_refused(self):
        self.give_requests(seconds=LIMIT)
        with ThreadPoolExecutor(100) as pool:
            answers = list(pool.map(self.scrape, range(100)))
        self.assertLessEqual(set(answers), {200, "refused"})
        self.assertGreaterEqual(answers.count(200), 32)
        self.wait_for_room()
        self.assertEqual(self.scrape(), 200)

    def test_a_storm_on_a_page_that_takes_seconds_renders_it_once(self):
        """The collector must go on reading, and scrapes be answered in time."""
        self.give_requests(seconds=LIMIT)
        rendered, render = [], self.collector.page

        def slowly(scope):
            rendered.append(scope)
            wait_until(lambda: len(self.endpoint._deadlines) == 30, "all to ask")
            return render(scope)

        self.collector.page = slowly
        with patch.object(endpoint, "_MAX_PAGE_AGE", LIMIT):
            with ThreadPoolExecutor(30) as pool:
                answers = list(pool.map(self.scrape, range(30)))
        self.assertEqual(set(answers), {200})
        self.assertEqual(len(rendered), 1)

    def test_a_page_is_rendered_again_after_a_while(self):
        rendered, render = [], self.collector.page
        self.collector.page = lambda scope: rendered.append(scope) or render(scope)
        with patch.object(endpoint, "_MAX_PAGE_AGE", 0.0):
            self.assertEqual([self.scrape(), self.scrape()], [200, 200])
        self.assertEqual(len(rendered), 2)

    def test_a_page_is_not_handed_to_whoever_may_see_another(self):
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

    def test_who_would_be_answered_too_late_is_refused(self):
        self.give_requests(seconds=0.2)
        begun, over = threading.Event(), threading.Event()
        render = self.collector.page

        def endlessly(scope):
            begun.set()
            over.wait(LIMIT)
            return render(scope)

        self.collector.page = endlessly
        client = Client(make_app(self.collector, Access(self.token_file)))
        ask = functools.partial(
            client.get, "/metrics", headers={"Authorization": "Bearer secret"}
        )
        first = threading.Thread(target=ask)
        first.start()
        self.assertTrue(begun.wait(LIMIT))
        self.assertEqual(ask().status_code, 503)
        over.set()
        first.join()
        self.assertEqual(ask().status_code, 200)
