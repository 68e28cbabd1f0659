"""The certificate that the public address of Odoo has, by a TLS handshake."""

import socket
import ssl
from datetime import datetime
from typing import NamedTuple

from odoo.addons.reliability import certificates

try:
    from urllib3.util.ssl_match_hostname import CertificateError, match_hostname
except ImportError:  # Odoo allows for versions of urllib3 that have it elsewhere
    from urllib3.packages.ssl_match_hostname import CertificateError, match_hostname

_TIMEOUT = 5.0
"""Seconds for the connection, and for the handshake."""


class PublicCertificate(NamedTuple):
    """What browsers are shown.

    :ivar ends: when the first certificate of the chain ends
    :ivar names: the hosts that it is for, for a sentence
    :ivar is_for_host: whether the address is one of them
    :ivar refusal: why this host does not trust it, see
        :mod:`odoo.addons.reliability.certificates`; empty if it does.  Browsers may
        know other CAs, so this alone is no problem
    """

    ends: datetime
    names: str
    is_for_host: bool = True
    refusal: str = ""


def read_certificate(host: str, port: int) -> PublicCertificate:
    """Shake hands, and return the certificate.  Nothing is sent.

    :raise OSError: nothing answers, or not with TLS
    """
    try:
        with _connected(host, port, ssl.create_default_context()) as tls:
            chain = certificates.chain(tls, True)
        found = min(chain, key=certificates.end)
        return PublicCertificate(certificates.end(found), _names(chain[0]))
    except ssl.SSLCertVerificationError as error:
        return _read_refused(host, port, certificates.refusal(error))


def _read_refused(host, port, refusal):
    """Return a certificate that was refused: OpenSSL names the first reason only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with _connected(host, port, context) as tls:
        first = certificates.chain(tls, False)[0]
    try:
        match_hostname(first, host)
        is_for_host = True
    except CertificateError:
        is_for_host = False
    ends = certificates.end(first)
    return PublicCertificate(ends, _names(first), is_for_host, refusal)


def _connected(host, port, context):
    sock = socket.create_connection((host, port), _TIMEOUT)
    try:
        return context.wrap_socket(sock, server_hostname=host)
    except BaseException:
        sock.close()
        raise


def _names(certificate):
    return certificates.describe(certificate)["names"]
