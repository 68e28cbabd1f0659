"""The answers of the inbound API; plain Python.

A problem is one as RFC 9457 describes it: a JSON object with ``type``, ``title``,
``status`` and ``detail``.  The functions below are all that there are; docs/inbound.md
has them as a table.  They are read in the logs of senders, so they are in English.
"""

import json
from http import HTTPStatus
from typing import NamedTuple

SECONDS_UNTIL_RETRY = 5
"""When to send a message again that the database could not take."""

WRONG_KEY = (
    "The API key is not valid here. Check that the header is Authorization: Bearer and"
    " the key, that the key was made for this kind of message and has not expired or"
    " been revoked, and that X-Odoo-Database names its database."
)


class Answer(NamedTuple):
    """What is sent back.

    :ivar status: of HTTP
    :ivar body: JSON
    :ivar headers: pairs of name and value, with the type of the body
    """

    status: int
    body: str
    headers: tuple[tuple[str, str], ...]


class Problem(Exception):
    """The reason why a message was not processed.

    :ivar status: of HTTP
    :ivar detail: what is wrong, and what to do about it
    """

    def __init__(self, status: int, detail: str, **headers: str):
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self._headers = headers

    def answer(self) -> Answer:
        """Return the problem as it is sent to the sender of the message."""
        content = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        headers = {"Content-Type": "application/problem+json"}
        for name, value in self._headers.items():
            headers[name.replace("_", "-")] = value
        return Answer(self.status, json.dumps(content), tuple(headers.items()))


def processed(result: str) -> Answer:
    """Return the answer to a message whose transaction is about to be committed.

    :param result: what the kind's method returned, as JSON
    """
    body = f'{{"status": "processed", "result": {result}}}'
    return Answer(200, body, (("Content-Type", "application/json"),))


# Of every request.


def method_not_allowed() -> Problem:
    return Problem(405, "Send messages with POST.", Allow="POST")


def no_database() -> Problem:
    return Problem(400, "Name the database in the header X-Odoo-Database.")


def unknown_kind() -> Problem:
    detail = (
        "There is no such kind of message. Check the last part of the address, and that"
        " the addon that receives this kind is installed."
    )
    return Problem(404, detail)


def neutralized() -> Problem:
    detail = (
        "This database is a neutralized copy, which receives no messages. Send them to"
        " the original."
    )
    return Problem(403, detail)


# Of the API key.


def wrong_key() -> Problem:
    return Problem(401, WRONG_KEY, WWW_Authenticate="Bearer")


def too_many_wrong_keys(seconds: int) -> Problem:
    return Problem(429, WRONG_KEY, Retry_After=str(seconds))


def too_many_messages(limit: int, seconds: int) -> Problem:
    detail = (
        f"With one API key, at most {limit} messages are received in a minute. Send"
        " this one again later."
    )
    return Problem(429, detail, Retry_After=str(seconds))


def role_is_missing() -> Problem:
    detail = "The user of this API key needs the role Manager of Reliability in Odoo."
    return Problem(403, detail)


# Of the message.


def unsupported_type() -> Problem:
    detail = (
        "Send the message as JSON: with Content-Type: application/json, and without"
        " Content-Encoding."
    )
    return Problem(415, detail)


def too_large(max_bytes: int) -> Problem:
    detail = f"The message has more than {max_bytes} bytes. Send less in each message."
    return Problem(413, detail)


def incomplete() -> Problem:
    return Problem(400, "The message ended early. Send it again, whole.")


def invalid_body(detail: str) -> Problem:
    return Problem(400, detail)


def invalid_idempotency_key() -> Problem:
    return Problem(400, "An Idempotency-Key has 1 to 255 printable ASCII characters.")


def reused_idempotency_key() -> Problem:
    detail = (
        "Another message was received with this Idempotency-Key. Use a new key for each"
        " message, and the same one only to send the same message again."
    )
    return Problem(422, detail)


def invalid_message(detail: str) -> Problem:
    return Problem(422, detail)


def right_is_missing(detail: str) -> Problem:
    return Problem(403, detail)


# Of the server.


def failed() -> Problem:
    detail = (
        "The message could not be processed, and nothing of it was stored. The reason"
        " is in the log of the server."
    )
    return Problem(500, detail)


def unavailable() -> Problem:
    detail = "The database cannot take the message now. Send it again."
    return Problem(503, detail, Retry_After=str(SECONDS_UNTIL_RETRY))
