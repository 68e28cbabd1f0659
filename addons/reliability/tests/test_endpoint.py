import contextlib
import gzip
import http.client
import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from odoo.tests import tagged

from ..telemetry import endpoint
from ..telemetry.access import Access
from ..telemetry.collector import Collector
from ..telemetry.endpoint import Endpoint, make_app
from .common import FolderCase, record


@tagged("-at_install", "post_install")
class TestTheEndpoint(FolderCase):
    def setUp(self):
        super().setUp()
        self.token_file = self.folder / "token"
        self.token_file.write_text("secret\n")
        self.collector = Collector(self.folder)
        self.addCleanup(self.collector.close)
        app = make_app(self.collector, Access(self.token_file))
        self.endpoint = Endpoint("127.0.0.1", 0, app)
        self.addCleanup(self.endpoint.stop)
        record(self.recorder())
        self.collector.cycle()

    def ask(self, path="/metrics", token="secret", method="GET", **headers):
        """Return status, headers and body of an answer over a real connection."""
        port = self.endpoint.server_port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
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
        self.patch(endpoint, "SECONDS_FOR_A_REQUEST", 1.0)
        port = self.endpoint.server_port
        slow = [socket.create_connection(("127.0.0.1", port)) for _client in range(32)]
        deadline = time.monotonic() + 10
        while self.scrape() != 200:
            for client in slow:
                with contextlib.suppress(OSError):
                    client.send(b"G")  # a byte now and then, and never a request
            self.assertLess(time.monotonic(), deadline, "they keep the others out")
            time.sleep(0.1)
        for client in slow:
            client.close()

    def scrape(self, _number=0):
        try:
            return self.ask()[0]
        except (ConnectionError, http.client.HTTPException):
            return "refused"

    def test_a_hundred_scrapes_at_once_are_answered_or_refused_in_time(self):
        with ThreadPoolExecutor(100) as pool:
            answers = list(pool.map(self.scrape, range(100)))
        self.assertLessEqual(set(answers), {200, "refused"})
        self.assertGreaterEqual(answers.count(200), 32)
        self.assertEqual(self.scrape(), 200)
