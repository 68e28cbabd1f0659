"""What became of a request, by a line of an access log."""

from unittest import TestCase

from ...watch.ingress import haproxy, nginx, traefik
from ...watch.ingress.request import End, route_of


class TestLinesOfHAProxy(TestCase):
    def line(self, state, status, server="web1", **values):
        return {
            "time": 1796080507.829,
            "method": "GET",
            "path": "/web/login",
            "status": status,
            "state": state,
            "server": server,
            "queue_ms": 0,
            "response_ms": -1,
            "total_ms": 1001,
            "retries": "0",
        } | values

    def end(self, *arguments, **values):
        return haproxy.read_line(self.line(*arguments, **values)).end

    def test_a_server_has_answered(self):
        self.assertEqual(self.end("--", 200, response_ms=3), End.ANSWERED)
        self.assertEqual(self.end("--", 500, response_ms=3), End.ANSWERED)

    def test_a_client_that_leaves_during_the_answer_was_answered(self):
        self.assertEqual(self.end("CD", 101, response_ms=3), End.ANSWERED)

    def test_a_server_has_accepted_it_and_not_answered(self):
        self.assertEqual(self.end("sH", 504), End.BROKEN_OFF)
        self.assertEqual(self.end("SH", 502), End.BROKEN_OFF)
        self.assertEqual(self.end("PH", 502), End.BROKEN_OFF)
        self.assertEqual(self.end("SD", 200, response_ms=3), End.BROKEN_OFF)

    def test_no_server_has_accepted_it(self):
        self.assertEqual(self.end("SC", 503), End.NOT_CONNECTED)
        self.assertEqual(self.end("sC", 503), End.NOT_CONNECTED)
        self.assertEqual(self.end("SC", 503, "<NOSRV>"), End.NO_SERVER)
        self.assertEqual(self.end("sQ", 503, "<NOSRV>"), End.QUEUED)

    def test_the_client_has_left_before(self):
        for state in ("CC", "CQ", "CH", "cD"):
            self.assertEqual(self.end(state, -1), End.CLIENT_GONE)

    def test_the_ingress_answers_itself(self):
        self.assertEqual(self.end("LR", 301, "<NOSRV>"), End.LOCAL)
        self.assertEqual(self.end("LR", 404, "<NOSRV>"), End.REFUSED)
        self.assertEqual(self.end("PR", 403, "<NOSRV>"), End.REFUSED)

    def test_what_is_no_request_does_not_count(self):
        line = self.line("PR", 400, "<NOSRV>", method="<BADREQ>")
        self.assertIsNone(haproxy.read_line(line))
        line = {"time": 1796080507.829, "error": "SSL handshake failure"}
        self.assertIsNone(haproxy.read_line(line))

    def test_the_wait_in_the_queue_has_no_pauses_between_attempts(self):
        queued = self.line("--", 200, response_ms=3, queue_ms=3000)
        self.assertEqual(haproxy.read_line(queued).wait, 3.0)
        retried = queued | {"retries": "+3"}
        self.assertEqual(haproxy.read_line(retried).wait, 0.0)


class TestLinesOfNginx(TestCase):
    def request(self, status, server="", connect="", header="", **values):
        line = {
            "time": 1796080525.891,
            "method": "GET",
            "path": "/web/login",
            "status": status,
            "server": server,
            "upstream_connect_seconds": connect,
            "upstream_header_seconds": header,
            "total_seconds": 1.001,
        }
        return nginx.read_line(line | values)

    def test_a_server_has_answered(self):
        request = self.request(500, "10.0.0.1:8069", "0.000", "0.010")
        self.assertEqual((request.end, request.server), (End.ANSWERED, "10.0.0.1:8069"))

    def test_a_server_has_accepted_it_and_not_answered(self):
        request = self.request(504, "10.0.0.1:8069", "0.000", "-")
        self.assertEqual(request.end, End.BROKEN_OFF)

    def test_no_server_has_accepted_it(self):
        request = self.request(502, "10.0.0.1:8069", "-", "-")
        self.assertEqual(request.end, End.NOT_CONNECTED)
        self.assertEqual(request.refused_by, ("10.0.0.1:8069",))
        request = self.request(502, "odoo_web", "-", "-")
        self.assertEqual((request.end, request.refused_by), (End.NO_SERVER, ()))

    def test_one_of_several_attempts_is_enough(self):
        servers = "10.0.0.1:8069, 10.0.0.2:8069"
        request = self.request(200, servers, "-, 0.001", "-, 0.010")
        self.assertEqual(request.end, End.ANSWERED)
        self.assertEqual(request.refused_by, ("10.0.0.1:8069",))
        request = self.request(502, servers, "0.001, -", "-, -")
        self.assertEqual(request.end, End.BROKEN_OFF)
        self.assertEqual(request.server, "10.0.0.1:8069")

    def test_the_client_has_left_before(self):
        request = self.request(499, "10.0.0.1:8069", "0.000", "-")
        self.assertEqual((request.end, request.seconds), (End.CLIENT_GONE, 1.001))

    def test_the_ingress_answers_itself(self):
        self.assertEqual(self.request(301).end, End.LOCAL)
        self.assertEqual(self.request(413).end, End.REFUSED)

    def test_what_is_no_request_does_not_count(self):
        self.assertIsNone(self.request(400, method=""))


class TestLinesOfTraefik(TestCase):
    def request(self, status, origin=None, **values):
        line = {
            "DownstreamStatus": status,
            "Duration": 1_500_000_000,
            "RequestPath": "/web/login?db=prod",
            "StartUTC": "2026-11-30T23:15:07.123456789Z",
            "ServiceName": "odoo@file",
        }
        if origin is not None:
            line["OriginStatus"] = origin
        return traefik.read_line(line | values)

    def test_a_server_has_answered(self):
        request = self.request(500, 500, ServiceAddr="10.0.0.1:8069")
        self.assertEqual((request.end, request.seconds), (End.ANSWERED, 1.5))
        self.assertAlmostEqual(request.time % 60, 7.123456, places=5)
        self.assertEqual(request.route, "/web/login")

    def test_a_websocket_has_no_status(self):
        self.assertEqual(self.request(0, 0).end, End.ANSWERED)

    def test_nobody_knows_whether_a_server_has_accepted_it(self):
        for status in (502, 504):
            request = self.request(status, status, ServiceAddr="10.0.0.1:8069")
            self.assertEqual(request.end, End.BROKEN_OFF)

    def test_no_server_is_up(self):
        self.assertEqual(self.request(503, 503).end, End.NO_SERVER)

    def test_odoo_may_answer_that_it_is_not_ready(self):
        request = self.request(503, 503, ServiceAddr="10.0.0.1:8069")
        self.assertEqual(request.end, End.ANSWERED)

    def test_the_client_has_left_before(self):
        self.assertEqual(self.request(499, 499).end, End.CLIENT_GONE)

    def test_the_ingress_answers_itself(self):
        self.assertEqual(self.request(404).end, End.REFUSED)
        self.assertEqual(self.request(308, 0).end, End.LOCAL)

    def test_requests_for_traefik_itself_do_not_count(self):
        self.assertIsNone(self.request(200, 200, ServiceName="ping@internal"))


class TestRoutes(TestCase):
    def test_a_route_has_two_segments_and_no_query(self):
        self.assertEqual(route_of("/web/dataset/call_kw/res.partner"), "/web/dataset")
        self.assertEqual(route_of("/odoo?debug=1"), "/odoo")
        self.assertEqual(route_of("/"), "/")
        self.assertEqual(route_of(""), "/")

    def test_what_may_be_an_id_or_a_token_is_left_out(self):
        self.assertEqual(route_of("/odoo/action-345"), "/odoo/*")
        self.assertEqual(route_of("/calendar/" + "x" * 40), "/calendar/*")
