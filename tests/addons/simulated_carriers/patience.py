"""Let connectors give up soon.

DHL's and Correos Express' wait for a minute, and MRW's for ever: zeep has no timeout of
operations unless it is given one.  A test of a timeout would take as long.  So the
transport beneath them, which keeps the time, gets less of it; what they see when it is
up is what they would see later.
"""

import functools

from requests.adapters import HTTPAdapter


def be_impatient(address, seconds=2.0):
    """Let whoever asks at an address wait no longer than some seconds."""
    HTTPAdapter.send = _impatient(_unchanged(HTTPAdapter.send), address, seconds)


def _impatient(send, address, seconds):
    @functools.wraps(send)
    def sending(self, request, stream=False, timeout=None, **kwargs):
        if request.url.startswith(address):
            timeout = _shorter(timeout, seconds)
        return send(self, request, stream=stream, timeout=timeout, **kwargs)

    return sending


def _unchanged(send):
    """Return what was there before: registries come and go in one process."""
    return getattr(send, "__wrapped__", send)


def _shorter(timeout, seconds):
    is_longer = isinstance(timeout, int | float) and timeout > seconds
    return seconds if timeout is None or is_longer else timeout
