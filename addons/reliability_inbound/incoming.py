"""What the inbound API reads of an HTTP request; plain Python and werkzeug."""

import re

from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.wrappers import Request

from . import problems

_BEARER = re.compile(r"bearer +([!-~]{8,200})", re.IGNORECASE)
_IDEMPOTENCY_KEY = re.compile(r"[ -~]{1,255}")
_CHUNK = 64 * 1024


class IncomingRequest:
    """One request; its body is read once, also where its transaction is retried.

    :ivar method: of HTTP
    """

    def __init__(self, request: Request):
        self._request = request
        self._content: bytes | None = None
        self.method = request.method

    @property
    def token(self) -> str:
        """The API key; empty if there is none."""
        header = self._request.headers.get("Authorization", "")
        found = _BEARER.fullmatch(header.strip())
        return found[1] if found else ""

    @property
    def idempotency_key(self) -> str:
        """The text of the header ``Idempotency-Key``; empty without it.

        The draft of the IETF quotes it, and many clients do not: both are the same.

        :raise Problem: it is no key
        """
        header = self._request.headers.get("Idempotency-Key")
        if header is None:
            return ""
        key = header.strip().removeprefix('"').removesuffix('"')
        if not _IDEMPOTENCY_KEY.fullmatch(key):
            raise problems.invalid_idempotency_key()
        return key

    def read(self, max_bytes: int) -> bytes:
        """Return the body.

        :param max_bytes: no more than this and one byte is read
        :raise Problem: it is larger, is not declared as JSON, or ended early
        """
        if self._content is None:
            self._content = self._read(max_bytes)
        return self._content

    def _read(self, max_bytes: int) -> bytes:
        encoding = self._request.headers.get("Content-Encoding", "identity")
        if not self._request.is_json or encoding.strip().lower() != "identity":
            raise problems.unsupported_type()
        if (self._request.content_length or 0) > max_bytes:
            raise problems.too_large(max_bytes)
        content = bytearray()
        try:
            stream = self._request.stream
            # Without Content-Length, the end is known only when it is reached.
            while part := stream.read(min(_CHUNK, max_bytes + 1 - len(content))):
                content += part
                if len(content) > max_bytes:
                    raise problems.too_large(max_bytes)
        except RequestEntityTooLarge:  # Odoo's own limit is lower
            raise problems.too_large(max_bytes) from None
        except (OSError, ClientDisconnected):
            raise problems.incomplete() from None
        return bytes(content)
