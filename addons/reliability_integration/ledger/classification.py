"""Outcome classification: derives the outcome of an attempt from what happened in it.

The outcome is what the partner system can have done.  A request that never left has
done nothing there; a request that left and was not answered may have done everything.
"""

import ssl
from collections.abc import Iterator
from typing import NamedTuple

import requests
from urllib3 import exceptions as urllib3

from odoo.addons.reliability.api import outcome_of

from .constants import FAILED, REJECTED, SUCCEEDED, UNKNOWN

_NOT_SENT = (
    requests.exceptions.ConnectTimeout,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidProxyURL,
    requests.exceptions.UnrewindableBodyError,
    urllib3.NewConnectionError,
    urllib3.NameResolutionError,
    urllib3.ConnectTimeoutError,
    urllib3.LocationParseError,
    ssl.SSLCertVerificationError,
    ConnectionRefusedError,
)
"""Errors that are raised before a request leaves."""

_ANSWERED = (requests.exceptions.TooManyRedirects,)
"""Errors about complete answers: the partner system did not do it."""

_LOST = (OSError, requests.exceptions.RequestException, urllib3.HTTPError, EOFError)
"""Connection errors with an unknown outcome: timeouts, resets, truncated answers."""

_GATEWAY_STATUSES = (502, 504)
"""A gateway did not get an answer from the partner system: the outcome is unknown."""


class Call(NamedTuple):
    """One call over the network, redirects included.

    :ivar outcome: one of :data:`.constants.OUTCOMES`
    :ivar status: HTTP status; 0 without an answer
    :ivar seconds: duration
    :ivar has_effect: whether it may have created or changed something there
    """

    outcome: str
    status: int
    seconds: float
    has_effect: bool = False


def classify_answer(status: int) -> str:
    """Return the outcome of a call with a complete answer.

    :param status: HTTP status of the answer
    """
    if status in _GATEWAY_STATUSES:
        return UNKNOWN
    return FAILED if status >= 400 else SUCCEEDED


def classify_call_error(error: BaseException) -> str:
    """Return the outcome of a call over the network that raised an error."""
    causes = list(_causes(error))
    if any(isinstance(cause, _ANSWERED) for cause in causes):
        return FAILED
    if any(
        isinstance(cause, _NOT_SENT) or _is_handshake_error(cause) for cause in causes
    ):
        return FAILED
    return UNKNOWN


def classify_attempt(
    error: BaseException | None,
    calls: list[Call],
    has_created: bool,
    is_unsafe: bool,
) -> str:
    """Return the outcome of an attempt.

    :param error: the error that ended it, if any
    :param calls: its observed calls over the network
    :param has_created: whether the connector reported something that the partner system
        has created
    :param is_unsafe: whether repeating it does the same once more
    """
    if error is None:
        return SUCCEEDED
    if not isinstance(error, Exception):
        return UNKNOWN  # the process is ending, at any point of the attempt
    if has_created:
        return SUCCEEDED  # the partner system did it; a later step failed
    if is_unsafe and any(
        call.has_effect and call.outcome == SUCCEEDED for call in calls[:-1]
    ):
        return UNKNOWN  # a first step was done there, such as a parcel without label
    if calls and calls[-1].outcome != SUCCEEDED:
        return calls[-1].outcome
    if calls:
        # The HTTP answer was good: the connector found a refusal in it, or crashed.
        return FAILED if outcome_of(error) == "rejected" else UNKNOWN
    return _classify_unobserved(error)


def _classify_unobserved(error: Exception) -> str:
    """Return the outcome of an attempt without observed calls.

    Calls of other libraries (SFTP, SMTP) are not observed: only their errors are known.
    """
    if outcome_of(error) != "failed":
        return REJECTED
    if any(isinstance(cause, _LOST) for cause in _causes(error)):
        return classify_call_error(error)
    return FAILED


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and its causes, also those that libraries wrap as an argument."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        cause = waiting.pop()
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        reason = getattr(cause, "reason", None)
        waiting += [cause.__cause__ or cause.__context__, reason, *cause.args]


def _is_handshake_error(cause: BaseException) -> bool:
    """Return whether the TLS handshake failed, so that nothing was sent.

    A connection that breaks later raises another class.
    """
    if not isinstance(cause, ssl.SSLError):
        return False
    return not isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError)
