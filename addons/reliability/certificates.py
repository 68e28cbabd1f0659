"""Certificates of TLS connections: which ends first, what for, and why refused.

Plain Python, for programs and checks without Odoo.
"""

import ssl
from collections.abc import Iterable
from datetime import UTC, datetime

EXPIRED, NOT_YET_VALID, WRONG_HOST = "expired", "not_yet_valid", "wrong_host"
SELF_SIGNED, UNTRUSTED, INVALID = "self_signed", "untrusted", "invalid_certificate"

_MAX_NAMES = 5
_OF_VERIFICATION = {  # by the codes of X509_verify_cert
    9: NOT_YET_VALID,
    10: EXPIRED,
    18: SELF_SIGNED,
    **dict.fromkeys((2, 19, 20, 21), UNTRUSTED),
    **dict.fromkeys((62, 64), WRONG_HOST),
}


def refusal(error: ssl.SSLCertVerificationError) -> str:
    """Return why OpenSSL refused a certificate."""
    return _OF_VERIFICATION.get(error.verify_code, INVALID)


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
    found = min(certificates, key=end)
    return {
        "not_before": _moment(found["notBefore"]).isoformat(),
        "not_after": end(found).isoformat(),
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
        "not_after": end(certificate).isoformat(),
        "names": ", ".join(alternatives[:_MAX_NAMES]),
        "issuer": _common_name(certificate["issuer"]),
    }


def end(certificate: dict) -> datetime:
    """Return when a certificate ends."""
    return _moment(certificate["notAfter"])


def _moment(text):
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC)


def _common_name(name):
    """Return the common name, else the last part of a name."""
    parts = dict(pair for part in name for pair in part)
    return parts.get("commonName") or next(reversed(parts.values()), "")
