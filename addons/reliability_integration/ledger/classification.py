"""From what happened during an attempt to how it ended.

What counts is what the counterpart can know.  A request that never left did nothing
there; one that left and was not answered may have done all of it.
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
"""Errors before a request has left."""

_ANSWERED = (requests.exceptions.TooManyRedirects,)
"""Errors about answers that are complete: the counterpart did not do it."""

_LOST = (OSError, requests.exceptions.RequestException, urllib3.HTTPError, EOFError)
"""Errors of connections, after which nobody knows: timeouts, resets, cut answers."""

_NOBODY_KNOWS = (502, 504)
"""A gateway in between says that it was not told whether it was done."""


class Call(NamedTuple):
    """One call over the network, redirects included.

    :ivar outcome: of :data:`.words.OUTCOMES`
    :ivar status: of HTTP, 0 without an answer
    :ivar seconds: how long it took
    :ivar makes: whether it may have made something there
    """

    outcome: str
    status: int
    seconds: float
    makes: bool = False


def of_answer(status: int) -> str:
    """Return what the status of a complete answer says."""
    if status in _NOBODY_KNOWS:
        return UNKNOWN
    return FAILED if status >= 400 else SUCCEEDED


def of_broken_call(error: BaseException) -> str:
    """Return what an error says that ended a call over the network."""
    causes = list(_causes(error))
    if any(isinstance(cause, _ANSWERED) for cause in causes):
        return FAILED
    if any(isinstance(cause, _NOT_SENT) or _is_handshake(cause) for cause in causes):
        return FAILED
    return UNKNOWN


def of_attempt(
    error: BaseException | None,
    calls: list[Call],
    has_created: bool,
    makes_more: bool,
) -> str:
    """Return how an attempt ended.

    :param error: what it raised
    :param calls: what it did over the network, as far as that was seen
    :param has_created: whether it told of something that the counterpart has made
    :param makes_more: whether asking again would make one more
    """
    if error is None:
        return SUCCEEDED
    if not isinstance(error, Exception):
        return UNKNOWN  # the process is told to end, wherever it is
    if has_created:
        return SUCCEEDED  # the counterpart did it; what failed came after that
    if makes_more and any(of.makes and of.outcome == SUCCEEDED for of in calls[:-1]):
        return UNKNOWN  # a first step was done there, such as a parcel without label
    if calls and calls[-1].outcome != SUCCEEDED:
        return calls[-1].outcome
    if calls:
        # It answered well, and the connector read a refusal out of it, or stumbled.
        return FAILED if outcome_of(error) == "rejected" else UNKNOWN
    return _of_unseen(error)


def _of_unseen(error: Exception) -> str:
    """Return how an attempt ended whose calls, if there were any, were not seen.

    A library that is not ours to watch (SFTP, SMTP) speaks by its error alone.
    """
    if outcome_of(error) != "failed":
        return REJECTED
    if any(isinstance(cause, _LOST) for cause in _causes(error)):
        return of_broken_call(error)
    return FAILED


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what is behind it, also where libraries wrap it as an
    argument."""
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


def _is_handshake(cause: BaseException) -> bool:
    """Say whether TLS could not be agreed on: then nothing was sent.

    A connection that breaks later says so by another class or reason.
    """
    if not isinstance(cause, ssl.SSLError):
        return False
    return not isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError)
