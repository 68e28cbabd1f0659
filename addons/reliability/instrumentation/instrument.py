"""The one way in which something is put around Odoo's code, and taken away again.

::

    instrument("Retries", Hook(service_model, "retrying", _retrying, ("func", "env")))

``make(original)`` returns what takes the place of ``original``, calls it, and returns
what it returns.  All hooks of a purpose are put in place, or none: what this version of
Odoo does not have is reported in Settings instead of failing.  While the kill switch is
off, Odoo has its own function objects back, except for purposes that are needed to
switch on again.
"""

import functools
import inspect
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from odoo import release

from .eligibility import layers_of
from .kill_switch import kill_switch

_logger = logging.getLogger(__name__)

SUPPORTED = (19, 0)
"""The version of Odoo that hooks are written for."""


class Hook(NamedTuple):
    """One function of somebody else.

    :ivar owner: the module or class that has it
    :ivar name: what it is called there
    :ivar make: takes the original, returns what is put in its place
    :ivar parameters: the names that its parameters must begin with; without any, they
        are not checked
    """

    owner: Any
    name: str
    make: Callable[[Callable], Callable]
    parameters: tuple[str, ...] = ()

    def problem(self) -> str:
        """Return why it cannot be instrumented; empty where it can."""
        where = f"{getattr(self.owner, '__name__', self.owner)}.{self.name}"
        original = getattr(self.owner, self.name, None)
        if not callable(original):
            return f"{where} does not exist"
        if self.parameters:
            found = tuple(inspect.signature(original).parameters)
            if found[: len(self.parameters)] != self.parameters:
                return f"{where} has other parameters: {', '.join(found)}"
        return ""


class Patch:
    """What is around one function: layers, the last one outside.

    What others put there, before us or after us, stays in effect.

    :param owner: the module or class that has the function
    :param name: what it is called there
    """

    def __init__(self, owner: Any, name: str, *layers: Callable[[Callable], Callable]):
        self._owner = owner
        self._name = name
        self._layers = list(layers)
        self._put: list[tuple[Callable, Any]] = []

    def add(self, layer: Callable[[Callable], Callable]) -> None:
        """Put one more layer outside."""
        self.remove()
        self._layers.append(layer)
        self.put()

    def discard(self, layer: Callable[[Callable], Callable]) -> None:
        """Take one layer away; without any, the original is back."""
        self.remove()
        self._layers.remove(layer)
        if self._layers:
            self.put()

    def put(self) -> None:
        """Put all layers around what is there now."""
        replaced = vars(self._owner).get(self._name)
        function = getattr(self._owner, self._name)
        for layer in self._layers:
            function = functools.wraps(function)(layer(function))
        self._put.append((function, replaced))
        setattr(self._owner, self._name, function)

    def remove(self) -> None:
        """Give the owner its own function back, unless somebody has wrapped ours."""
        while self._put:
            function, replaced = self._put.pop()
            if vars(self._owner).get(self._name) is not function:
                continue
            if replaced is None:
                delattr(self._owner, self._name)
            else:
                setattr(self._owner, self._name, replaced)

    def is_effective(self) -> bool:
        """Say whether calls go through the layers that were put last."""
        current = getattr(self._owner, self._name, None)
        return any(layer is self._put[-1][0] for layer in layers_of(current))


class _Purpose(NamedTuple):
    hooks: tuple[Hook, ...]
    while_paused: bool


_purposes: dict[str, _Purpose] = {}
_patches: dict[tuple[int, str], Patch] = {}
_problems: dict[str, str] = {}


def instrument(purpose: str, *hooks: Hook, while_paused: bool = False) -> bool:
    """Put hooks in place, all or none; again for the same purpose does nothing.

    :param purpose: what they are for, in words that an administrator understands
    :param while_paused: whether they stay while the kill switch is off
    :return: whether they are in place
    """
    if purpose in _purposes:
        return True
    problem = _version_problem() or next(
        filter(None, (hook.problem() for hook in hooks)), ""
    )
    if problem:
        _problems[purpose] = problem
        _logger.error("Not instrumented: %s: %s", purpose, problem)
        return False
    _problems.pop(purpose, None)
    _purposes[purpose] = _Purpose(hooks, while_paused)
    if while_paused or kill_switch.on:
        _put(hooks)
    return True


def uninstrument(purpose: str) -> None:
    """Take the hooks of a purpose away for good."""
    found = _purposes.pop(purpose, None)
    if found and (found.while_paused or kill_switch.on):
        _remove(found.hooks)


def problems() -> dict[str, str]:
    """Return what could not be instrumented in this process: purpose → reason."""
    return dict(_problems)


def _switched(on: bool) -> None:
    """Follow the kill switch."""
    for purpose in _purposes.values():
        if not purpose.while_paused:
            (_put if on else _remove)(purpose.hooks)


def _put(hooks: tuple[Hook, ...]) -> None:
    for hook in hooks:
        key = id(hook.owner), hook.name
        if key not in _patches:
            _patches[key] = Patch(hook.owner, hook.name)
        _patches[key].add(hook.make)


def _remove(hooks: tuple[Hook, ...]) -> None:
    for hook in hooks:
        _patches[id(hook.owner), hook.name].discard(hook.make)


def _version_problem() -> str:
    if release.version_info[:2] == SUPPORTED:
        return ""
    supported = ".".join(map(str, SUPPORTED))
    return f"it is written for Odoo {supported}, and this is {release.series}"


kill_switch.listeners.append(_switched)
