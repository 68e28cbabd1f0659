"""One attempt to reach an address, step by step."""

import contextlib
import ssl
import time
from collections.abc import Callable
from http.client import HTTPResponse
from typing import NamedTuple

from odoo.addons.reliability import certificates

from ..run_result import Attempt
from . import network, problems, steps
from .address import Address
from .clock import Clock
from .deadline import Deadline, Stream
from .record import Record, StepFailed


class Measured(NamedTuple):
    """An attempt, and what was measured.

    :ivar phases: seconds of each phase of the address that was reached
    :ivar certificate: that of the chain which ends first; ``None`` if none was seen
    """

    attempt: Attempt
    phases: dict[str, float]
    certificate: dict | None


def measure(
    address: Address,
    trusted: ssl.SSLContext,
    limit: float,
    clock: Clock,
    go_on: Callable[[Record, Deadline], None] | None = None,
) -> Measured:
    """Try to reach an address; errors are in the result.

    :param trusted: verifies certificates
    :param limit: seconds for all steps together
    :param clock: of the run
    :param go_on: executes the steps after these, where the address answers
    """
    record = Record(clock, {"host": address.host, "port": address.port})
    deadline = Deadline(limit)
    check = _Check(address, trusted, record, deadline)
    with contextlib.suppress(StepFailed):
        check.run()
        if go_on:
            go_on(record, deadline)
    attempt = record.attempt()
    begin = {one.step: one.seconds for one in attempt.steps if one.step in steps.PHASES}
    return Measured(attempt, begin | check.phases, check.certificate)


class _Check:
    """Checks an address.

    :ivar phases: seconds of those phases that are no steps
    :ivar certificate: that of the chain which ends first, once it was seen
    """

    def __init__(self, address, trusted, record, deadline):
        self._address, self._trusted = address, trusted
        self._record, self._deadline = record, deadline
        self.phases, self.certificate = {}, None
        self._open = contextlib.ExitStack()

    def run(self):
        with self._open:
            with self._record.step(steps.RESOLVE):
                addresses = network.resolve(self._address, self._deadline)
            with self._record.step(steps.CONNECT):
                sock = network.connect(addresses, self._deadline)
                self._open.enter_context(sock)
            if self._address.is_tls:
                sock = self._encrypt(sock)
            with self._record.step(steps.RESPONSE):
                self._request(sock)

    def _encrypt(self, sock):
        """Begin TLS; return the encrypted socket.

        OpenSSL verifies the certificate within the handshake: one that is not valid has
        come so far, so that fails the step after it.
        """
        peer, refusal = None, None
        with self._record.step(steps.TLS):
            peer = sock.getpeername()
            try:
                sock = self._handshake(sock, self._trusted)
            except ssl.SSLCertVerificationError as error:
                refusal = error
        with self._record.step(steps.CERTIFICATE):
            if refusal:
                refusal.values = self._read_refused(sock.family, peer)
                raise refusal
            self.certificate = certificates.earliest(certificates.chain(sock, True))
        return sock

    def _handshake(self, sock, context):
        sock.settimeout(self._deadline.left())
        tls = context.wrap_socket(sock, server_hostname=self._address.host)
        return self._open.enter_context(tls)

    def _read_refused(self, family, peer):
        """Return what the certificate is for, by a connection that verifies nothing.

        Nothing is sent by it; where that fails, the sentence is shorter, and the cause
        the same.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with contextlib.suppress(Exception):
            sock = network.connect([(family, peer)], self._deadline)
            tls = self._handshake(self._open.enter_context(sock), context)
            sent = certificates.chain(tls, False)
            self.certificate = certificates.earliest(sent)
            return certificates.describe(sent[0])
        return {}

    def _request(self, sock):
        """Send the request, and read the answer."""
        clock = time.monotonic()
        sock.settimeout(self._deadline.left())
        sock.sendall(network.request(self._address, self._address.target))
        response = HTTPResponse(Stream(sock, self._deadline), method="GET")
        try:
            response.begin()
        finally:
            begin = time.monotonic()
            self.phases[steps.PROCESSING] = begin - clock
        try:
            network.read(response)
        finally:
            self.phases[steps.TRANSFER] = time.monotonic() - begin
        if response.status != 200:
            location = response.headers.get("Location", "")
            is_ready_probe = self._address.is_ready_probe
            raise problems.BadStatus(response.status, location, is_ready_probe)
