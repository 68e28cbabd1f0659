"""Access to ``/metrics``: tokens, and the part that each of them opens.

The server's token, in a file, opens everything; the token of a database opens the
metrics of that database.  Only hashes of tokens are stored.
"""

import hashlib
import hmac
import logging
import re
from collections.abc import Iterable
from pathlib import Path

_logger = logging.getLogger(__name__)

EVERYTHING = ""
"""The scope of the server's token; the other scopes are names of databases."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


def is_digest(text: str) -> bool:
    """Return whether a stored text can be the hash of a token."""
    return bool(_DIGEST.fullmatch(text))


def digest_of(token: str) -> str:
    """Return the hash of a token, as it is stored."""
    # WSGI decodes the bytes of a header as latin-1.
    return hashlib.sha256(token.strip().encode("latin-1", "replace")).hexdigest()


class Access:
    """The tokens in force.

    Without any token the endpoint is closed: no header matches.

    :ivar databases: database → digest of its token
    :ivar refused: databases with a token that opens another database here
    :param path: the file with the server's token; it may be replaced at any time
    """

    def __init__(self, path: Path | None):
        self.databases: dict[str, str] = {}
        self.refused: frozenset[str] = frozenset()
        self._path = path
        self._digest = ""
        self._version: tuple[int, int] | None = None

    def scope(self, header: str) -> str | None:
        """Return the part of the metrics that an ``Authorization`` header opens.

        :return: :data:`EVERYTHING`, the name of a database, or ``None`` for nothing
        """
        scheme, _space, token = header.partition(" ")
        digests = [(EVERYTHING, self._server_digest()), *self.databases.items()]
        scope = _matching_scope(digest_of(token), digests)
        return scope if scheme.lower() == "bearer" else None

    def _server_digest(self) -> str:
        """Return the hash of the server's token; empty if there is none."""
        try:
            status = self._path.stat() if self._path else None
            version = status and (status.st_mtime_ns, status.st_ino)
            if version != self._version:
                token = self._path.read_bytes().strip() if status else b""
                self._digest = hashlib.sha256(token).hexdigest() if token else ""
                self._version = version
        except OSError as error:
            if self._version is not None:
                _logger.warning("/metrics is closed: %s", error)
            self._digest, self._version = "", None
        return self._digest


def _matching_scope(digest: str, digests: Iterable[tuple[str, str]]) -> str | None:
    """Return the scope of a digest, in constant time: a wrong one takes as long."""
    matching = None
    for scope, known in digests:
        if hmac.compare_digest(digest, known) and matching is None:
            matching = scope
    return matching
