"""The outgoing heartbeat: a request to an address outside Odoo after each evaluation.

A monitor outside notices when the requests stop, whatever stands still: the evaluation,
scheduled actions, the server or its network.

::

    [reliability]
    heartbeat_url = https://hc-ping.com/a-secret-key/odoo-{db}

The address may contain a secret anywhere, so only its host is logged.
"""

import logging
import threading
from urllib.parse import quote, urlsplit

import requests

from .addresses import is_http_address

OPTION = "heartbeat_url"
"""The option of section ``[reliability]`` in odoo.conf with the address."""
INVALID, SHARED = "invalid", "shared"
"""Why an address is not used: it is none, or several databases would share it."""
_DB = "{db}"
_TIMEOUTS = 1.0, 1.0
"""Seconds to connect, and to wait for the answer."""
_HEADERS = {"User-Agent": "odoo-reliability", "Cache-Control": "no-cache"}


def problem_of(address: str, is_only_database: bool) -> str:
    """Return why an address is not used: `INVALID` or `SHARED`; empty if it is.

    :param address: http or https; ``{db}`` in its path or query stands for the name of
        the database
    :param is_only_database: whether no other database of this server sends heartbeats
    """
    if not _is_valid(address):
        return INVALID
    if _DB not in address and not is_only_database:
        return SHARED  # the heartbeats of one would hide that another stands still
    return ""


def url_of(address: str, db: str) -> str:
    """Return the URL of a database.

    :param address: a valid one
    """
    return address.replace(_DB, quote(db, safe=""))


def _is_valid(address: str) -> bool:
    is_address = is_http_address(address.replace(_DB, "db"))
    return is_address and _DB not in urlsplit(address).netloc


class Heartbeats:
    """Sends heartbeats, each on a thread of its own: nobody waits for the answer.

    :param logger: gets each failure once, until another one or a success follows
    """

    def __init__(self, logger: logging.Logger):
        self._logger = logger
        self._sending: set[str] = set()
        self._failures: dict[str, str] = {}

    def send(self, db: str, url: str) -> threading.Thread | None:
        """Send a heartbeat of a database; it never raises.

        :return: the thread that sends it; ``None`` while the one before still waits
        """
        if db in self._sending:
            return None
        self._sending.add(db)
        # Without ``dbname``, so the ledger of exchanges does not record the request.
        thread = threading.Thread(target=self._send, args=(db, url), daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # the process has too many threads
            self._sending.discard(db)
            self._report(db, url, type(error).__name__)
            return None
        return thread

    def _send(self, db: str, url: str) -> None:
        try:
            self._report(db, url, _request(url))
        finally:
            self._sending.discard(db)

    def _report(self, db: str, url: str, failure: str) -> None:
        if failure == self._failures.get(db, ""):
            return
        self._failures[db] = failure
        host = urlsplit(url).hostname
        if failure:
            text = "The outgoing heartbeat of %s is not accepted by %s: %s"
            self._logger.warning(text, db, host, failure)
        else:
            text = "The outgoing heartbeat of %s is accepted by %s again"
            self._logger.info(text, db, host)


def _request(url: str) -> str:
    """Send one request; return why it failed, without the URL, or empty."""
    try:
        # The body of the answer is not read, and a redirect is a failure.
        with requests.get(
            url,
            headers=_HEADERS,
            timeout=_TIMEOUTS,
            allow_redirects=False,
            stream=True,
        ) as answer:
            is_accepted = 200 <= answer.status_code < 300
            return "" if is_accepted else f"HTTP status {answer.status_code}"
    except Exception as error:
        return type(error).__name__  # its text contains the URL
