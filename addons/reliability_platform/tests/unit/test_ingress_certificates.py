"""The certificate of a public address, by real handshakes on the loopback."""

import contextlib
import socket
import ssl
import threading
from datetime import UTC, datetime

import pytest

from setup.certificates import DAY, Authority

from ...watch.ingress import public_certificate
from ...watch.ingress.addresses import PublicAddress
from ...watch.ingress.public_address import PublicConnection
from ...watch.ingress.public_certificate import read_certificate

LOOPBACK = "127.0.0.1"


class TlsServer:
    """Shakes hands with each client, until the block ends."""

    def __init__(self, certificate=None):
        self._context = None
        if certificate:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate)
        self.handshakes = 0

    def __enter__(self):
        self._socket = socket.create_server((LOOPBACK, 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                client = self._socket.accept()[0]
                self.handshakes += 1
                with client, contextlib.suppress(OSError):
                    if self._context:
                        self._context.wrap_socket(client, server_side=True).close()


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def trusted(authority, monkeypatch):
    """Let this host know the CA."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    return authority


def shown(certificate):
    with TlsServer(certificate) as server:
        return read_certificate(LOOPBACK, server.port)


def days(certificate):
    return (certificate.ends - datetime.now(UTC)) / DAY


class TestCertificates:
    def test_one_of_a_ca_that_this_host_knows(self, trusted):
        found = shown(trusted.issue(LOOPBACK, ends=DAY * 5))
        assert 4 < days(found) <= 5
        assert found[1:] == (LOOPBACK, True, "")

    def test_what_counts_is_what_ends_first(self, tmp_path, monkeypatch):
        authority = Authority(tmp_path, "Old CA", ends=DAY * 3)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
        assert 2 < days(shown(authority.issue(LOOPBACK))) <= 3

    def test_one_of_a_private_ca_is_read_all_the_same(self, authority):
        found = shown(authority.issue(LOOPBACK, ends=DAY * 5))
        assert 4 < days(found) <= 5
        assert found[1:] == (LOOPBACK, True, "untrusted")

    def test_one_that_has_ended(self, trusted, tmp_path):
        ended = {"begins": -DAY * 9, "ends": -DAY}
        assert days(shown(trusted.issue(LOOPBACK, **ended))) < 0
        assert days(shown(Authority(tmp_path, "B").issue(LOOPBACK, **ended))) < 0

    def test_one_for_another_host(self, trusted, tmp_path):
        for authority in (trusted, Authority(tmp_path, "B")):
            found = shown(authority.issue("www.example.org"))
            assert found.names == "www.example.org"
            assert not found.is_for_host


class TestTheConnection:
    @pytest.fixture
    def connect(self):
        """Return a connection to a server."""
        return lambda server: PublicConnection(PublicAddress(LOOPBACK, server.port))

    def test_it_shakes_hands_twice_a_minute(self, connect, trusted):
        with TlsServer(trusted.issue(LOOPBACK)) as server:
            connection = connect(server)
            for now in (100.0, 110.0, 120.0, 130.0):
                connection.check(now, at_once=False)
            assert server.handshakes == 2
            connection.check(131.0, at_once=True)
            assert server.handshakes == 3
        assert connection.is_up

    def test_nothing_answers(self, connect, trusted):
        with TlsServer(trusted.issue(LOOPBACK)) as server:
            connection = connect(server)
            connection.check(100.0, at_once=False)
        connection.check(140.0, at_once=False)
        assert connection.is_up is False
        assert connection.certificate

    def test_an_answer_without_tls_is_none(self, connect):
        with TlsServer() as server:
            connection = connect(server)
            connection.check(100.0, at_once=False)
        assert connection.is_up is False

    def test_a_name_that_this_host_does_not_know_is_not_down(self, monkeypatch):
        def unknown(*_arguments):
            raise socket.gaierror(socket.EAI_NONAME, "not known")

        monkeypatch.setattr(public_certificate.socket, "create_connection", unknown)
        connection = PublicConnection(PublicAddress("odoo.example.org", 443))
        connection.check(100.0, at_once=False)
        assert connection.is_up is None
