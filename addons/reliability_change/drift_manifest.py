"""The manifest of a database: its settings in a signed file, to compare elsewhere.

It is JSON, signed with HMAC-SHA256: both databases know the key, and nothing but
Python's own library is needed.  Plain Python.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from .canonical_json import canonical
from .drift import Reading, items_of

VERSION = 1
MIN_KEY = 32
"""Bytes."""
_PURPOSE = b"reliability manifest of settings\n"
"""Begins what is signed: a key may sign something else, too."""
_ALGORITHM = "hmac-sha256:"


NO_JSON, WRONG_SIGNATURE, OTHER_VERSION, INCOMPLETE, TOO_LARGE = (
    "no_json",
    "wrong_signature",
    "other_version",
    "incomplete",
    "too_large",
)
"""What is wrong with a text.  Wrong signature: it was changed, or signed with another
key."""


class InvalidManifest(ValueError):
    """A text that is no manifest signed with the key.

    :param reason: one of those above
    """

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class Manifest(NamedTuple):
    """The settings of a database at one moment.

    :ivar name: of the database
    :ivar taken_at: in UTC without a time zone
    :ivar readings: source → what was read from it
    """

    name: str
    taken_at: datetime
    readings: dict[str, Reading]


def export(manifest: Manifest, key: bytes) -> str:
    """Return a manifest as signed JSON."""
    content = {
        "version": VERSION,
        "name": manifest.name,
        "taken_at": manifest.taken_at.isoformat(timespec="seconds") + "Z",
        "sources": {
            source: {
                "problem": reading.problem,
                "salt": reading.salt,
                "items": reading.items,
            }
            for source, reading in manifest.readings.items()
        },
    }
    return canonical(content | {"signature": _signature(content, key)})


def verify(text: str, key: bytes) -> Manifest:
    """Return the manifest that a text is.

    :raise InvalidManifest: it is none, was changed, or is signed with another key
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidManifest(NO_JSON) from error
    if not isinstance(content, dict):
        raise InvalidManifest(NO_JSON)
    signature = content.pop("signature", None)
    expected = _signature(content, key)
    if not isinstance(signature, str) or not hmac.compare_digest(
        signature.encode("utf-8", "replace"), expected.encode()
    ):
        raise InvalidManifest(WRONG_SIGNATURE)
    if content.get("version") != VERSION:
        raise InvalidManifest(OTHER_VERSION)
    try:
        return _manifest(content)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidManifest(INCOMPLETE) from error


def _manifest(content: Mapping) -> Manifest:
    taken_at = datetime.fromisoformat(content["taken_at"]).replace(tzinfo=None)
    readings = {
        source: Reading(items_of(reading["items"]), reading["problem"], reading["salt"])
        for source, reading in content["sources"].items()
    }
    return Manifest(content["name"], taken_at, readings)


def _signature(content, key):
    if len(key) < MIN_KEY:
        raise ValueError(f"a key has {MIN_KEY} bytes or more")
    message = _PURPOSE + canonical(content).encode()
    return _ALGORITHM + hmac.new(key, message, hashlib.sha256).hexdigest()
