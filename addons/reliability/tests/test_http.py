"""Requests are timed from the outside, under what was asked for and how it ended."""

import json
import threading
import time
import xmlrpc.client
from unittest.mock import patch

from werkzeug.test import Client

from odoo import http, sql_db
from odoo.tests import get_db_name, tagged
from odoo.tools import config, mute_logger

from ..instrumentation import http as requests
from ..instrumentation.recording import recorder
from ..instrumentation.registry import SWITCHED_OFF, instrumentation_of, is_measured
from ..telemetry.core_families import HTTP
from .clocks import LIMIT
from .common import CommittedCase
from .recordings import events_in

ROUTE, METHOD, STATUS, ERROR, SERVICE = HTTP.labels
DB = get_db_name()


class RequestCase(CommittedCase):
    """Requests to Odoo's application, as its server makes them."""

    def ask(self, path, data=None, **options):
        """Return the answer to a request; with ``data``, to one of JSON-RPC."""
        client = Client(http.root)
        if data is None:
            return client.get(path, **options)
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "params": data})
        return client.post(path, data=body, content_type="application/json", **options)

    def requests(self, family="http"):
        """Return the series and the events of the requests so far."""
        found = events_in(recorder().folder)
        return [(of, event) for of, event in found if of.family == family]

    def request(self):
        """Return the one request so far: labels, with its database and its event."""
        ((of, event),) = self.requests()
        return dict(zip(HTTP.labels, of.labels, strict=True)), of.db, event


@tagged("-at_install", "post_install")
class TestWhatWasAskedForIsCounted(RequestCase):
    def assert_counted(self, route, method, status, error, outcome, db=DB):
        labels, of, event = self.request()
        is_api = route.startswith("/xmlrpc")
        service = "integration_api" if is_api else "platform"
        expected = (route, method, status, error, service)
        self.assertEqual(labels, dict(zip(HTTP.labels, expected, strict=True)))
        self.assertEqual((of, event.outcome), (db, outcome))
        self.assertGreater(event.seconds, 0)
        self.assertFalse(self.in_flight())

    def test_a_page(self):
        self.assertEqual(self.ask("/web/login").status_code, 200)
        self.assert_counted("/web/login", "GET", "200", "", "success")

    def test_the_pattern_of_a_route_and_never_the_path(self):
        self.ask("/web/image/999999/secret.png")
        labels, _db, _event = self.request()
        self.assertIn("<int:id>", labels[ROUTE])
        self.assertNotIn("secret", str(labels))

    def test_a_static_file(self):
        self.ask("/web/static/img/favicon.ico")
        self.assert_counted("static", "GET", "200", "", "success", db="")

    def test_what_is_not_there(self):
        self.assertEqual(self.ask("/no/such/page").status_code, 404)
        self.assert_counted("unmatched", "GET", "404", "NotFound", "rejected")

    def test_a_method_that_nobody_knows(self):
        Client(http.root).open("/web/login", method="BREW")
        labels, _db, _event = self.request()
        self.assertEqual(labels[METHOD], "_OTHER")

    @mute_logger("odoo.http")
    def test_the_error_behind_an_answer_200_of_json_rpc(self):
        answer = self.ask("/web/session/authenticate", {"db": DB, "login": "nobody"})
        self.assertEqual(answer.status_code, 200)
        labels, _db, event = self.request()
        self.assertEqual((labels[STATUS], event.outcome), ("200", "failed"))
        self.assertEqual(labels[ERROR], "TypeError", "no password was sent along")

    @mute_logger("odoo.http")
    def test_a_refusal_of_json_rpc(self):
        call = {"model": "res.partner", "method": "read", "args": [[1]], "kwargs": {}}
        self.ask("/web/dataset/call_kw", call)
        self.assert_counted(
            "/web/dataset/call_kw", "POST", "200", "SessionExpiredException", "rejected"
        )

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.xmlrpc")
    def test_the_error_behind_an_answer_200_of_xml_rpc(self):
        call = (DB, 1, "wrong", "res.partner", "read", [1])
        body = xmlrpc.client.dumps(call, "execute_kw")
        answer = Client(http.root).post("/xmlrpc/2/object", data=body)
        self.assertIn(b"faultCode", answer.data)
        self.assert_counted(
            "/xmlrpc/2/<service>", "POST", "200", "AccessDenied", "rejected"
        )

    def test_an_error_that_nobody_answers(self):
        def broken(*_anything):
            raise MemoryError

        with patch.object(http, "Request", broken), self.assertRaises(MemoryError):
            self.ask("/web/login")
        self.assert_counted("unmatched", "GET", "", "MemoryError", "failed", db="")


@tagged("-at_install", "post_install")
class TestWhatIsNotCounted(RequestCase):
    def test_a_connection_that_stays_open(self):
        with mute_logger("odoo.http"):
            self.ask("/websocket")
        self.assertFalse(self.requests())

    def test_requests_while_the_server_is_switched_off(self):
        self.addCleanup(self.switch_on)  # a request may have followed the switch
        with patch.object(requests.kill_switch, "is_enabled", lambda: False):
            self.assertEqual(self.ask("/web/login").status_code, 200)
        self.assertFalse(self.requests())

    def test_requests_of_a_database_that_is_switched_off(self):
        with self.committed() as env:
            env["ir.config_parameter"].set_param(SWITCHED_OFF, "True")
            env.flush_all()
            instrumentation_of(env.registry).follow(env.cr)
            self.assertIs(is_measured(env.registry), False)
        self.addCleanup(self.switch_on)
        self.ask("/web/login")
        self.assertFalse(self.requests())
        self.assertFalse(self.in_flight())

    def switch_on(self):
        with self.committed() as env:
            env["ir.config_parameter"].set_param(SWITCHED_OFF, False)
            env.flush_all()
            instrumentation_of(env.registry).follow(env.cr)


@tagged("-at_install", "post_install")
class TestARequestIsAsItWas(RequestCase):
    """Same answer, same error, no more queries."""

    def both(self, *arguments, **options):
        """Ask with and without being measured; return answers and queries of each."""
        found = []
        for begin in (requests._begin, lambda _environ: None) * 2:
            with patch.object(requests, "_begin", begin):
                before = sql_db.sql_counter
                answer = self.ask(*arguments, **options)
                found.append((answer, sql_db.sql_counter - before))
        return found[2:]  # the first ones fill caches

    def test_the_answer_and_the_queries(self):
        (measured, queries), (plain, as_ever) = self.both("/web/health")
        self.assertEqual(measured.data, plain.data)
        self.assertEqual(measured.status, plain.status)
        self.assertEqual(dict(measured.headers).keys(), dict(plain.headers).keys())
        self.assertEqual(queries, as_ever)

    @mute_logger("odoo.http")
    def test_the_error(self):
        (measured, queries), (plain, as_ever) = self.both("/web/dataset/call_kw", {})
        self.assertEqual(measured.status, plain.status)
        errors = [json.loads(a.data)["error"]["message"] for a in (measured, plain)]
        self.assertEqual(errors[0], errors[1])
        self.assertEqual(queries, as_ever)


@tagged("-at_install", "post_install")
class TestWhoIsBusyIsKnown(RequestCase):
    def test_a_request_is_in_flight_under_its_route(self):
        seen = []
        inside, go_on = threading.Event(), threading.Event()

        def slow(*_anything):
            inside.set()
            go_on.wait(LIMIT)

        with patch.object(http.HttpDispatcher, "pre_dispatch", slow):
            thread = threading.Thread(target=self.ask, args=("/web/health",))
            thread.start()
            self.assertTrue(inside.wait(LIMIT))
            slot = recorder()._slot
            series, _end = slot.series()
            seen = [series[entry.series].labels[0] for entry in slot.in_flight()]
            go_on.set()
            thread.join()
        self.assertEqual(seen, ["/web/health"])

    def test_how_many_requests_are_served_at_a_time(self):
        recorder().set_capacity(3)
        self.addCleanup(recorder().set_capacity, 0)
        self.assertEqual(recorder()._slot.capacity, 3)
        self.begin_anew()
        recorder().count("error")  # another slot is leased
        self.assertEqual(recorder()._slot.capacity, 3)


@tagged("-at_install", "post_install")
class TestHowLongARequestWaited(RequestCase):
    def waited(self, header, proxy_mode=True):
        """Return the seconds that a request has waited, if it is known."""
        self.begin_anew()
        with patch.dict(config.options, {"proxy_mode": proxy_mode}):
            self.ask("/web/health", headers={"X-Request-Start": header})
        waits = [event.seconds for _series, event in self.requests("http_waiting")]
        return waits[0] if waits else None

    def test_proxies_say_it_in_different_units(self):
        begun = time.time() - 1000
        for header in (
            f"t={begun:.3f}",
            f"{begun:.6f}",
            f"{begun * 1e3:.0f}",
            f"t={begun * 1e6:.0f}",
            f"{begun * 1e9:.0f}",
        ):
            waited = self.waited(header)
            self.assertAlmostEqual(waited, 1000, delta=LIMIT, msg=header)

    def test_it_is_counted_in_the_database_of_the_request(self):
        self.waited(f"t={time.time() - 1}")
        self.assertEqual([of.db for of, _event in self.requests("http_waiting")], [DB])

    def test_without_a_proxy_anybody_may_have_sent_it(self):
        self.assertIsNone(self.waited(f"t={time.time() - 2}", proxy_mode=False))

    def test_a_clock_that_is_ahead_is_no_wait(self):
        self.assertEqual(self.waited(f"t={time.time() + 1800}"), 0)

    def test_what_makes_no_sense_is_not_believed(self):
        for header in ("", "soon", "nan", "inf", "-1", "0", "1e400", "t=", "12345"):
            self.assertIsNone(self.waited(header), header)
