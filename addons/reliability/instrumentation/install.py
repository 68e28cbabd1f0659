"""Hooking into Odoo, once in each process."""

import functools
import logging
import sys

from ..collector import service
from . import connection_names, http, registry, retry_scope, transaction
from .recording import recorder

_logger = logging.getLogger(__name__)


def install() -> None:
    """Watch transactions, follow changes, collect; calling it again does nothing.

    An Odoo that has other insides than we know goes on without what cannot be measured.
    """
    every = (
        _measure_calls,
        http.install,
        service.install,
        connection_names.install,
    )
    for hooks in every:
        try:
            hooks()
        except Exception:
            _logger.exception("Reliability cannot measure all of this version of Odoo")


def _measure_calls() -> None:
    """Hooks that are of no use without those before them."""
    recorder()  # while there is one thread: no fork copies its lock
    _allow_for_our_frames()
    transaction.install()
    retry_scope.install()
    registry.install()


@functools.cache
def _allow_for_our_frames() -> None:
    """Let methods recurse as deep as without us: measured, each call is two frames."""
    sys.setrecursionlimit(2 * sys.getrecursionlimit())
