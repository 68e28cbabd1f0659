"""Outgoing HTTP: one record for each logical call, right whatever happens to it."""

import contextlib
import threading
from unittest.mock import patch

import requests

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import config, mute_logger

from odoo.addons.reliability.instrumentation import external_time
from odoo.addons.reliability.tests.clocks import LIMIT, Clock

from ..ledger import http
from ..ledger.exchange import exchange
from ..ledger.partner_systems import partner_systems
from .common import LedgerCase, PartnerSystem, refuse

CLOCK = Clock()
"""Goes on while a body is on its way."""


def _ok(handler):
    handler.answer(200, {"tracking": "T1"})


def _redirect(handler):
    handler.answer(302, Location="/ok")


def _for_ever(handler):
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
    handler.connection.recv(1)  # until nobody waits for an answer any more
    handler.close_connection = True


IMPATIENT = LIMIT, 0.1
"""Seconds to connect and to wait for an answer that never comes."""

ANSWERS = {
    "/ok": _ok,
    "/redirect": _redirect,
    "/for_ever": _for_ever,
    "/refuse": _refuse,
    "/gateway": _gateway,
    "/slow_body": _slow_body,
    "/truncated": _truncated,
    "/late": _late,
    "/queue_job/runjob": _ok,
}


class _Socket(requests.adapters.BaseAdapter):
    """Asks what listens on a named socket, as adapters of connectors do."""

    def send(self, request, **_options):
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = 200, request, request.url
        return answer

    def close(self):
        """Nothing is open."""


class HttpCase(LedgerCase):
    # Odoo lets no standard test ask anybody; this one asks itself.
    test_tags = set()

    def setUp(self):
        super().setUp()
        self.server = self.enterContext(PartnerSystem(ANSWERS))

    def ask(self, path, url=None, timeout=LIMIT, **options):
        """Ask within an exchange; return the attempt as it is on record."""
        url = url or self.server.url + path
        with contextlib.suppress(requests.RequestException), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label"):
                requests.get(url, timeout=timeout, **options)
        return self.attempts()[-1]


@tagged("post_install", "-at_install", "-standard")
class TestWithinAnExchange(HttpCase):
    """What an attempt asks over HTTP says how it ended."""

    def test_a_call_is_told_to_the_attempt(self):
        attempt = self.ask("/ok")
        found = attempt["outcome"], attempt["status"], attempt["calls"]
        self.assertEqual(found, ("succeeded", 200, 1))
        self.assertGreater(attempt["external"], 0)

    def test_a_redirect_is_a_part_of_the_call(self):
        attempt = self.ask("/redirect")
        self.assertEqual((attempt["calls"], attempt["status"]), (1, 200))
        self.assertEqual(self.server.requests, ["/redirect", "/ok"])

    def test_the_time_of_a_slow_body_is_in_it(self):
        with patch.object(http, "time", CLOCK):
            asked = self.ask("/slow_body")
        self.assertAlmostEqual(asked["external"], 20)

    def test_what_did_not_leave_has_failed(self):
        cases = {
            "nobody listens": {"url": "http://127.0.0.1:1/"},
            "no such host": {"url": "http://nowhere.invalid/"},
            "no address": {"url": "http://"},
            "no TLS": {"url": self.server.url.replace("http", "https") + "/ok"},
        }
        for name, options in cases.items():
            with self.subTest(name):
                self.assertEqual(self.ask("", **options)["outcome"], "failed")

    def test_of_what_was_not_answered_nobody_knows(self):
        for path in ("/late", "/truncated"):
            with self.subTest(path):
                asked = self.ask(path, timeout=IMPATIENT)
                self.assertEqual(asked["outcome"], "unknown")

    def test_endless_redirects_are_a_complete_answer(self):
        self.assertEqual(self.ask("/for_ever")["outcome"], "failed")

    def refused(self, path, timeout=LIMIT):
        """Ask as connectors do that turn every trouble into a refusal."""
        with self.assertRaises(UserError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label"):
                try:
                    answer = requests.post(self.server.url + path, timeout=timeout)
                except requests.RequestException:
                    refuse("The carrier does not answer.")
                refuse(f"The carrier says {answer.status_code}.")
        return self.attempts()[-1]["outcome"]

    def test_a_refusal_hides_nothing(self):
        self.assertEqual(self.refused("/refuse"), "failed")
        self.assertEqual(self.refused("/gateway"), "unknown")
        self.assertEqual(self.refused("/late", IMPATIENT), "unknown")
        self.assertEqual(self.refused("/ok"), "failed")

    def test_an_answer_that_nobody_understands_leaves_it_unknown(self):
        with self.assertRaises(KeyError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label"):
                requests.get(self.server.url + "/ok", timeout=LIMIT).json()["label"]
        self.assertEqual(self.exchange()["state"], "unknown")

    def test_a_stream_is_left_to_who_reads_it(self):
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            answer = requests.get(
                self.server.url + "/slow_body", timeout=LIMIT, stream=True
            )
            self.assertEqual(answer.content, b"ok")

    def test_the_same_error_comes_back(self):
        error = requests.ConnectionError("mine")
        with patch("requests.adapters.HTTPAdapter.send", side_effect=error):
            with self.assertRaises(requests.ConnectionError) as raised:
                requests.get(self.server.url, timeout=LIMIT)
        self.assertIs(raised.exception, error)

    @mute_logger("odoo.addons.reliability.instrumentation.guard")
    def test_an_address_that_only_its_adapter_understands_is_asked(self):
        with requests.Session() as session:
            session.trust_env = False  # else requests itself reads the address
            session.mount("socket://", _Socket())
            answer = session.get("socket://localhost:printer/", timeout=LIMIT)
        self.assertEqual(answer.status_code, 200)

    def test_its_time_is_external_time(self):
        before = external_time.seconds_so_far()
        with patch.object(http, "time", CLOCK):
            requests.get(self.server.url + "/slow_body", timeout=LIMIT)
        self.assertAlmostEqual(external_time.seconds_since(before, 60), 20)

    def test_excerpts_are_kept_where_they_are_wanted(self):
        self.make_integration(code="dhl", keeps_excerpts=True)
        attempt = self.ask("/ok")
        self.assertEqual(attempt["answer"], '{"tracking": "T1"}')

    def make_integration(self, **values):
        with self.committed() as env:
            env["reliability.integration"].create({"name": "DHL", **values})
        partner_systems.forget()


@tagged("post_install", "-at_install", "-standard")
class TestOutsideOfOne(HttpCase):
    """A call that no connector reports is an exchange, where somebody wants it."""

    make_integration = TestWithinAnExchange.make_integration

    def setUp(self):
        super().setUp()
        thread = threading.current_thread()
        before = getattr(thread, "dbname", None)
        with self.cursor() as cr:
            thread.dbname = cr.dbname
        self.addCleanup(setattr, thread, "dbname", before)
        partner_systems._told.clear()

    def test_it_is_an_exchange_of_the_counterpart_at_that_host(self):
        self.make_integration(code="dhl", host_patterns="127.0.*", records_calls=True)
        requests.get(self.server.url + "/ok?token=s3cr3t", timeout=LIMIT)
        found = self.exchange()
        self.assertEqual(
            (found["operation"], found["state"]), ("http_get", "succeeded")
        )
        self.assertEqual(found["res_name"], self.server.url + "/ok")
        self.assertEqual(found["repeatable"], "safe")

    def test_it_is_of_the_company_of_who_asked(self):
        self.make_integration(code="dhl", host_patterns="127.0.*", records_calls=True)
        with self.committed() as env:
            user, company = env.user.id, env.user.company_id.id
        for uid, expected in ((None, None), (user, company)):
            with patch.object(threading.current_thread(), "uid", uid, create=True):
                requests.get(self.server.url + "/ok", timeout=LIMIT)
            self.assertEqual(self.exchanges()[-1]["company_id"], expected)
            self.assertEqual(self.attempts()[-1]["user_id"], uid)

    def test_its_status_says_how_it_ended(self):
        self.make_integration(code="dhl", host_patterns="127.0.*", records_calls=True)
        requests.post(self.server.url + "/refuse", timeout=LIMIT)
        requests.post(self.server.url + "/gateway", timeout=LIMIT)
        states = [of["state"] for of in self.exchanges()]
        self.assertEqual(states, ["failed", "unknown"])

    def test_who_does_not_want_it_has_none(self):
        self.make_integration(code="dhl", host_patterns="127.0.*")
        requests.get(self.server.url + "/ok", timeout=LIMIT)
        self.assertFalse(self.exchanges())

    def test_an_unknown_host_waits_to_be_named(self):
        requests.get(self.server.url + "/ok", timeout=LIMIT)
        requests.get(self.server.url + "/ok", timeout=LIMIT)
        (found,) = self.rows("SELECT * FROM reliability_integration")
        self.assertEqual((found["name"], found["discovered"]), ("127.0.0.1", True))

    def test_odoo_s_own_calls_are_left_out(self):
        self.make_integration(code="dhl", host_patterns="127.0.*", records_calls=True)
        requests.get(self.server.url + "/queue_job/runjob", timeout=LIMIT)
        port = int(self.server.url.rpartition(":")[2])
        with patch.dict(config.options, {"http_port": port}):
            requests.get(self.server.url + "/ok", timeout=LIMIT)
        self.assertFalse(self.exchanges())
