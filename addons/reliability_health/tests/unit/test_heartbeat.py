"""The outgoing heartbeat: addresses, requests to a listener, and what is logged."""

import logging
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from reliability_health import heartbeat
from reliability_health.heartbeat import (
    INVALID,
    SHARED,
    Heartbeats,
    problem_of,
    url_of,
)

SECRET = "d1665499-e827-441f-bf13-8f15e8f4c0b9"


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            "https://hc-ping.com/key/odoo-{db}",
            "http://127.0.0.1:3001/api/push/key?msg={db}",
            "https://user:password@monitor.example:8443/{db}",
            "HTTPS://[::1]/{db}?db={db}",
        ],
    )
    def test_http_and_https_with_the_database_in_path_or_query(self, address):
        assert problem_of(address, is_only_database=False) == ""

    @pytest.mark.parametrize(
        "address",
        [
            "hc-ping.com/key",
            "ftp://monitor.example/{db}",
            "file:///etc/passwd?{db}",
            "https://",
            "https:///{db}",
            "https://:443/{db}",
            "https://user@/{db}",
            "https://monitor.example:port/{db}",
            "https://monitor.example:99999/{db}",
            "https://[::1/{db}",
            "https://{db}.monitor.example/key",
            "https://{db}@monitor.example/key",
            "https://monitor.example/key#{db}",
            "https://monitor.example/{database}",
            "https://monitor.example/{db",
            "https://monitor.example/a key",
            "https://monitor.example/key\r\nX-Header: {db}",
            '"https://monitor.example/key"',
        ],
    )
    def test_others_are_invalid(self, address):
        assert problem_of(address, is_only_database=True) == INVALID

    def test_one_without_the_database_is_for_the_only_database(self):
        address = f"https://hc-ping.com/{SECRET}"
        assert problem_of(address, is_only_database=True) == ""
        assert problem_of(address, is_only_database=False) == SHARED

    def test_the_name_of_the_database_cannot_change_the_address(self):
        url = url_of("https://monitor.example/{db}?db={db}", "../a b?c=d&e#ü")
        name = "..%2Fa%20b%3Fc%3Dd%26e%23%C3%BC"
        assert url == f"https://monitor.example/{name}?db={name}"


@contextmanager
def listener(status=200, headers=(), release=None):
    """Listen on loopback; yield the base URL, and what was requested.

    :param release: an event for which the answer waits
    """
    requested = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            requested.append(self.path)
            if release:
                release.wait()
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_arguments):
            """Print nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_arguments):
            """Ignore clients that do not wait for the answer."""

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", requested
        finally:
            if release:
                release.set()
            server.shutdown()


class TestSending:
    @pytest.fixture
    def heartbeats(self, caplog, monkeypatch):
        """With patience, as the machine may be busy."""
        monkeypatch.setattr(heartbeat, "_TIMEOUTS", (300, 300))
        caplog.set_level(logging.INFO, "probe")
        return Heartbeats(logging.getLogger("probe"))

    def test_one_request_is_sent(self, heartbeats, caplog):
        with listener(status=204) as (url, requested):
            heartbeats.send("main", f"{url}/{SECRET}?db=main").join()
        assert requested == [f"/{SECRET}?db=main"]
        assert caplog.messages == []

    @pytest.mark.parametrize("status", [302, 404, 500])
    def test_a_refusal_is_logged_once_and_without_the_address(
        self, heartbeats, caplog, status
    ):
        location = [("Location", "/elsewhere")]
        with listener(status, location) as (url, requested):
            for _minute in range(2):
                heartbeats.send("main", f"{url}/{SECRET}").join()
        assert requested == [f"/{SECRET}"] * 2, "redirects are not followed"
        (line,) = caplog.messages
        assert f"main is not accepted by 127.0.0.1: HTTP status {status}" in line
        assert SECRET not in caplog.text

    def test_a_monitor_that_is_down_is_logged_once_and_so_is_its_return(
        self, heartbeats, caplog
    ):
        with listener() as (url, requested):
            pass
        for _minute in range(2):
            heartbeats.send("main", f"{url}/{SECRET}").join()
        with listener() as (url, requested):
            for _minute in range(2):
                heartbeats.send("main", f"{url}/{SECRET}").join()
        assert len(requested) == 2
        down, up = caplog.messages
        assert "ConnectionError" in down and "again" in up
        assert SECRET not in caplog.text

    def test_while_one_waits_its_database_sends_no_other_one(self, heartbeats):
        answer = threading.Event()
        with listener(release=answer) as (url, requested):
            first = heartbeats.send("main", f"{url}/main")
            assert heartbeats.send("main", f"{url}/main") is None
            other = heartbeats.send("north", f"{url}/north")
            answer.set()
            first.join()
            other.join()
            heartbeats.send("main", f"{url}/main").join()
        assert sorted(requested) == ["/main", "/main", "/north"]

    def test_a_monitor_that_hangs_is_given_up(self, heartbeats, caplog, monkeypatch):
        monkeypatch.setattr(heartbeat, "_TIMEOUTS", (300, 0.1))
        with listener(release=threading.Event()) as (url, _requested):
            heartbeats.send("main", f"{url}/{SECRET}").join()
        assert "ReadTimeout" in caplog.messages[0]

    def test_a_process_that_cannot_start_a_thread_goes_on(
        self, heartbeats, caplog, monkeypatch
    ):
        def refuse(_thread):
            raise RuntimeError("can't start new thread")

        with listener() as (url, requested):
            with monkeypatch.context() as patched:
                patched.setattr(threading.Thread, "start", refuse)
                assert heartbeats.send("main", url) is None
            heartbeats.send("main", url).join()
        assert requested == ["/"]
        assert "RuntimeError" in caplog.messages[0]
