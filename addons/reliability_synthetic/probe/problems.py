"""Which problem an error in a step is; plain Python.

docs/probe.md has a line for each, with what to do.
"""

import errno
import socket
import ssl
from http.client import HTTPException, IncompleteRead

from odoo.addons.reliability.certificates import (
    EXPIRED,
    INVALID,
    NOT_YET_VALID,
    SELF_SIGNED,
    UNTRUSTED,
    WRONG_HOST,
    refusal,
)

from .steps import CERTIFICATE, CONNECT, OF_ADDRESS, RESOLVE, TLS

LIMIT = "no_answer"
UNKNOWN_NAME, NO_DNS = "unknown_name", "no_dns"
REFUSED, UNREACHABLE = "connection_refused", "unreachable"
NO_TLS, TLS_FAILED, CLOSED = "no_tls", "tls_failed", "closed"
INGRESS, NOT_READY, REDIRECT = "ingress", "not_ready", "redirect"
STATUS, NO_HTTP = "status", "no_http"
KEY, NO_API = "key", "no_api"
REFUSED_BY_ODOO, SERVER_ERROR = "refused_by_odoo", "server_error"
WRONG_PRICE, ORDER_STATE = "wrong_price", "order_state"
NOT_CONFIRMED, NO_DELIVERY = "order_not_confirmed", "order_without_delivery"
NOT_RESERVED, NOT_VALIDATED = "transfer_not_reserved", "transfer_not_validated"
OPENS_DIALOG, NOT_DELIVERED = "opens_dialog", "order_not_delivered"
NO_LOG_IN_FORM, LOG_IN_REFUSED = "no_log_in_form", "log_in_refused"
NOT_SHOWN, SIGNATURE_REFUSED = "order_not_shown", "signature_refused"
NO_RATE, NO_LABEL = "no_rate_api", "no_label"
DOCUMENTS_LEFT = "documents_left"
STEP_MISSING, UNKNOWN_STEP = "step_missing", "unknown_step"
ERROR = "probe_error"
CAUSES = frozenset(
    (
        *(LIMIT, UNKNOWN_NAME, NO_DNS, REFUSED, UNREACHABLE, NO_TLS, TLS_FAILED),
        *(CLOSED, EXPIRED, NOT_YET_VALID, WRONG_HOST, SELF_SIGNED, UNTRUSTED, INVALID),
        *(INGRESS, NOT_READY, REDIRECT, STATUS, NO_HTTP, ERROR),
        *(KEY, NO_API, REFUSED_BY_ODOO, SERVER_ERROR, WRONG_PRICE, ORDER_STATE),
        *(NOT_CONFIRMED, NO_DELIVERY, NOT_RESERVED, NOT_VALIDATED, OPENS_DIALOG),
        *(NOT_DELIVERED, NO_LOG_IN_FORM, LOG_IN_REFUSED, NOT_SHOWN),
        *(SIGNATURE_REFUSED, NO_RATE, NO_LABEL),
        *(DOCUMENTS_LEFT, STEP_MISSING, UNKNOWN_STEP),
    )
)
"""All of them; Odoo has a sentence for each."""

_UNKNOWN_NAMES = {
    getattr(socket, name)
    for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY")
    if hasattr(socket, name)
}
_PLAIN_ANSWERS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"}
"""What OpenSSL calls an answer that is no TLS."""
_OF_CONNECTION = {
    errno.ECONNREFUSED: REFUSED,
    **dict.fromkeys((errno.ENETUNREACH, errno.EHOSTUNREACH), UNREACHABLE),
}
_BY_INGRESS = {502, 503, 504}


class BadStatus(Exception):
    """An answer by HTTP that is not 200.

    :ivar values: what its sentence names
    """

    def __init__(
        self, status: int, location: str = "", is_ready_probe: bool = False
    ) -> None:
        super().__init__(f"HTTP {status}")
        self.status, self.is_ready_probe = status, is_ready_probe
        # What follows may be a secret.
        self.values = {"status": status, "location": location.partition("?")[0]}


class Problem(Exception):
    """A step found that its result is wrong.

    :ivar values: what its sentence names
    """

    def __init__(self, cause: str, **values: str) -> None:
        named = ", ".join(f"{name} {value}" for name, value in values.items())
        super().__init__(f"{cause}: {named}" if named else cause)
        self.cause, self.values = cause, values


def cause_of(step: str, error: Exception) -> str:
    """Return the code of the problem that an error in a step is."""
    if isinstance(error, Problem):
        return error.cause
    if isinstance(error, TimeoutError):
        return LIMIT
    if step not in OF_ADDRESS:
        return _of_exchange(error)
    find = {RESOLVE: _of_name, CONNECT: _of_connection, TLS: _of_tls}
    find[CERTIFICATE] = _of_certificate
    return find.get(step, _of_response)(error)


def text_of(error: Exception) -> str:
    """Return the class and the message of an error."""
    return f"{type(error).__name__}: {error}"


def _of_exchange(error):
    """Return the code of an error of a step with connections of its own."""
    if isinstance(error, socket.gaierror):
        return _of_name(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return _of_certificate(error)
    if isinstance(error, ssl.SSLError):
        return _of_tls(error)
    if isinstance(error, OSError) and error.errno in _OF_CONNECTION:
        return _OF_CONNECTION[error.errno]
    return _of_response(error)


def _of_name(error):
    if isinstance(error, UnicodeError):  # no name that DNS could have
        return UNKNOWN_NAME
    if isinstance(error, socket.gaierror):
        return UNKNOWN_NAME if error.errno in _UNKNOWN_NAMES else NO_DNS
    return ERROR


def _of_connection(error):
    if isinstance(error, ConnectionRefusedError):
        return REFUSED
    return UNREACHABLE if isinstance(error, OSError) else ERROR


def _of_tls(error):
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError | ConnectionError):
        return CLOSED
    if isinstance(error, ssl.SSLError):
        return NO_TLS if error.reason in _PLAIN_ANSWERS else TLS_FAILED
    return ERROR


def _of_certificate(error):
    if isinstance(error, ssl.SSLCertVerificationError):
        return refusal(error)
    return ERROR


def _of_response(error):
    if isinstance(error, BadStatus):
        return _of_status(error)
    if isinstance(
        error, EOFError | OSError | IncompleteRead
    ):  # RemoteDisconnected, too
        return CLOSED
    return NO_HTTP if isinstance(error, HTTPException | ValueError) else ERROR


def _of_status(error):
    if error.status == 503 and error.is_ready_probe:
        return NOT_READY
    if error.status in _BY_INGRESS:
        return INGRESS
    return REDIRECT if 300 <= error.status < 400 else STATUS
