"""The only mechanism that wraps functions of Odoo, and restores them.

::

    instrument("Retries", Hook(service_model, "retrying", _wrap, ("func", "env")))

``make(original)`` returns the replacement of ``original``, which calls it and returns
its result.  All hooks of a purpose are installed, or none: what this version of Odoo
lacks is reported in Settings instead of failing.  While the kill switch is off, Odoo
has its own function objects back, except for the purposes that are needed to switch on
again.
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
    """A function of Odoo or another library, and its wrapper.

    :ivar owner: the module or class that has the function
    :ivar name: of the function in its owner
    :ivar make: takes the original and returns its replacement
    :ivar parameters: names that the parameters of the original must begin with; without
        any, they are not checked
    """

    owner: Any
    name: str
    make: Callable[[Callable], Callable]
    parameters: tuple[str, ...] = ()

    def problem(self) -> str:
        """Return the reason why it cannot be instrumented; empty if it can."""
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
    """The layers around one function, the last one outermost.

    Layers of other code, inside or outside, stay in effect.

    :param owner: the module or class that has the function
    :param name: of the function in its owner
    """

    def __init__(self, owner: Any, name: str, *layers: Callable[[Callable], Callable]):
        self._owner = owner
        self._name = name
        self._layers = list(layers)
        self._put: list[tuple[Callable, Any]] = []

    def add(self, layer: Callable[[Callable], Callable]) -> None:
        """Add a layer outside of the others."""
        self.remove()
        self._layers.append(layer)
        self.put()

    def discard(self, layer: Callable[[Callable], Callable]) -> None:
        """Remove one layer; without any, the original is restored."""
        self.remove()
        self._layers.remove(layer)
        if self._layers:
            self.put()

    def put(self) -> None:
        """Put all layers around the current function."""
        replaced = vars(self._owner).get(self._name)
        function = getattr(self._owner, self._name)
        for layer in self._layers:
            function = functools.wraps(function)(layer(function))
        self._put.append((function, replaced))
        setattr(self._owner, self._name, function)

    def remove(self) -> None:
        """Restore the function of the owner, unless other code has wrapped ours."""
        while self._put:
            function, replaced = self._put.pop()
            if vars(self._owner).get(self._name) is not function:
                continue
            if replaced is None:
                delattr(self._owner, self._name)
            else:
                setattr(self._owner, self._name, replaced)

    def is_effective(self) -> bool:
        """Return whether calls go through the layers that were put last."""
        current = getattr(self._owner, self._name, None)
        return any(layer is self._put[-1][0] for layer in layers_of(current))


class _Purpose(NamedTuple):
    hooks: tuple[Hook, ...]
    while_paused: bool


_purposes: dict[str, _Purpose] = {}
_patches: dict[tuple[int, str], Patch] = {}
_problems: dict[str, str] = {}


def instrument(purpose: str, *hooks: Hook, while_paused: bool = False) -> bool:
    """Install hooks, all or none; again for the same purpose does nothing.

    :param purpose: what the hooks are for, for administrators
    :param while_paused: whether the hooks stay while the kill switch is off
    :return: whether the hooks are installed
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
    """Remove the hooks of a purpose."""
    found = _purposes.pop(purpose, None)
    if found and (found.while_paused or kill_switch.on):
        _remove(found.hooks)


def problems() -> dict[str, str]:
    """Return what could not be instrumented in this process: purpose → reason."""
    return dict(_problems)


def _switched(on: bool) -> None:
    """Install or remove hooks by the kill switch."""
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
