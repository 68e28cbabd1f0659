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
from collections.abc import Callable, Iterable
from types import SimpleNamespace
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
            try:
                found = tuple(inspect.signature(original).parameters)
            except (TypeError, ValueError) as error:  # of some functions written in C
                return f"{where} has unknown parameters: {error}"
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

    def put(self) -> None:
        """Put all layers around the current function."""
        replaced = vars(self._owner).get(self._name)
        function = self._around(getattr(self._owner, self._name))
        setattr(self._owner, self._name, function)
        self._put.append((function, replaced))

    def _around(self, function: Callable) -> Callable:
        """Return a function with all layers around it."""
        for layer in self._layers:
            function = functools.wraps(function)(layer(function))
        return function

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


class SwitchedPatch(Patch):
    """A patch whose layers can be replaced where it is.

    Where other code has wrapped it, it cannot be taken out from below: it stays there,
    and only calls the original until it has layers again.  So calls never pass two sets
    of layers, and other code that restores what it has replaced restores our layers.
    That needs one more frame for each call.
    """

    def set_layers(self, layers: Iterable[Callable[[Callable], Callable]]) -> None:
        """Replace all layers; without any, the original is restored."""
        self._layers = list(layers)
        if self._layers:
            self.put()
        else:
            self.remove()

    def put(self) -> None:  # pylint: disable=missing-return
        if self._is_there():
            self._switch.call = super()._around(self._switch.original)
        else:
            super().put()

    def remove(self) -> None:  # pylint: disable=missing-return
        if self._is_there():
            self._switch.call = self._switch.original
            if vars(self._owner).get(self._name) is self._put[-1][0]:
                super().remove()

    def _is_there(self) -> bool:
        """Return whether it was put, unless other code has restored the original."""
        if not self._put:
            return False
        return getattr(self._owner, self._name) != self._switch.original

    def _around(self, function: Callable) -> Callable:
        layered = super()._around(function)
        switch = self._switch = SimpleNamespace(call=layered, original=function)

        @functools.wraps(function)
        def switched(*args, **kwargs):
            return switch.call(*args, **kwargs)

        return switched


class _Purpose(NamedTuple):
    hooks: tuple[Hook, ...]
    while_paused: bool

    @property
    def is_active(self) -> bool:
        return self.while_paused or kill_switch.on


_purposes: dict[str, _Purpose] = {}
_patches: dict[tuple[int, str], SwitchedPatch] = {}
_problems: dict[str, str] = {}


def instrument(purpose: str, *hooks: Hook, while_paused: bool = False) -> bool:
    """Install hooks, all or none; again for the same purpose does nothing.

    Where purposes share a function, the hooks of the first one are innermost.  Hooks of
    an addon stay when it is uninstalled, until Odoo is restarted.

    :param purpose: what the hooks are for, for administrators
    :param while_paused: whether the hooks stay while the kill switch is off
    :return: whether the hooks are installed
    """
    if purpose in _purposes:
        return True
    problem = (
        _version_problem()
        or next(filter(None, (hook.problem() for hook in hooks)), "")
        or _install(purpose, _Purpose(hooks, while_paused))
    )
    if problem:
        _problems[purpose] = problem
        _logger.error("Not instrumented: %s: %s", purpose, problem)
        return False
    _problems.pop(purpose, None)
    return True


def uninstrument(purpose: str) -> None:
    """Remove the hooks of a purpose."""
    found = _purposes.pop(purpose, None)
    if found:
        _update(found.hooks)


def problems() -> dict[str, str]:
    """Return what could not be instrumented in this process: purpose → reason."""
    return dict(_problems)


def _switched(on: bool) -> None:
    """Install or remove hooks by the kill switch."""
    for purpose in _purposes.values():
        if not purpose.while_paused:
            _update(purpose.hooks)


def _install(purpose: str, hooks: _Purpose) -> str:
    """Install the hooks of a purpose; return the reason if that is impossible."""
    _purposes[purpose] = hooks
    try:
        _update(hooks.hooks)
    except Exception as error:
        uninstrument(purpose)
        return f"{type(error).__name__}: {error}"
    return ""


def _update(hooks: tuple[Hook, ...]) -> None:
    """Give the functions of hooks the layers of all active purposes, in their order."""
    for hook in hooks:
        key = id(hook.owner), hook.name
        if key not in _patches:
            _patches[key] = SwitchedPatch(hook.owner, hook.name)
        _patches[key].set_layers(
            other.make
            for purpose in _purposes.values()
            if purpose.is_active
            for other in purpose.hooks
            if (id(other.owner), other.name) == key
        )


def _version_problem() -> str:
    if release.version_info[:2] == SUPPORTED:
        return ""
    supported = ".".join(map(str, SUPPORTED))
    return f"it is written for Odoo {supported}, and this is {release.series}"


kill_switch.listeners.append(_switched)
