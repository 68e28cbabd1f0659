"""Who may read which part of ``/metrics``.

The server's token, in a file, opens everything; the token of a database opens what
concerns that database.  Only hashes of tokens are kept.
"""

import hashlib
import hmac
import logging
import re
from collections.abc import Iterable
from pathlib import Path

_logger = logging.getLogger(__name__)

EVERYTHING = ""
"""The scope of the server's token; that of another is the name of its database."""


_DIGEST = re.compile(r"[0-9a-f]{64}")


def is_digest(text: str) -> bool:
    """Say whether something stored can be the hash of a token."""
    return bool(_DIGEST.fullmatch(text))


def digest_of(token: str) -> str:
    """Return what is kept of a token."""
    # WSGI hands the bytes of a header over as latin-1.
    return hashlib.sha256(token.strip().encode("latin-1", "replace")).hexdigest()


class Access:
    """The tokens that are in force.

    Without any, nothing matches: the endpoint is closed.

    :ivar databases: database → digest of its token
    :param path: of the file with the server's token, which may be replaced at any time
    """

    def __init__(self, path: Path | None):
        self.databases: dict[str, str] = {}
        self._path = path
        self._digest = ""
        self._read_at: tuple[int, int] | None = None

    def scope(self, header: str) -> str | None:
        """Return what an ``Authorization`` header may see.

        :return: :data:`EVERYTHING`, the name of a database, or ``None``: nothing
        """
        scheme, _space, token = header.partition(" ")
        shown = digest_of(token)
        digests = [(EVERYTHING, self._of_the_server()), *self.databases.items()]
        fitting = _fitting(shown, digests)
        return fitting if scheme.lower() == "bearer" else None

    def _of_the_server(self) -> str:
        try:
            status = self._path.stat() if self._path else None
            version = status and (status.st_mtime_ns, status.st_ino)
            if version != self._read_at:
                token = self._path.read_bytes().strip() if status else b""
                self._digest = hashlib.sha256(token).hexdigest() if token else ""
                self._read_at = version
        except OSError as error:
            if self._read_at is not None:
                _logger.warning("/metrics is closed: %s", error)
            self._digest, self._read_at = "", None
        return self._digest


def _fitting(shown: str, digests: Iterable[tuple[str, str]]) -> str | None:
    """Return whose digest it is, after as long for a wrong one as for a right one."""
    fitting = None
    for scope, digest in digests:
        if hmac.compare_digest(shown, digest) and fitting is None:
            fitting = scope
    return fitting
