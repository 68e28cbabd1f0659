"""Wrapping functions of Odoo that have no hook of their own."""

import functools
from collections.abc import Callable
from typing import Any

_wrapped: set[tuple[int, str]] = set()


def wrap_once(owner: Any, name: str, make: Callable[[Callable], Callable]) -> None:
    """Replace ``owner.name`` by ``make(original)``, at most once in this process.

    The original is called by the replacement, so that others who wrapped the same
    function before or after us stay in effect.
    """
    if (id(owner), name) in _wrapped:
        return
    original = getattr(owner, name)
    setattr(owner, name, functools.wraps(original)(make(original)))
    _wrapped.add((id(owner), name))
