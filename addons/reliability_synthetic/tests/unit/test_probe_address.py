"""What an attempt measures, and which step finds what is wrong with an address.

Real sockets on the loopback, and real certificates.
"""

import errno
import socket
import ssl
import threading
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from raw_server import LIMIT, SHORT
from reliability_synthetic.probe import address, attempt, clock, network, problems
from reliability_synthetic.probe.attempt import measure
from reliability_synthetic.probe.clock import Clock
from reliability_synthetic.run_result import FAILED, PASSED

from setup import ports
from setup.certificates import DAY, Authority


@pytest.fixture
def check(authority):
    """Measure an address of a server; return what was measured."""

    def check(server, scheme="http", host=ports.LOOPBACK, target="", limit=LIMIT):
        where = address.parse(f"{scheme}://{host}:{server.port}{target}")
        trusted = ssl.create_default_context(cafile=authority.path)
        return measure(where, trusted, limit, Clock())

    return check


@pytest.fixture
def localhost(monkeypatch):
    """Let all names be the loopback: there is no DNS here."""

    def found(host, port, **_options):
        return [(socket.AF_INET, None, None, "", (ports.LOOPBACK, port))]

    monkeypatch.setattr(network.socket, "getaddrinfo", found)


def steps(measured):
    return {one.step: one.result for one in measured.attempt.steps}


def failure(measured):
    """Return step and cause of what has failed."""
    failed = measured.attempt.failed_step
    assert failed == measured.attempt.steps[-1]
    return failed.step, failed.cause


class TestWhatPasses:
    def test_http_has_no_tls_and_no_certificate(self, serve, check):
        server = serve()
        measured = check(server)
        names = ("resolve", "connect", "response")
        assert steps(measured) == dict.fromkeys(names, PASSED)
        phases = {"resolve", "connect", "processing", "transfer"}
        assert measured.phases.keys() == phases
        assert measured.certificate is None

    @pytest.mark.usefixtures("localhost")
    def test_https_has_all_steps_and_phases(self, serve, check, authority):
        server = serve(certificate=authority.issue())
        measured = check(server, "https", "localhost")
        assert list(steps(measured)) == [
            *("resolve", "connect", "tls", "certificate", "response")
        ]
        assert measured.attempt.result == PASSED
        assert "tls" in measured.phases
        assert all(seconds >= 0 for seconds in measured.phases.values())

    def test_the_steps_begin_one_after_the_other(self, serve, check):
        measured = check(serve())
        begins = [one.started_at for one in measured.attempt.steps]
        assert begins == sorted(begins)
        assert measured.attempt.started_at <= begins[0]
        total = sum(one.seconds for one in measured.attempt.steps)
        assert total <= measured.attempt.seconds

    def test_the_request_names_host_and_page(self, serve, check):
        server = serve()
        check(server, target="/reliability/ready?db=prod")
        (request,) = server.requests
        assert request.startswith(b"GET /reliability/ready?db=prod HTTP/1.1\r\n")
        assert f"\r\nHost: {ports.LOOPBACK}:{server.port}\r\n".encode() in request

    def test_an_address_without_a_page_is_that_of_health(self, serve, check):
        server = serve()
        check(server)
        assert server.requests[0].startswith(b"GET /web/health HTTP/1.1\r\n")

    def test_an_ip_address_may_have_a_certificate(self, serve, check, authority):
        server = serve(certificate=authority.issue(ports.LOOPBACK))
        assert check(server, "https").attempt.result == PASSED

    @pytest.mark.skipif(not socket.has_ipv6, reason="this host has no IPv6")
    def test_ipv6(self, serve, check):
        try:
            server = serve(family=socket.AF_INET6)
        except OSError:
            pytest.skip("this host has no IPv6")
        assert check(server, host="[::1]").attempt.result == PASSED
        assert f"\r\nHost: [::1]:{server.port}\r\n".encode() in server.requests[0]

    def test_an_address_that_refuses_leaves_the_next_one(
        self, serve, check, monkeypatch
    ):
        server = serve()
        dead = ports.LOOPBACK, closed_port()
        found = [(socket.AF_INET, *[None] * 3, one) for one in (dead, None)]
        found[1] = (*found[1][:4], (ports.LOOPBACK, server.port))
        monkeypatch.setattr(network.socket, "getaddrinfo", lambda *_a, **_o: found)
        assert check(server, host="localhost").attempt.result == PASSED

    def test_an_answer_in_chunks(self, serve, check):
        chunks = b"2\r\nok\r\n0\r\n\r\n"
        answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
        assert check(serve(answer)).attempt.result == PASSED


class TestNames:
    @pytest.mark.parametrize(
        ("number", "cause"),
        [
            (socket.EAI_NONAME, problems.UNKNOWN_NAME),
            (socket.EAI_AGAIN, problems.NO_DNS),
            (socket.EAI_FAIL, problems.NO_DNS),
        ],
    )
    def test_no_address_is_found(self, serve, check, monkeypatch, number, cause):
        def fail(*_arguments, **_options):
            raise socket.gaierror(number, "not known")

        monkeypatch.setattr(network.socket, "getaddrinfo", fail)
        measured = check(serve(), host="odoo.example.com")
        assert failure(measured) == ("resolve", cause)
        assert measured.attempt.failed_step.values["host"] == "odoo.example.com"
        assert "not known" in measured.attempt.failed_step.error

    def test_a_name_that_dns_cannot_have(self, serve, check):
        measured = check(serve(), host="x" * 70 + ".example.com")
        assert failure(measured) == ("resolve", problems.UNKNOWN_NAME)

    def test_name_servers_that_do_not_answer(self, serve, check, monkeypatch):
        is_over = threading.Event()
        waiting = lambda *_a, **_o: is_over.wait(LIMIT)  # noqa: E731
        monkeypatch.setattr(network.socket, "getaddrinfo", waiting)
        measured = check(serve(), host="odoo.example.com", limit=SHORT)
        is_over.set()
        assert failure(measured) == ("resolve", problems.LIMIT)


def closed_port():
    """Return a port at which nothing listens."""
    with socket.create_server((ports.LOOPBACK, 0)) as server:
        return server.getsockname()[1]


class TestConnections:
    def test_nothing_listens(self, check):
        class Nothing:
            port = closed_port()

        assert failure(check(Nothing)) == ("connect", problems.REFUSED)

    @pytest.mark.parametrize(
        ("error", "cause"),
        [
            (OSError(errno.ENETUNREACH, "no route"), problems.UNREACHABLE),
            (TimeoutError("timed out"), problems.LIMIT),
        ],
    )
    def test_no_way_leads_there(self, serve, check, monkeypatch, error, cause):
        class Broken(socket.socket):
            def connect(self, _where):
                raise error

        server = serve()
        monkeypatch.setattr(network.socket, "socket", Broken)
        assert failure(check(server)) == ("connect", cause)


class TestTls:
    def test_a_server_without_tls(self, serve, check):
        measured = check(serve(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "https")
        assert failure(measured) == ("tls", problems.NO_TLS)

    def test_a_server_that_closes(self, serve, check):
        server = serve(lambda connection, _is_over: connection.recv(65536))
        assert failure(check(server, "https")) == ("tls", problems.CLOSED)

    def test_a_server_that_does_not_answer(self, serve, check):
        server = serve(lambda _connection, is_over: is_over.wait(LIMIT))
        measured = check(server, "https", limit=SHORT)
        assert failure(measured) == ("tls", problems.LIMIT)

    def test_a_server_without_a_common_version(self, serve, check, authority):
        server = serve(certificate=authority.issue(ports.LOOPBACK))
        server._context.maximum_version = ssl.TLSVersion.TLSv1_2
        trusted = ssl.create_default_context(cafile=authority.path)
        trusted.minimum_version = ssl.TLSVersion.TLSv1_3
        where = address.parse(f"https://{ports.LOOPBACK}:{server.port}")
        measured = measure(where, trusted, LIMIT, Clock())
        assert failure(measured) == ("tls", problems.TLS_FAILED)


@pytest.mark.usefixtures("localhost")
class TestCertificates:
    @pytest.fixture
    def found(self, serve, check):
        """Return what is measured of a server with a certificate."""
        return lambda path: check(serve(certificate=path), "https", "localhost")

    def end_of(self, measured):
        return datetime.fromisoformat(measured.certificate["not_after"])

    def assert_refused(self, measured, cause):
        assert failure(measured) == ("certificate", cause)
        assert steps(measured)["tls"] == PASSED

    def test_the_end_of_a_valid_one(self, found, authority):
        measured = found(authority.issue(ends=DAY * 5))
        left = self.end_of(measured) - datetime.now(UTC)
        assert DAY * 4 < left <= DAY * 5
        assert measured.certificate["subject"] == "localhost"
        assert measured.certificate["issuer"] == "Test CA"
        begin = datetime.fromisoformat(measured.certificate["not_before"])
        assert DAY <= datetime.now(UTC) - begin < DAY * 2

    def test_what_counts_is_what_ends_first(self, serve, tmp_path):
        authority = Authority(tmp_path, "Old CA", ends=DAY * 3)
        server = serve(certificate=authority.issue(ends=DAY * 90))
        trusted = ssl.create_default_context(cafile=authority.path)
        where = address.parse(f"https://localhost:{server.port}")
        measured = measure(where, trusted, LIMIT, Clock())
        assert measured.attempt.result == PASSED
        assert measured.certificate["subject"] == "Old CA"

    def test_an_expired_one(self, found, authority):
        measured = found(authority.issue(begins=-DAY * 9, ends=-DAY))
        self.assert_refused(measured, problems.EXPIRED)
        assert self.end_of(measured) < datetime.now(UTC)
        values = measured.attempt.failed_step.values
        assert values["not_after"] == measured.certificate["not_after"]

    def test_one_that_is_not_valid_yet(self, found, authority):
        measured = found(authority.issue(begins=DAY))
        self.assert_refused(measured, problems.NOT_YET_VALID)
        begin = measured.attempt.failed_step.values["not_before"]
        assert datetime.fromisoformat(begin) > datetime.now(UTC)

    def test_one_for_another_host(self, found, authority):
        measured = found(authority.issue("www.example.com"))
        self.assert_refused(measured, problems.WRONG_HOST)
        assert measured.attempt.failed_step.values["names"] == "www.example.com"

    def test_names_of_any_kind_change_no_cause(self, found, authority):
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Department")])
        more = [
            x509.DirectoryName(subject),
            x509.DirectoryName(x509.Name([])),
            x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),
            x509.OtherName(x509.ObjectIdentifier("1.2.3"), b"\x05\x00"),
            x509.UniformResourceIdentifier("https://odoo.example.com"),
        ]
        measured = found(authority.issue(begins=-DAY * 9, ends=-DAY, more=more))
        self.assert_refused(measured, problems.EXPIRED)
        names = measured.attempt.failed_step.values["names"]
        assert names.startswith("localhost, Department")

    def test_what_cannot_be_read_besides_changes_no_cause(
        self, found, authority, monkeypatch
    ):
        def fail(_certificate):
            raise TypeError("no certificate that was ever seen")

        monkeypatch.setattr(attempt.certificates, "describe", fail)
        measured = found(authority.issue(begins=-DAY * 9, ends=-DAY))
        self.assert_refused(measured, problems.EXPIRED)

    def test_one_that_no_ca_has_signed(self, found, authority):
        self.assert_refused(found(authority.self_signed()), problems.SELF_SIGNED)

    def test_one_of_an_unknown_ca(self, found, tmp_path):
        measured = found(Authority(tmp_path).issue())
        self.assert_refused(measured, problems.UNTRUSTED)
        assert measured.attempt.failed_step.values["issuer"] == "Test CA"


class TestAnswers:
    @pytest.mark.parametrize(
        ("status", "target", "cause"),
        [
            ("502 Bad Gateway", "", problems.INGRESS),
            ("503 Service Unavailable", "", problems.INGRESS),
            ("504 Gateway Timeout", "", problems.INGRESS),
            ("503 Service Unavailable", "/reliability/ready", problems.NOT_READY),
            ("302 Found\r\nLocation: /web/login", "", problems.REDIRECT),
            ("404 Not Found", "", problems.STATUS),
            ("500 Internal Server Error", "", problems.STATUS),
            ("204 No Content", "", problems.STATUS),
        ],
    )
    def test_another_status(self, serve, check, status, target, cause):
        server = serve(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
        measured = check(server, target=target)
        assert failure(measured) == ("response", cause)
        assert measured.attempt.failed_step.values["status"] == int(status[:3])

    def test_a_redirect_names_where_it_leads(self, serve, check):
        server = serve(
            b"HTTP/1.1 301 Moved\r\nLocation: https://www?token=x\r\n"
            b"Content-Length: 0\r\n\r\n"
        )
        failed = check(server).attempt.failed_step
        assert failed.values["location"] == "https://www"
        assert len(server.requests) == 1

    @pytest.mark.parametrize(
        "answer",
        [
            b"",
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nshort",
        ],
    )
    def test_one_that_ends_early(self, serve, check, answer):
        assert failure(check(serve(answer))) == ("response", problems.CLOSED)

    def test_a_connection_that_is_reset(self, serve, check):
        def reset(connection, _is_over):
            connection.recv(65536)
            now = b"\1\0\0\0\0\0\0\0"  # to linger for 0 seconds
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)

        assert failure(check(serve(reset))) == ("response", problems.CLOSED)

    def test_something_else_than_http(self, serve, check):
        measured = check(serve(b"220 mail.example.com ESMTP\r\n"))
        assert failure(measured) == ("response", problems.NO_HTTP)

    def test_none_within_the_limit(self, serve, check):
        server = serve(lambda _connection, is_over: is_over.wait(LIMIT))
        measured = check(server, limit=SHORT)
        assert failure(measured) == ("response", problems.LIMIT)
        assert measured.phases.keys() == {"resolve", "connect", "processing"}

    @pytest.mark.parametrize(
        "beginning", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n"]
    )
    def test_one_that_trickles_ends_at_the_limit(self, serve, check, beginning):
        """Each byte would begin the timeout of a socket anew."""

        def trickle(connection, is_over):
            connection.recv(65536)
            connection.sendall(beginning or b"HTTP/1.1 200 OK\r\nX: ")
            while not is_over.wait(SHORT / 10):
                connection.sendall(b"x")

        measured = check(serve(trickle), limit=SHORT)
        assert failure(measured) == ("response", problems.LIMIT)

    def test_one_without_an_end_is_not_read_to_it(self, serve, check):
        def flood(connection, _is_over):
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                connection.sendall(bytes(65536))

        assert check(serve(flood)).attempt.result == PASSED

    def test_an_error_of_ours_is_a_failure_too(self, serve, check, monkeypatch):
        def fail(_response):
            raise RuntimeError("never expected")

        monkeypatch.setattr(network, "read", fail)
        measured = check(serve())
        assert failure(measured) == ("response", problems.ERROR)
        assert measured.attempt.result == FAILED


class TestAddresses:
    @pytest.mark.parametrize(
        "text",
        [
            *("odoo.example.com", "ftp://odoo.example.com", "https://", "https:///web"),
            *("https://user@host", "https://user:pw@host", "https://host/a b"),
            *("https://host:x", "https://host:99999", "https://host/\r\nX: y"),
        ],
    )
    def test_what_is_none_is_refused(self, text):
        with pytest.raises(ValueError):
            parsed = address.parse(text)
            # urlsplit leaves out line breaks, so such a request cannot be split
            assert "\r" not in parsed.target and "\n" not in parsed.target
            raise ValueError

    @pytest.mark.parametrize(
        ("text", "port", "target", "header"),
        [
            ("https://Host", 443, "/web/health", "host"),
            ("http://host/", 80, "/web/health", "host"),
            ("https://host:8443/a?b=c#d", 8443, "/a?b=c", "host:8443"),
            ("https://host?db=x", 443, "/?db=x", "host"),
            ("https://[::1]:8443", 8443, "/web/health", "[::1]:8443"),
        ],
    )
    def test_its_parts(self, text, port, target, header):
        found = address.parse(text)
        assert (found.port, found.target, found.host_header) == (port, target, header)


class TestClock:
    """Steps follow one another, also where the host sets its clock back."""

    def test_a_clock_that_is_set_back_shifts_no_moment(self, monkeypatch):
        of_run = Clock()
        before = of_run.now()

        class SetBack(datetime):
            @classmethod
            def now(cls, tz=None):
                return before - DAY

        monkeypatch.setattr(clock, "datetime", SetBack)
        assert of_run.now() >= before
