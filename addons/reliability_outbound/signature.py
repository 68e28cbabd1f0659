"""The signature of the webhook, by which its receiver knows that Odoo has sent it.

As in Standard Webhooks 1.0.0, for which most languages have a library that verifies it:
https://github.com/standard-webhooks/standard-webhooks
"""

import base64
import binascii
import hashlib
import hmac

_PREFIX = "whsec_"
_MIN_BYTES, _MAX_BYTES = 24, 64


class InvalidSecret(ValueError):
    """A secret that cannot sign."""


def parse_secret(text: str) -> bytes:
    """Return the key in a text such as ``whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw``.

    :raise InvalidSecret: it is not base64 of 24 to 64 bytes
    """
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (ValueError, binascii.Error) as error:
        raise InvalidSecret from error
    if not _MIN_BYTES <= len(key) <= _MAX_BYTES:
        raise InvalidSecret
    return key


def headers_of(key: bytes, message_id: str, timestamp: int, body: bytes) -> dict:
    """Return the headers that identify and sign a message.

    :param message_id: the same each time that the message is sent
    :param timestamp: of this time, in seconds since 1970
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
