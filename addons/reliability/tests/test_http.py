"""Requests are measured by route, status, error and outcome."""

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

    def send(self, path, data=None, **options):
        """Return the response to a request; with ``data``, to a JSON-RPC request."""
        client = Client(http.root)
        if data is None:
            return client.get(path, **options)
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "params": data})
        return client.post(path, data=body, content_type="application/json", **options)

    def requests(self, family="http"):
        """Return the series and the event of each request so far."""
        return [
            (series, event)
            for series, event in events_in(recorder().folder)
            if series.family == family
        ]

    def request(self):
        """Return the labels, the database and the event of the only request so far."""
        ((series, event),) = self.requests()
        return dict(zip(HTTP.labels, series.labels, strict=True)), series.db, event


@tagged("-at_install", "post_install")
class TestLabelsOfRequests(RequestCase):
    def assert_counted(self, route, method, status, error, outcome, db=DB):
        labels, counted_db, event = self.request()
        is_api = route.startswith("/xmlrpc")
        service = "integration_api" if is_api else "platform"
        expected = (route, method, status, error, service)
        self.assertEqual(labels, dict(zip(HTTP.labels, expected, strict=True)))
        self.assertEqual((counted_db, event.outcome), (db, outcome))
        self.assertGreater(event.seconds, 0)
        self.assertFalse(self.in_flight())

    def test_a_page(self):
        self.assertEqual(self.send("/web/login").status_code, 200)
        self.assert_counted("/web/login", "GET", "200", "", "success")

    def test_the_pattern_of_a_route_is_a_label_and_the_path_is_not(self):
        self.send("/web/image/999999/secret.png")
        labels, _db, _event = self.request()
        self.assertIn("<int:id>", labels[ROUTE])
        self.assertNotIn("secret", str(labels))

    def test_a_static_file(self):
        self.send("/web/static/img/favicon.ico")
        self.assert_counted("static", "GET", "200", "", "success", db="")

    def test_a_path_without_a_route(self):
        self.assertEqual(self.send("/no/such/page").status_code, 404)
        self.assert_counted("unmatched", "GET", "404", "NotFound", "rejected")

    def test_an_unknown_method(self):
        Client(http.root).open("/web/login", method="BREW")
        labels, _db, _event = self.request()
        self.assertEqual(labels[METHOD], "_OTHER")

    @mute_logger("odoo.http")
    def test_the_error_in_a_json_rpc_response_200(self):
        response = self.send("/web/session/authenticate", {"db": DB, "login": "nobody"})
        self.assertEqual(response.status_code, 200)
        labels, _db, event = self.request()
        self.assertEqual((labels[STATUS], event.outcome), ("200", "failed"))
        self.assertEqual(labels[ERROR], "TypeError", "the password is missing")

    @mute_logger("odoo.http")
    def test_a_rejected_json_rpc_request(self):
        call = {"model": "res.partner", "method": "read", "args": [[1]], "kwargs": {}}
        self.send("/web/dataset/call_kw", call)
        self.assert_counted(
            "/web/dataset/call_kw", "POST", "200", "SessionExpiredException", "rejected"
        )

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.xmlrpc")
    def test_the_error_in_an_xml_rpc_response_200(self):
        call = (DB, 1, "wrong", "res.partner", "read", [1])
        body = xmlrpc.client.dumps(call, "execute_kw")
        response = Client(http.root).post("/xmlrpc/2/object", data=body)
        self.assertIn(b"faultCode", response.data)
        self.assert_counted(
            "/xmlrpc/2/<service>", "POST", "200", "AccessDenied", "rejected"
        )

    def test_an_error_without_a_response(self):
        def fail(*_arguments):
            raise MemoryError

        with patch.object(http, "Request", fail), self.assertRaises(MemoryError):
            self.send("/web/login")
        self.assert_counted("unmatched", "GET", "", "MemoryError", "failed", db="")


@tagged("-at_install", "post_install")
class TestRequestsThatAreNotCounted(RequestCase):
    def test_websockets(self):
        with mute_logger("odoo.http"):
            self.send("/websocket")
        self.assertFalse(self.requests())

    def test_requests_while_the_kill_switch_is_off(self):
        self.addCleanup(self.switch_on)  # a request may have synchronized meanwhile
        with patch.object(requests.kill_switch, "is_enabled", lambda: False):
            self.assertEqual(self.send("/web/login").status_code, 200)
        self.assertFalse(self.requests())

    def test_requests_of_a_database_in_which_measuring_is_paused(self):
        with self.committed() as env:
            env["ir.config_parameter"].set_param(SWITCHED_OFF.key, "True")
            env.flush_all()
            instrumentation_of(env.registry).synchronize(env.cr)
            self.assertIs(is_measured(env.registry), False)
        self.addCleanup(self.switch_on)
        self.send("/web/login")
        self.assertFalse(self.requests())
        self.assertFalse(self.in_flight())

    def switch_on(self):
        with self.committed() as env:
            env["ir.config_parameter"].set_param(SWITCHED_OFF.key, False)
            env.flush_all()
            instrumentation_of(env.registry).synchronize(env.cr)


@tagged("-at_install", "post_install")
class TestMeasuredRequestsBehaveAsBefore(RequestCase):
    """Same response, same error, no more queries."""

    def both(self, *arguments, **options):
        """Return response and number of queries, of a measured request and another."""
        found = []
        for begin in (requests._begin, lambda _environ: None) * 2:
            with patch.object(requests, "_begin", begin):
                before = sql_db.sql_counter
                response = self.send(*arguments, **options)
                found.append((response, sql_db.sql_counter - before))
        return found[2:]  # the first ones fill caches

    def test_response_and_queries_are_the_same(self):
        (measured, queries), (plain, plain_queries) = self.both("/web/health")
        self.assertEqual(measured.data, plain.data)
        self.assertEqual(measured.status, plain.status)
        self.assertEqual(dict(measured.headers).keys(), dict(plain.headers).keys())
        self.assertEqual(queries, plain_queries)

    @mute_logger("odoo.http")
    def test_the_error_is_the_same(self):
        both = self.both("/web/dataset/call_kw", {})
        (measured, queries), (plain, plain_queries) = both
        self.assertEqual(measured.status, plain.status)
        errors = [
            json.loads(response.data)["error"]["message"]
            for response in (measured, plain)
        ]
        self.assertEqual(errors[0], errors[1])
        self.assertEqual(queries, plain_queries)


@tagged("-at_install", "post_install")
class TestActivityOfWorkers(RequestCase):
    def test_a_request_is_in_flight_with_its_route(self):
        routes = []
        started, resume = threading.Event(), threading.Event()

        def wait(*_arguments):
            started.set()
            resume.wait(LIMIT)

        with patch.object(http.HttpDispatcher, "pre_dispatch", wait):
            thread = threading.Thread(target=self.send, args=("/web/health",))
            thread.start()
            self.assertTrue(started.wait(LIMIT))
            slot = recorder()._slot
            series, _end = slot.series()
            routes = [series[entry.series].labels[0] for entry in slot.in_flight()]
            resume.set()
            thread.join()
        self.assertEqual(routes, ["/web/health"])

    def test_a_slot_has_the_number_of_parallel_requests(self):
        recorder().set_capacity(3)
        self.addCleanup(recorder().set_capacity, 0)
        self.assertEqual(recorder()._slot.capacity, 3)
        self.reset_recorder()
        recorder().count("error")  # another slot is leased
        self.assertEqual(recorder()._slot.capacity, 3)


@tagged("-at_install", "post_install")
class TestWaitBeforeARequest(RequestCase):
    def wait(self, header, proxy_mode=True):
        """Return the recorded wait of a request in seconds, or ``None``."""
        self.reset_recorder()
        with patch.dict(config.options, {"proxy_mode": proxy_mode}):
            self.send("/web/health", headers={"X-Request-Start": header})
        waits = [event.seconds for _series, event in self.requests("http_waiting")]
        return waits[0] if waits else None

    def test_all_units_of_proxies_are_understood(self):
        started = time.time() - 1000
        for header in (
            f"t={started:.3f}",
            f"{started:.6f}",
            f"{started * 1e3:.0f}",
            f"t={started * 1e6:.0f}",
            f"{started * 1e9:.0f}",
        ):
            seconds = self.wait(header)
            self.assertAlmostEqual(seconds, 1000, delta=LIMIT, msg=header)

    def test_it_is_counted_in_the_database_of_the_request(self):
        self.wait(f"t={time.time() - 1}")
        databases = [series.db for series, _event in self.requests("http_waiting")]
        self.assertEqual(databases, [DB])

    def test_the_header_is_ignored_without_a_proxy(self):
        self.assertIsNone(self.wait(f"t={time.time() - 2}", proxy_mode=False))

    def test_a_time_in_the_future_is_no_wait(self):
        self.assertEqual(self.wait(f"t={time.time() + 1800}"), 0)

    def test_invalid_headers_are_ignored(self):
        for header in ("", "soon", "nan", "inf", "-1", "0", "1e400", "t=", "12345"):
            self.assertIsNone(self.wait(header), header)
