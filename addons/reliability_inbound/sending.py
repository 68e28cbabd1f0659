"""Send messages to Odoo's inbound API, from a command; plain Python."""

import json
import os
import stat
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

KEY_VARIABLE = "RELIABILITY_INBOUND_KEY"
_TIMEOUT = 60  # seconds
_MAX_ANSWER = 64 * 1024
_HEADER = "Authorization: Bearer "
_OTHERS = stat.S_IRWXO
_REFUSED = {413, 422}
"""Statuses of answers to a content that must be changed."""
_NO_ANSWER = (OSError, HTTPException, ValueError, KeyError, TypeError)
"""What reading an answer of something else than Odoo may raise."""


class NotSent(Exception):
    """A report that Odoo has not processed; the text says why and what to do."""


class Refused(NotSent):
    """A report whose content Odoo refuses: sent again, it would be refused again."""


def read_key(path: str | None, variable: str = KEY_VARIABLE) -> str:
    """Return the API key: of a file, else of the environment.

    :param path: of a file with the key, or with the header as curl reads it
    :param variable: of the environment
    :raise NotSent: there is none
    """
    if not path:
        key = os.environ.get(variable, "").strip()
        if not key:
            raise NotSent(
                f"Name a file with the API key by --key-file, or set {variable}."
            )
        return _one_word(key, variable)
    try:
        if os.stat(path).st_mode & _OTHERS:
            raise NotSent(f"Other users can read {path}: chmod 600 {path}")
        key = Path(path).read_text().strip().removeprefix(_HEADER)
    except (OSError, UnicodeError) as error:
        raise NotSent(f"The API key cannot be read: {error}") from error
    return _one_word(key, path)


def _one_word(key, source):
    """Return a key; errors about a header with several lines would show it."""
    if len(key.split()) != 1:
        raise NotSent(f"{source} must contain the API key and nothing else.")
    return key


def send(
    report: dict,
    url: str,
    database: str | None,
    key: str,
    kind: str,
    idempotency_key: str = "",
    timeout: float = _TIMEOUT,
) -> dict:
    """Send a report; return the result.

    :param url: of Odoo, such as ``https://odoo.example.com``
    :param database: not needed where the server has only one for this address
    :param kind: of the message
    :param idempotency_key: sent again with it, a message is processed once
    :param timeout: seconds without an answer
    :raise Refused: Odoo refuses its content
    :raise NotSent: Odoo has not processed it for another reason
    """
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    if database:
        headers["X-Odoo-Database"] = database
    if idempotency_key:
        headers["Idempotency-Key"] = idempotency_key
    try:
        if urlsplit(url).scheme not in ("http", "https"):
            raise NotSent(f"The address must begin with https:// or http://: {url}")
        request = urllib.request.Request(
            f"{url.rstrip('/')}/reliability/inbound/{kind}",
            json.dumps(report, separators=(",", ":")).encode(),
            headers,
        )
        with _opener().open(request, timeout=timeout) as answer:
            return dict(json.loads(answer.read(_MAX_ANSWER))["result"])
    except urllib.error.HTTPError as error:
        kind_of_error = Refused if error.code in _REFUSED else NotSent
        text = f"Odoo has answered {error.code}: {_detail(error)}"
        raise kind_of_error(text) from error
    except _NO_ANSWER as error:
        raise NotSent(f"{url} does not answer as Odoo does: {error}") from error


def status_of(url: str, timeout: float) -> int | None:
    """Return the status of the answer to GET; ``None`` without an answer.

    :param url: a whole address
    :param timeout: seconds without an answer
    """
    try:
        with _opener().open(url, timeout=timeout) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except (OSError, HTTPException):
        return None


def _opener():
    """Return what opens addresses without following redirects.

    A redirect would carry the key to another host.
    """

    class _NoRedirect(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_arguments):
            return None

    return urllib.request.build_opener(_NoRedirect)


def _detail(error):
    """Return what an answer with an error says."""
    try:
        found = json.loads(error.read(_MAX_ANSWER))
        return found["detail"] if isinstance(found["detail"], str) else error.reason
    except _NO_ANSWER:
        return error.reason
