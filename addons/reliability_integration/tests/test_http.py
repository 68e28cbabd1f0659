"""Outgoing HTTP: each call is observed once, with the right outcome."""

import contextlib
import threading
from unittest.mock import patch

import psycopg2
import requests

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import config, mute_logger

from odoo.addons.reliability.api import external_seconds_so_far, unmeasured
from odoo.addons.reliability.tests.clocks import LIMIT, Clock

from ..ledger import http
from ..ledger.exchange import exchange
from ..ledger.ledger import Ledger
from ..ledger.partner_systems import partner_systems
from .common import LedgerCase, PartnerSystem, refuse

CLOCK = Clock()
"""Advances while the body of an answer is sent."""


def _ok(handler):
    handler.answer(200, {"tracking": "T1"})


def _redirect(handler):
    handler.answer(302, Location="/ok")


def _redirect_forever(handler):
    handler.answer(302, Location="/for_ever")


def _refuse(handler):
    handler.answer(422, "no")


def _gateway(handler):
    handler.answer(504)


def _slow_body(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "2")
    handler.end_headers()
    for byte in (b"o", b"k"):
        CLOCK.now += 10
        handler.wfile.write(byte)
        handler.wfile.flush()


def _truncated(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"half")
    handler.close_connection = True


def _late(handler):
    handler.connection.recv(1)  # until the client has closed the connection
    handler.close_connection = True


SHORT_TIMEOUT = LIMIT, 0.1
"""Seconds to connect, and to wait for an answer that never comes."""

ANSWERS = {
    "/ok": _ok,
    "/redirect": _redirect,
    "/for_ever": _redirect_forever,
    "/refuse": _refuse,
    "/gateway": _gateway,
    "/slow_body": _slow_body,
    "/truncated": _truncated,
    "/late": _late,
    "/queue_job/runjob": _ok,
}


class _Socket(requests.adapters.BaseAdapter):
    """An adapter for named sockets, as some connectors have."""

    def send(self, request, **_options):
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = 200, request, request.url
        return answer

    def close(self):
        """There is nothing to close."""


class HttpCase(LedgerCase):
    # Odoo blocks requests in standard tests; these go to a server on loopback.
    test_tags = set()

    def setUp(self):
        super().setUp()
        self.server = self.enterContext(PartnerSystem(ANSWERS))

    def call(self, path, url=None, timeout=LIMIT, **options):
        """Call the server inside an exchange, and return the recorded attempt."""
        url = url or self.server.url + path
        with contextlib.suppress(requests.RequestException), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label"):
                requests.get(url, timeout=timeout, **options)
        return self.attempts()[-1]


@tagged("post_install", "-at_install", "-standard")
class TestInsideAnExchange(HttpCase):
    """The calls of an attempt decide its outcome."""

    def test_a_call_is_added_to_the_attempt(self):
        attempt = self.call("/ok")
        self.assertEqual(attempt["outcome"], "succeeded")
        self.assertEqual((attempt["status"], attempt["calls"]), (200, 1))
        self.assertGreater(attempt["external_seconds"], 0)

    def test_a_redirect_is_part_of_the_call(self):
        attempt = self.call("/redirect")
        self.assertEqual((attempt["calls"], attempt["status"]), (1, 200))
        self.assertEqual(self.server.requests, ["/redirect", "/ok"])

    def test_the_external_time_includes_a_slow_body(self):
        with patch.object(http, "time", CLOCK):
            attempt = self.call("/slow_body")
        self.assertAlmostEqual(attempt["external_seconds"], 20)

    def test_a_request_that_did_not_leave_has_failed(self):
        cases = {
            "nobody listens": {"url": "http://127.0.0.1:1/"},
            "no such host": {"url": "http://nowhere.invalid/"},
            "no address": {"url": "http://"},
            "no TLS": {"url": self.server.url.replace("http", "https") + "/ok"},
        }
        for name, options in cases.items():
            with self.subTest(name):
                self.assertEqual(self.call("", **options)["outcome"], "failed")

    def test_a_request_without_an_answer_is_unknown(self):
        for path in ("/late", "/truncated"):
            with self.subTest(path):
                attempt = self.call(path, timeout=SHORT_TIMEOUT)
                self.assertEqual(attempt["outcome"], "unknown")

    def test_endless_redirects_are_a_complete_answer(self):
        self.assertEqual(self.call("/for_ever")["outcome"], "failed")

    def test_a_call_that_is_not_measured_is_no_part_of_it(self):
        before = external_seconds_so_far()
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            with unmeasured():
                requests.get(self.server.url + "/gateway", timeout=LIMIT)
        self.assertEqual(self.server.requests, ["/gateway"])
        (attempt,) = self.attempts()
        self.assertEqual((attempt["calls"], attempt["outcome"]), (0, "succeeded"))
        self.assertEqual(external_seconds_so_far(), before)

    def refused(self, path, timeout=LIMIT):
        """Call like connectors that raise a refusal for each error."""
        with self.assertRaises(UserError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label"):
                try:
                    answer = requests.post(self.server.url + path, timeout=timeout)
                except requests.RequestException:
                    refuse("The carrier does not answer.")
                refuse(f"The carrier says {answer.status_code}.")
        return self.attempts()[-1]["outcome"]

    def test_a_refusal_does_not_hide_the_outcome(self):
        self.assertEqual(self.refused("/refuse"), "failed")
        self.assertEqual(self.refused("/gateway"), "unknown")
        self.assertEqual(self.refused("/late", SHORT_TIMEOUT), "unknown")
        self.assertEqual(self.refused("/ok"), "failed")

    def test_an_answer_that_the_connector_cannot_read_is_unknown(self):
        with self.assertRaises(KeyError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label"):
                requests.get(self.server.url + "/ok", timeout=LIMIT).json()["label"]
        self.assertEqual(self.exchange()["state"], "unknown")

    def test_a_streamed_body_is_left_to_the_caller(self):
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            answer = requests.get(
                self.server.url + "/slow_body", timeout=LIMIT, stream=True
            )
            self.assertEqual(answer.content, b"ok")

    def test_the_error_is_raised_unchanged(self):
        error = requests.ConnectionError("mine")
        with patch("requests.adapters.HTTPAdapter.send", side_effect=error):
            with self.assertRaises(requests.ConnectionError) as raised:
                requests.get(self.server.url, timeout=LIMIT)
        self.assertIs(raised.exception, error)

    @mute_logger("odoo.addons.reliability.instrumentation.guard")
    def test_an_address_that_only_its_adapter_understands_is_called(self):
        with requests.Session() as session:
            session.trust_env = False  # else requests itself reads the address
            session.mount("socket://", _Socket())
            answer = session.get("socket://localhost:printer/", timeout=LIMIT)
        self.assertEqual(answer.status_code, 200)

    def test_the_duration_is_external_time(self):
        before = external_seconds_so_far()
        with patch.object(http, "time", CLOCK):
            requests.get(self.server.url + "/slow_body", timeout=LIMIT)
        self.assertAlmostEqual(external_seconds_so_far() - before, 20)

    def test_excerpts_are_stored_if_the_integration_says_so(self):
        self.make_integration(code="dhl", stores_excerpts=True)
        attempt = self.call("/ok")
        self.assertEqual(attempt["answer"], '{"tracking": "T1"}')

    def make_integration(self, **values):
        with self.committed() as env:
            env["reliability.integration"].create({"name": "DHL", **values})
        partner_systems.clear_cache()


@tagged("post_install", "-at_install", "-standard")
class TestOutsideAnExchange(HttpCase):
    """A call without a connector's exchange is recorded if the integration says so."""

    make_integration = TestInsideAnExchange.make_integration

    def setUp(self):
        super().setUp()
        thread = threading.current_thread()
        before = getattr(thread, "dbname", None)
        with self.cursor() as cr:
            thread.dbname = cr.dbname
        self.addCleanup(setattr, thread, "dbname", before)
        partner_systems._reported_hosts.clear()

    def test_its_host_is_known_as_soon_as_the_database_answers(self):
        self.make_integration(
            code="dhl", host_patterns="127.0.0.1", records_requests=True
        )
        lost = psycopg2.OperationalError("lost")
        with patch.object(Ledger, "query", side_effect=lost):
            requests.get(self.server.url + "/ok", timeout=LIMIT)
        requests.get(self.server.url + "/ok", timeout=LIMIT)
        self.assertEqual(self.exchange()["state"], "succeeded")

    def test_it_is_an_exchange_with_the_system_of_the_host(self):
        self.make_integration(
            code="dhl", host_patterns="127.0.0.1", records_requests=True
        )
        requests.get(self.server.url + "/ok?token=s3cr3t", timeout=LIMIT)
        exchange = self.exchange()
        self.assertEqual(exchange["operation"], "http_get")
        self.assertEqual(exchange["state"], "succeeded")
        self.assertEqual(exchange["res_name"], self.server.url + "/ok")
        self.assertEqual(exchange["repeatable"], "safe")

    def test_it_belongs_to_the_company_of_the_user(self):
        self.make_integration(
            code="dhl", host_patterns="127.0.0.1", records_requests=True
        )
        with self.committed() as env:
            user, company = env.user.id, env.user.company_id.id
        for uid, expected in ((None, None), (user, company)):
            with patch.object(threading.current_thread(), "uid", uid, create=True):
                requests.get(self.server.url + "/ok", timeout=LIMIT)
            self.assertEqual(self.exchanges()[-1]["company_id"], expected)
            self.assertEqual(self.attempts()[-1]["user_id"], uid)

    def test_its_http_status_decides_its_outcome(self):
        self.make_integration(
            code="dhl", host_patterns="127.0.0.1", records_requests=True
        )
        requests.post(self.server.url + "/refuse", timeout=LIMIT)
        requests.post(self.server.url + "/gateway", timeout=LIMIT)
        states = [exchange["state"] for exchange in self.exchanges()]
        self.assertEqual(states, ["failed", "unknown"])

    def test_other_integrations_record_none(self):
        self.make_integration(code="dhl", host_patterns="127.0.0.1")
        requests.get(self.server.url + "/ok", timeout=LIMIT)
        self.assertFalse(self.exchanges())

    def test_an_unknown_host_is_added_to_be_named(self):
        requests.get(self.server.url + "/ok", timeout=LIMIT)
        requests.get(self.server.url + "/ok", timeout=LIMIT)
        (integration,) = self.rows("SELECT * FROM reliability_integration")
        self.assertEqual(integration["name"], "127.0.0.1")
        self.assertTrue(integration["discovered"])

    def test_calls_to_odoo_itself_are_not_recorded(self):
        self.make_integration(
            code="dhl", host_patterns="127.0.0.1", records_requests=True
        )
        requests.get(self.server.url + "/queue_job/runjob", timeout=LIMIT)
        port = int(self.server.url.rpartition(":")[2])
        with patch.dict(config.options, {"http_port": port}):
            requests.get(self.server.url + "/ok", timeout=LIMIT)
        self.assertFalse(self.exchanges())
