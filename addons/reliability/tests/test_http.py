"""Requests: their labels, outcomes and durations, and their wait for a worker."""

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
    """Requests to Odoo's WSGI application."""

    def send(self, path, data=None, **options):
        """Send a request, with ``data`` one of JSON-RPC; return the response."""
        client = Client(http.root)
        if data is None:
            return client.get(path, **options)
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "params": data})
        return client.post(path, data=body, content_type="application/json", **options)

    def requests(self, family="http"):
        """Return the series and the events of the requests so far."""
        found = events_in(recorder().folder)
        return [(series, event) for series, event in found if series.family == family]

    def request(self):
        """Return labels, database and event of the only request so far."""
        ((series, event),) = self.requests()
        labels = dict(zip(HTTP.labels, series.labels, strict=True))
        return labels, series.db, event


@tagged("-at_install", "post_install")
class TestRequestsAreCounted(RequestCase):
    def assert_counted(self, route, method, status, error, outcome, db=DB):
        labels, recorded_db, event = self.request()
        is_api = route.startswith("/xmlrpc")
        service = "integration_api" if is_api else "platform"
        expected = (route, method, status, error, service)
        self.assertEqual(labels, dict(zip(HTTP.labels, expected, strict=True)))
        self.assertEqual((recorded_db, event.outcome), (db, outcome))
        self.assertGreater(event.seconds, 0)
        self.assertFalse(self.in_flight())

    def test_a_page(self):
        self.assertEqual(self.send("/web/login").status_code, 200)
        self.assert_counted("/web/login", "GET", "200", "", "success")

    def test_the_label_is_the_pattern_of_the_route_not_the_path(self):
        self.send("/web/image/999999/secret.png")
        labels, _db, _event = self.request()
        self.assertIn("<int:id>", labels[ROUTE])
        self.assertNotIn("secret", str(labels))

    def test_a_static_file(self):
        self.send("/web/static/img/favicon.ico")
        self.assert_counted("static", "GET", "200", "", "success", db="")

    def test_an_unknown_path(self):
        self.assertEqual(self.send("/no/such/page").status_code, 404)
        self.assert_counted("unmatched", "GET", "404", "NotFound", "rejected")

    def test_an_unknown_http_method(self):
        Client(http.root).open("/web/login", method="BREW")
        labels, _db, _event = self.request()
        self.assertEqual(labels[METHOD], "_OTHER")

    @mute_logger("odoo.http")
    def test_the_error_in_a_json_rpc_response_with_status_200(self):
        response = self.send("/web/session/authenticate", {"db": DB, "login": "nobody"})
        self.assertEqual(response.status_code, 200)
        labels, _db, event = self.request()
        self.assertEqual((labels[STATUS], event.outcome), ("200", "failed"))
        self.assertEqual(labels[ERROR], "TypeError", "no password was sent along")

    @mute_logger("odoo.http")
    def test_a_rejection_in_a_json_rpc_response(self):
        call = {"model": "res.partner", "method": "read", "args": [[1]], "kwargs": {}}
        self.send("/web/dataset/call_kw", call)
        self.assert_counted(
            "/web/dataset/call_kw", "POST", "200", "SessionExpiredException", "rejected"
        )

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.xmlrpc")
    def test_the_error_in_an_xml_rpc_response_with_status_200(self):
        call = (DB, 1, "wrong", "res.partner", "read", [1])
        body = xmlrpc.client.dumps(call, "execute_kw")
        response = Client(http.root).post("/xmlrpc/2/object", data=body)
        self.assertIn(b"faultCode", response.data)
        self.assert_counted(
            "/xmlrpc/2/<service>", "POST", "200", "AccessDenied", "rejected"
        )

    def test_an_error_without_a_response(self):
        def broken(*_anything):
            raise MemoryError

        with patch.object(http, "Request", broken), self.assertRaises(MemoryError):
            self.send("/web/login")
        self.assert_counted("unmatched", "GET", "", "MemoryError", "failed", db="")


@tagged("-at_install", "post_install")
class TestRequestsThatAreNotCounted(RequestCase):
    def test_a_websocket(self):
        with mute_logger("odoo.http"):
            self.send("/websocket")
        self.assertFalse(self.requests())

    def test_requests_while_the_kill_switch_is_off(self):
        self.addCleanup(self.switch_on)  # a request may have applied the switch
        with patch.object(requests.kill_switch, "is_enabled", lambda: False):
            self.assertEqual(self.send("/web/login").status_code, 200)
        self.assertFalse(self.requests())

    def test_requests_of_a_database_whose_measuring_is_paused(self):
        with self.committed() as env:
            env["ir.config_parameter"].set_param(SWITCHED_OFF, "True")
            env.flush_all()
            instrumentation_of(env.registry).synchronize(env.cr)
            self.assertIs(is_measured(env.registry), False)
        self.addCleanup(self.switch_on)
        self.send("/web/login")
        self.assertFalse(self.requests())
        self.assertFalse(self.in_flight())

    def switch_on(self):
        with self.committed() as env:
            env["ir.config_parameter"].set_param(SWITCHED_OFF, False)
            env.flush_all()
            instrumentation_of(env.registry).synchronize(env.cr)


@tagged("-at_install", "post_install")
class TestMeasuringDoesNotChangeRequests(RequestCase):
    """A measured request has the same response and the same number of queries."""

    def both(self, *arguments, **options):
        """Send a request measured and unmeasured; return responses and queries."""
        found = []
        for begin in (requests._begin, lambda _environ: None) * 2:
            with patch.object(requests, "_begin", begin):
                before = sql_db.sql_counter
                response = self.send(*arguments, **options)
                found.append((response, sql_db.sql_counter - before))
        return found[2:]  # the first two fill caches

    def test_the_response_and_the_number_of_queries(self):
        (measured, queries), (plain, unmeasured_queries) = self.both("/web/health")
        self.assertEqual(measured.data, plain.data)
        self.assertEqual(measured.status, plain.status)
        self.assertEqual(dict(measured.headers).keys(), dict(plain.headers).keys())
        self.assertEqual(queries, unmeasured_queries)

    @mute_logger("odoo.http")
    def test_the_error(self):
        (measured, queries), (plain, unmeasured_queries) = self.both(
            "/web/dataset/call_kw", {}
        )
        self.assertEqual(measured.status, plain.status)
        errors = [json.loads(a.data)["error"]["message"] for a in (measured, plain)]
        self.assertEqual(errors[0], errors[1])
        self.assertEqual(queries, unmeasured_queries)


@tagged("-at_install", "post_install")
class TestBusyWorkersAreKnown(RequestCase):
    def test_a_request_is_in_flight_under_its_route(self):
        seen = []
        inside, go_on = threading.Event(), threading.Event()

        def slow(*_anything):
            inside.set()
            go_on.wait(LIMIT)

        with patch.object(http.HttpDispatcher, "pre_dispatch", slow):
            thread = threading.Thread(target=self.send, args=("/web/health",))
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
        recorder().count("error")  # leases another slot
        self.assertEqual(recorder()._slot.capacity, 3)


@tagged("-at_install", "post_install")
class TestTheWaitOfARequest(RequestCase):
    def waited(self, header, proxy_mode=True):
        """Return the recorded wait of a request, in seconds, or ``None``."""
        self.begin_anew()
        with patch.dict(config.options, {"proxy_mode": proxy_mode}):
            self.send("/web/health", headers={"X-Request-Start": header})
        waits = [event.seconds for _series, event in self.requests("http_waiting")]
        return waits[0] if waits else None

    def test_the_header_may_have_any_of_four_units(self):
        start = time.time() - 1000
        for header in (
            f"t={start:.3f}",
            f"{start:.6f}",
            f"{start * 1e3:.0f}",
            f"t={start * 1e6:.0f}",
            f"{start * 1e9:.0f}",
        ):
            waited = self.waited(header)
            self.assertAlmostEqual(waited, 1000, delta=LIMIT, msg=header)

    def test_the_wait_has_the_database_of_the_request(self):
        self.waited(f"t={time.time() - 1}")
        self.assertEqual([s.db for s, _event in self.requests("http_waiting")], [DB])

    def test_the_header_is_ignored_without_proxy_mode(self):
        self.assertIsNone(self.waited(f"t={time.time() - 2}", proxy_mode=False))

    def test_a_proxy_clock_that_is_ahead_gives_no_wait(self):
        self.assertEqual(self.waited(f"t={time.time() + 1800}"), 0)

    def test_an_invalid_header_is_ignored(self):
        for header in ("", "soon", "nan", "inf", "-1", "0", "1e400", "t=", "12345"):
            self.assertIsNone(self.waited(header), header)
