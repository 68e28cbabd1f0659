"""HAProxy and nginx, configured by deploy/, in front of small servers and of Odoo."""

import contextlib
import json
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from bus import WebClient, receive_setting
from metrics import scrape, wait_for
from waiting import wait_until

from setup import debian, paths
from setup.certificates import Authority
from setup.haproxy import HAProxy
from setup.nginx import Nginx
from setup.odoo_behind_haproxy import OdooBehindHAProxy
from setup.steps import Failure

FOLDER = paths.RUN / "test" / "ingress"
WAITED = "odoo_http_server_request_waiting_seconds_count"
FORGED = {
    "X-Request-Id": "mine",
    "X-Request-Start": "t=1",
    "X-Forwarded-For": "192.0.2.1",
    "X-Forwarded-Proto": "http",
}


class Backend(ThreadingHTTPServer):
    """A server that answers 200 to everything, and records the headers it gets."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received = {}
        self.address = f"127.0.0.1:{self.server_port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *error):
        self.shutdown()
        super().__exit__(*error)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.received[self.path] = self.headers
        self.send_response(200)
        self.send_header("Content-Length", "0")
        with contextlib.suppress(ConnectionError):  # HAProxy ends its checks early
            self.end_headers()

    def log_message(self, *_arguments):
        """Print nothing."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def web():
    with Backend() as backend:
        yield backend


@pytest.fixture(scope="module")
def websocket():
    with Backend() as backend:
        yield backend


@pytest.fixture(scope="module", params=[HAProxy, Nginx])
def ingress(request, authority, web, websocket, tmp_path_factory):
    """HAProxy or nginx in front of two small servers."""
    folder = tmp_path_factory.mktemp(request.param.kind)
    certificate = authority.issue("127.0.0.1")
    servers = [web.address], [websocket.address]
    with request.param(folder, certificate, *servers) as running:
        yield running


@pytest.fixture
def get(ingress, authority):
    """Return the status of the answer to a request."""
    verified = ssl.create_default_context(cafile=authority.path)

    def get(path, headers=None):
        request = urllib.request.Request(ingress.url + path, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=60, context=verified) as got:
                return got.status
        except urllib.error.HTTPError as refusal:
            return refusal.code

    return get


@pytest.fixture(scope="module")
def odoo(database):
    with OdooBehindHAProxy(database, FOLDER) as server:
        yield server


@pytest.fixture(scope="module", params=["haproxy", "nginx"])
def client(request, odoo):
    """The administrator, behind HAProxy or nginx with the same certificate."""
    if request.param == "haproxy":
        yield WebClient(odoo.ingress.url, odoo.authority, odoo.database)
        return
    web, websocket = odoo.ingress.web, odoo.ingress.websocket
    with Nginx(FOLDER, odoo.ingress.certificate, web, websocket) as nginx:
        yield WebClient(nginx.url, odoo.authority, odoo.database)


def logged(ingress, path):
    """Return the entry of the access log for a path."""

    def find():
        for line in ingress.access_log.read_text().splitlines(keepends=True):
            if line.endswith("\n") and json.loads(line).get("path") == path:
                return json.loads(line)
        return None

    return wait_until(find, f"{path} is not in the access log")


class TestRequestsReachOdoo:
    def test_pages_come_from_one_server_and_the_websocket_from_another(
        self, get, web, websocket
    ):
        assert get("/odoo/sales") == get("/websocket?version=1") == 200
        assert "/odoo/sales" in web.received
        assert "/websocket?version=1" in websocket.received

    def test_odoo_sees_the_request_id_of_the_access_log(self, ingress, get, web):
        get("/with-an-id?secret=1")
        odoo_saw = web.received["/with-an-id?secret=1"]["X-Request-Id"]
        assert logged(ingress, "/with-an-id")["id"] == odoo_saw
        assert "secret" not in ingress.access_log.read_text()

    def test_odoo_sees_when_the_request_arrived(self, get, web):
        before = time.time()
        get("/in-time")
        header = web.received["/in-time"]["X-Request-Start"]
        start = float(header.removeprefix("t="))
        seconds = start / 1e6 if start > 1e12 else start
        assert before - 0.001 <= seconds <= time.time()

    def test_what_a_client_sends_in_these_headers_is_replaced(self, get, web):
        get("/forged", FORGED)
        received = web.received["/forged"]
        assert [received.get_all(name)[1:] for name in FORGED] == [[]] * len(FORGED)
        assert not {received[name] for name in FORGED} & set(FORGED.values())
        assert received["X-Forwarded-For"] == "127.0.0.1"
        assert received["X-Forwarded-Proto"] == "https"
        assert received["X-Forwarded-Host"] == received["Host"]

    def test_a_path_with_quotes_is_valid_json_in_the_log(self, ingress, get):
        assert get('/a"b\\c?d="e"') == 200
        assert logged(ingress, '/a"b\\c')["status"] == 200


class TestSomeAnswersAreNotOdoos:
    @pytest.mark.parametrize(
        "path", ["/metrics", "/reliability/live", "/reliability/ready"]
    )
    def test_metrics_and_probes_are_refused(self, get, path):
        assert get(path) == 404

    def test_the_log_separates_answers_of_odoo_from_those_of_the_ingress(
        self, ingress, get
    ):
        get("/metrics")
        get("/answered")
        field, none = {
            "haproxy": ("response_ms", -1),
            "nginx": ("upstream_header_seconds", ""),
        }[ingress.kind]
        assert logged(ingress, "/metrics")[field] == none
        assert logged(ingress, "/answered")[field] != none


class TestTheExamplesAreValid:
    def test_haproxy_accepts_its_example_without_a_warning(self, authority, tmp_path):
        certificate = str(authority.issue("odoo.example.org"))
        text = HAProxy.example.read_text().replace("/etc/haproxy/odoo.pem", certificate)
        config = tmp_path / "haproxy.cfg"
        config.write_text(text)
        subprocess.run(
            [debian.program("haproxy"), "-dW", "-c", "-f", config], check=True
        )

    def test_nginx_accepts_its_example(self, authority, tmp_path):
        nginx = Nginx(tmp_path, authority.issue("odoo.example.org"), ["127.0.0.1:8069"])
        nginx.configure()
        subprocess.run([*nginx.command(), "-t"], check=True)

    def test_a_change_of_what_the_example_does_not_have_is_refused(
        self, authority, tmp_path
    ):
        changes = {"timeout nothing 1s": "timeout nothing 2s"}
        certificate = authority.issue()
        haproxy = HAProxy(tmp_path, certificate, ["127.0.0.1:1"], changes=changes)
        with pytest.raises(Failure, match="timeout nothing"):
            haproxy.configure()


class TestOdooBehindAnIngress:
    def test_a_page_opens(self, client):
        assert "odoo.__session_info__" in client.get("/odoo").text

    def test_the_bus_delivers_what_odoo_sends(self, client):
        with client.bus() as connection:
            receive_setting(connection, client.change_setting())

    def test_the_time_that_requests_wait_for_a_worker_is_measured(self, client, odoo):
        here = (WAITED, (("db", odoo.database),))
        before = wait_for(odoo, bool).get(here, 0)
        client.get("/odoo")
        wait_for(odoo, lambda samples: samples.get(here, 0) > before)

    def test_odoo_answers_on_its_own_port_as_before(self, client, odoo):
        assert odoo.responds("/web/login")
        assert scrape(odoo)
