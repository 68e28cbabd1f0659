"""Installation of all hooks, once in each process."""

import functools
import logging
import sys
from collections.abc import Callable

from . import (
    connection_names,
    http,
    process_starts,
    registry,
    registry_load,
    retry_scope,
    transaction,
)
from .recording import recorder

_logger = logging.getLogger(__name__)


def install(*others: Callable[[], None]) -> None:
    """Install the hooks of the instrumentation, and then others; again does nothing.

    Where this version of Odoo lacks what a hook needs, Odoo goes on without the hook.
    """
    ours = (
        _install_hooks_of_calls,
        http.install,
        connection_names.install,
        process_starts.install,
        registry_load.install,
    )
    for install_hooks in (*ours, *others):
        try:
            install_hooks()
        except Exception:
            _logger.exception("Reliability cannot measure all of this version of Odoo")


def _install_hooks_of_calls() -> None:
    """Install hooks that each need the ones before them."""
    recorder()  # while there is one thread: no fork copies its lock
    _raise_recursion_limit()
    transaction.install()
    retry_scope.install()
    registry.install()


@functools.cache
def _raise_recursion_limit() -> None:
    """Let measured methods recurse as deep as others: each call has two frames."""
    sys.setrecursionlimit(2 * sys.getrecursionlimit())
