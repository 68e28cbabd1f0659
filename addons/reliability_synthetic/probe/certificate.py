"""Certificates of a TLS connection: which of them ends first, and what one is for."""

import ssl
from collections.abc import Iterable
from datetime import UTC, datetime

_MAX_NAMES = 5


def chain(connection: ssl.SSLSocket, is_verified: bool) -> list[dict]:
    """Return the certificates of a server, as ``getpeercert()`` returns the first.

    :param is_verified: those that it was verified with, up to the CA; else those that
        the server has sent
    """
    # Python 3.13 has public methods for this, with bytes that it cannot read itself.
    connection = connection._sslobj
    found = (
        connection.get_verified_chain()
        if is_verified
        else connection.get_unverified_chain()
    )
    return [one.get_info() for one in found or ()]


def earliest(certificates: Iterable[dict]) -> dict:
    """Return the certificate that ends first, as it is reported."""
    found = min(certificates, key=_end)
    return {
        "not_before": _moment(found["notBefore"]).isoformat(),
        "not_after": _end(found).isoformat(),
        "subject": _common_name(found["subject"]),
        "issuer": _common_name(found["issuer"]),
    }


def describe(certificate: dict) -> dict:
    """Return what a sentence about a certificate names."""
    alternatives = [
        name if isinstance(name, str) else _common_name(name)
        for _kind, name in certificate.get("subjectAltName", ())
    ]
    return {
        "not_before": _moment(certificate["notBefore"]).isoformat(),
        "not_after": _end(certificate).isoformat(),
        "names": ", ".join(alternatives[:_MAX_NAMES]),
        "issuer": _common_name(certificate["issuer"]),
    }


def _end(certificate):
    return _moment(certificate["notAfter"])


def _moment(text):
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC)


def _common_name(name):
    """Return the common name, else the last part of a name."""
    parts = dict(pair for part in name for pair in part)
    return parts.get("commonName") or next(reversed(parts.values()), "")
