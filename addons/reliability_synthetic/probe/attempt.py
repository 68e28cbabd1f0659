"""One attempt to reach an address, step by step."""

import contextlib
import queue
import socket
import ssl
import threading
import time
from http.client import HTTPResponse
from typing import NamedTuple

from ..run_result import FAILED, Attempt, StepResult
from . import certificate, problems, steps
from .address import Address
from .clock import Clock
from .deadline import Deadline, Stream

_AGENT = "reliability_probe"
_CHUNK = 64 * 1024
_MAX_BODY = 2**20
"""Bytes of an answer that are read: it is a page about health, not a download."""


class Measured(NamedTuple):
    """An attempt, and what was measured.

    :ivar phases: seconds of each phase that was reached
    :ivar certificate: that of the chain which ends first; ``None`` if none was seen
    """

    attempt: Attempt
    phases: dict[str, float]
    certificate: dict | None


def measure(
    address: Address, trusted: ssl.SSLContext, limit: float, clock: Clock
) -> Measured:
    """Try to reach an address; errors are in the result.

    :param trusted: verifies certificates
    :param limit: seconds for all steps together
    :param clock: of the run
    """
    return _Check(address, trusted, limit, clock).run()


class _StepFailed(Exception):
    """Ends an attempt; the error is in the result of the step."""


class _Check:
    def __init__(self, address, trusted, limit, clock):
        self._address, self._trusted, self._clock = address, trusted, clock
        self._deadline = Deadline(limit)
        self._results, self._phases, self._certificate = [], {}, None
        self._values = {"host": address.host, "port": address.port}
        self._open = contextlib.ExitStack()

    def run(self):
        started_at, begin = self._clock.now(), time.monotonic()
        with contextlib.suppress(_StepFailed), self._open:
            with self._step(steps.RESOLVE, steps.RESOLVE):
                addresses = _resolve(self._address, self._deadline)
            with self._step(steps.CONNECT, steps.CONNECT):
                sock = self._open.enter_context(_connect(addresses, self._deadline))
            if self._address.is_tls:
                sock = self._encrypt(sock)
            with self._step(steps.RESPONSE):
                self._request(sock)
        seconds = time.monotonic() - begin
        attempt = Attempt(started_at, seconds, tuple(self._results))
        return Measured(attempt, self._phases, self._certificate)

    @contextlib.contextmanager
    def _step(self, name, phase=None):
        """Time a step, which is a phase, too; an error fails it and ends the attempt.

        :raise _StepFailed: there was an error
        """
        started_at, begin, error = self._clock.now(), time.monotonic(), None
        try:
            yield
        except Exception as failed:
            error = failed
        seconds = time.monotonic() - begin
        result = StepResult(name, started_at, seconds)
        if phase:
            self._phases[phase] = seconds
        if error:
            result = result._replace(
                result=FAILED,
                cause=problems.cause_of(name, error),
                error=problems.text_of(error),
                values=self._values,
            )
        self._results.append(result)
        if error:
            raise _StepFailed from error

    def _encrypt(self, sock):
        """Begin TLS; return the encrypted socket.

        OpenSSL verifies the certificate within the handshake: one that is not valid has
        come so far, so that fails the step after it.
        """
        peer, refusal = None, None
        with self._step(steps.TLS, steps.TLS):
            peer = sock.getpeername()
            try:
                sock = self._handshake(sock, self._trusted)
            except ssl.SSLCertVerificationError as error:
                refusal = error
        with self._step(steps.CERTIFICATE):
            if refusal:
                self._read_refused(sock.family, peer)
                raise refusal
            self._certificate = certificate.earliest(certificate.chain(sock, True))
        return sock

    def _handshake(self, sock, context):
        sock.settimeout(self._deadline.left())
        host = self._address.host
        tls = context.wrap_socket(sock, server_hostname=host)
        return self._open.enter_context(tls)

    def _read_refused(self, family, peer):
        """Read what the certificate is for, by a connection that verifies nothing.

        Nothing is sent by it; where that fails, the sentence is shorter.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with contextlib.suppress(OSError, ValueError):
            sock = _connect([(family, peer)], self._deadline)
            tls = self._handshake(self._open.enter_context(sock), context)
            sent = certificate.chain(tls, False)
            self._certificate = certificate.earliest(sent)
            self._values |= certificate.describe(sent[0])

    def _request(self, sock):
        """Send the request, and read the answer."""
        clock = time.monotonic()
        sock.settimeout(self._deadline.left())
        sock.sendall(_request_to(self._address))
        response = HTTPResponse(Stream(sock, self._deadline), method="GET")
        try:
            response.begin()
        finally:
            begin = time.monotonic()
            self._phases[steps.PROCESSING] = begin - clock
        try:
            _read(response)
        finally:
            self._phases[steps.TRANSFER] = time.monotonic() - begin
        if response.status != 200:
            self._values["status"] = response.status
            location = response.headers.get("Location", "")
            # What follows may be a secret.
            self._values["location"] = location.partition("?")[0][:200]
            raise problems.BadStatus(response.status, self._address.is_ready_probe)


def _resolve(address, deadline):
    """Return the socket addresses of a host, each with its family.

    The resolver of the system has no time limit: its thread ends by itself.
    """
    found = queue.SimpleQueue()

    def resolve():
        try:
            host, port = address.host, address.port
            found.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:
            found.put(error)

    threading.Thread(target=resolve, daemon=True).start()
    try:
        result = found.get(timeout=deadline.left())
    except queue.Empty:
        raise TimeoutError("the name servers have not answered") from None
    if isinstance(result, Exception):
        raise result
    return [(one[0], one[4]) for one in result]


def _connect(addresses, deadline):
    """Return a socket, connected to the first of the addresses that accepts.

    Each has a fair part of the time: IPv6 that leads nowhere leaves some for IPv4.

    :raise OSError: none of them does
    """
    error = OSError("the name has no address")
    for position, (family, where) in enumerate(addresses):
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                sock.settimeout(deadline.left() / (len(addresses) - position))
                sock.connect(where)
            except OSError:
                sock.close()
                raise
        except OSError as failed:
            error = failed
        else:
            return sock
    raise error


def _request_to(address):
    lines = [
        f"GET {address.target} HTTP/1.1",
        f"Host: {address.host_header.encode('idna').decode()}",
        f"User-Agent: {_AGENT}",
        *("Accept: */*", "Accept-Encoding: identity", "Connection: close"),
    ]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


def _read(response):
    """Read an answer to its end, or as much of it as counts.

    :raise EOFError: it ends early
    """
    size = 0
    while size < _MAX_BODY and (part := response.read(_CHUNK)):
        size += len(part)
    if size < _MAX_BODY and response.length:
        raise EOFError(f"the answer ends {response.length} bytes early")
