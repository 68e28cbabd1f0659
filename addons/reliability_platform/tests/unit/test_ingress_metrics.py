"""What the endpoints of HAProxy, nginx and Traefik tell."""

from unittest import TestCase

from ...watch.ingress import haproxy, nginx, traefik
from ...watch.ingress.report import State
from ...watch.ingress.request import End

HAPROXY = """\
haproxy_process_start_time_seconds 1796080500
haproxy_process_current_connections 7
haproxy_backend_http_requests_total{proxy="web"} 9
haproxy_backend_http_requests_total{proxy="statistics"} 500
haproxy_backend_connection_errors_total{proxy="web"} 4
haproxy_backend_response_errors_total{proxy="web"} 2
haproxy_backend_current_queue{proxy="web"} 3
haproxy_backend_retry_warnings_total{proxy="web"} 5
haproxy_server_status{proxy="web",server="1",state="DOWN"} 1
haproxy_server_status{proxy="web",server="1",state="UP"} 0
haproxy_server_status{proxy="web",server="2",state="UP"} 1
haproxy_server_status{proxy="web",server="3",state="MAINT"} 1
haproxy_server_http_responses_total{proxy="web",server="2",code="2xx"} 8
haproxy_server_http_responses_total{proxy="web",server="2",code="5xx"} 1
"""
NGINX = """\
Active connections: 3
server accepts handled requests
 12 12 45
Reading: 0 Writing: 1 Waiting: 2
"""
TRAEFIK = """\
# TYPE traefik_config_reloads_total counter
traefik_config_reloads_total 1
traefik_entrypoint_requests_total{code="200",entrypoint="websecure",method="GET"} 90
traefik_entrypoint_requests_total{code="404",entrypoint="websecure",method="GET"} 5
traefik_entrypoint_requests_total{code="500",entrypoint="websecure",method="GET"} 9
traefik_service_requests_total{code="200",method="GET",service="odoo@file"} 90
traefik_service_requests_total{code="500",method="GET",service="odoo@file"} 2
traefik_service_requests_total{code="500",method="PUT",service="odoo@file"} 1
traefik_service_requests_total{code="502",method="GET",service="odoo@file"} 3
traefik_service_requests_total{code="503",method="GET",service="odoo@file"} 4
traefik_service_requests_total{code="200",method="GET",service="ping@internal"} 99
traefik_service_retries_total{service="odoo@file"} 6
traefik_service_server_up{service="odoo@file",url="http://10.0.0.1:8069"} 1
traefik_service_server_up{service="odoo@file",url="http://10.0.0.2:8069"} 0
traefik_tls_certs_not_after{cn="odoo.example.org",sans="",serial="1"} 1.8e+09
traefik_tls_certs_not_after{cn="TRAEFIK DEFAULT CERT",sans="",serial="2"} 1
"""


class TestMetrics(TestCase):
    def test_haproxy_tells_of_backends_with_servers(self):
        report = haproxy.read_metrics(HAPROXY)
        self.assertEqual(report.requests, 9)
        self.assertEqual(report.errors, {End.NOT_CONNECTED: 4, End.BROKEN_OFF: 2})
        self.assertEqual(report.server_errors, 1)
        self.assertEqual((report.queue, report.retries, report.connections), (3, 5, 7))
        states = [report.servers["web", number] for number in "123"]
        self.assertEqual(states, [State.DOWN, State.UP, State.PAUSED])

    def test_nginx_tells_of_requests_and_connections_only(self):
        report = nginx.read_metrics(NGINX)
        self.assertEqual((report.requests, report.connections), (45, 3))
        others = report._replace(requests=None, connections=None)
        self.assertEqual(set(others), {None})

    def test_traefik_tells_what_its_services_did_not_answer(self):
        report = traefik.read_metrics(TRAEFIK)
        self.assertEqual(report.requests, 100)
        errors = {End.REFUSED: 6, End.NO_SERVER: 4, End.BROKEN_OFF: 3}
        self.assertEqual(report.errors, errors)
        self.assertEqual((report.server_errors, report.retries), (3, 6))
        self.assertEqual(report.certificates, {"odoo.example.org": 1.8e9})
        self.assertEqual(set(report.servers.values()), {State.UP, State.DOWN})
        self.assertIsNone(report.queue)

    def test_traefik_without_health_checks_cannot_tell_of_servers(self):
        lines = [line for line in TRAEFIK.splitlines() if "server_up" not in line]
        self.assertIsNone(traefik.read_metrics("\n".join(lines) + "\n").servers)

    def test_another_text_is_refused(self):
        for product in (haproxy, nginx, traefik):
            for text in ("<html>Log in</html>", "", "up 1\n"):
                with self.subTest(product=product), self.assertRaises(ValueError):
                    product.read_metrics(text)
