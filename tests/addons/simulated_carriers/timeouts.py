"""Shorter timeouts for connectors.

DHL's and Correos Express' connectors wait for a minute, and MRW's without limit: zeep
has no timeout of operations by default.  A test of a timeout would take as long.  The
HTTP adapter beneath them applies the timeout, so it gets a shorter one; the connectors
see the same error, only earlier.
"""

import functools

from requests.adapters import HTTPAdapter


def shorten_timeouts(address, seconds=2.0):
    """Limit the timeout of all requests to an address, in seconds."""
    send = _original(HTTPAdapter.send)
    HTTPAdapter.send = _with_limit(send, address, seconds)


def _with_limit(send, address, seconds):
    @functools.wraps(send)
    def sending(self, request, stream=False, timeout=None, **kwargs):
        if request.url.startswith(address):
            timeout = _limited(timeout, seconds)
        return send(self, request, stream=stream, timeout=timeout, **kwargs)

    return sending


def _original(send):
    """Return the method before any patch: registries come and go in one process."""
    return getattr(send, "__wrapped__", send)


def _limited(timeout, seconds):
    is_longer = isinstance(timeout, int | float) and timeout > seconds
    return seconds if timeout is None or is_longer else timeout
