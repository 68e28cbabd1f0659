"""Requests of the steps with orders: within the limit, trusted, and to one address."""

import errno
import socket
import ssl

import pytest
from raw_server import LIMIT, SHORT
from reliability_synthetic.probe import address, network, problems
from reliability_synthetic.probe.deadline import Deadline
from reliability_synthetic.probe.problems import BadStatus, cause_of
from reliability_synthetic.probe.web_client import WebClient

from setup import ports
from setup.certificates import Authority

STEP = "confirm_api"


@pytest.fixture
def hidden():
    return set()


@pytest.fixture
def client(authority, hidden):
    """Return a function that returns a client of a server."""

    def client(server, scheme="http", limit=LIMIT):
        where = address.parse(f"{scheme}://{ports.LOOPBACK}:{server.port}")
        trusted = ssl.create_default_context(cafile=authority.path)
        return WebClient(where, trusted, Deadline(limit), hidden.add)

    return client


def answer(*headers, status="200 OK", content=b"ok"):
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(content)}", "", ""]
    return "\r\n".join(lines).encode() + content


class TestAnswers:
    def test_by_tls_with_the_cas_of_the_address(self, serve, client, authority):
        server = serve(answer(), certificate=authority.issue(ports.LOOPBACK))
        assert client(server, "https").get("/my").text == "ok"

    def test_a_certificate_of_another_ca_gets_no_request(
        self, serve, client, tmp_path_factory
    ):
        other = Authority(tmp_path_factory.mktemp("other"))
        server = serve(answer(), certificate=other.issue(ports.LOOPBACK))
        with pytest.raises(ssl.SSLCertVerificationError) as refused:
            client(server, "https").get("/my")
        assert cause_of(STEP, refused.value) == problems.UNTRUSTED
        assert server.requests == []

    @pytest.mark.parametrize(
        "beginning", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"]
    )
    def test_one_that_trickles_ends_at_the_limit(self, serve, client, beginning):
        def trickle(connection, is_over):
            connection.recv(65536)
            connection.sendall(beginning)
            while not is_over.wait(SHORT / 10):
                connection.sendall(b"x")

        with pytest.raises(TimeoutError) as ended:
            client(serve(trickle), limit=SHORT).get("/my")
        assert cause_of(STEP, ended.value) == problems.LIMIT

    def test_all_requests_together_have_the_limit(self, serve, client, monkeypatch):
        server = serve(answer())
        one = client(server)
        one.get("/my")
        one._deadline._end = 0.0
        with pytest.raises(TimeoutError):
            one.get("/my")
        assert len(server.requests) == 1

    def test_one_that_ends_early(self, serve, client):
        early = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"
        with pytest.raises(EOFError) as ended:
            client(serve(early)).get("/my")
        assert cause_of(STEP, ended.value) == problems.CLOSED


class TestCookies:
    def test_they_are_sent_again_and_hidden(self, serve, client, hidden):
        server = serve(answer("Set-Cookie: session_id=abcdefgh; Path=/; HttpOnly"))
        one = client(server)
        one.get("/my")
        one.get("/my")
        first, second = server.requests
        assert b"Cookie:" not in first
        assert b"\r\nCookie: session_id=abcdefgh\r\n" in second
        assert hidden == {"abcdefgh"}

    def test_one_that_cannot_be_read_does_not_harm(self, serve, client):
        server = serve(answer("Set-Cookie: a b=c; session(id)=x"))
        assert client(server).get("/my").status == 200


class TestRedirects:
    @pytest.mark.parametrize(
        ("location", "target"),
        [
            ("/my", "/my"),
            ("login?db=x#top", "/web/login?db=x"),
            ("/my\r\n X: y", "/myX:y"),
            ("/mÿ", "/m"),
        ],
    )
    def test_the_line_of_the_next_request_stays_one(
        self, serve, client, location, target
    ):
        def redirect(connection, _is_over):
            with connection:
                server.requests.append(connection.recv(65536))
                is_first = len(server.requests) == 1
                moved = answer(f"Location: {location}", status="303 See Other")
                connection.sendall(moved if is_first else answer())

        server = serve(redirect)
        assert client(server).get("/web/x").status == 200
        line = server.requests[1].partition(b"\r\n")[0].decode()
        assert line == f"GET {target} HTTP/1.1"

    @pytest.mark.parametrize(
        "location",
        ["https://odoo.example.com/my", "//odoo.example.com/my", "http://127.0.0.1/my"],
    )
    def test_one_to_another_address_is_not_followed(self, serve, client, location):
        server = serve(answer(f"Location: {location}", status="302 Found"))
        with pytest.raises(BadStatus):
            client(server).get("/my")
        assert len(server.requests) == 1


class TestCauses:
    """Errors of connections have the causes of the address."""

    @pytest.mark.parametrize(
        ("error", "cause"),
        [
            (socket.gaierror(socket.EAI_NONAME, "x"), problems.UNKNOWN_NAME),
            (socket.gaierror(socket.EAI_AGAIN, "x"), problems.NO_DNS),
            (ConnectionRefusedError(errno.ECONNREFUSED, "x"), problems.REFUSED),
            (OSError(errno.ENETUNREACH, "x"), problems.UNREACHABLE),
            (OSError(errno.EHOSTUNREACH, "x"), problems.UNREACHABLE),
            (ConnectionResetError(errno.ECONNRESET, "x"), problems.CLOSED),
            (ssl.SSLEOFError(8, "x"), problems.CLOSED),
            (TimeoutError("x"), problems.LIMIT),
            (KeyError("x"), problems.ERROR),
        ],
    )
    def test_each(self, error, cause):
        assert cause_of(STEP, error) == cause

    def test_a_name_that_is_not_found(self, client, monkeypatch):
        def fail(*_arguments, **_options):
            raise socket.gaierror(socket.EAI_NONAME, "not known")

        class Nowhere:
            port = 1

        monkeypatch.setattr(network.socket, "getaddrinfo", fail)
        with pytest.raises(socket.gaierror):
            client(Nowhere).get("/my")
