"""Instrumentation of a registry: measures the operations that its database has.

Operations are records.  They are read in plain SQL, since registry and schema may be of
different versions while addons are upgraded.  They are read again when Odoo signals
that caches are stale: in every worker, a request, a job or a cron starts with
``Registry.check_signaling``.  So a change takes effect without reloading registries.
"""

import contextlib
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from odoo import SUPERUSER_ID, api
from odoo.orm.registry import Registry

from ..telemetry.masked_log import masked_logger
from ..telemetry.parameters import SwitchParameter
from .call_middleware import middleware_of
from .eligibility import NotEligible, check
from .guard import guarded
from .instrument import Hook, SwitchedPatch, instrument
from .kill_switch import kill_switch
from .labels import Source, sources
from .method import InstrumentedMethod
from .operation import Operation
from .own_cursor import own_cursor
from .recording import recorder

_logger = masked_logger(__name__)

SWITCHED_OFF = SwitchParameter("reliability.switched_off")
"""Pauses measuring in a database.  It says "off": where it is missing, measuring goes
on."""

_ATTRIBUTE = "_reliability_instrumentation"
_SECONDS_BETWEEN_CHECKS = 2.0
_SECONDS_BETWEEN_ATTEMPTS = 10.0
_MAX_SECONDS_OF_SETUP = 120.0

_instrumented: "weakref.WeakSet[RegistryInstrumentation]" = weakref.WeakSet()


def install() -> None:
    """Check for changed operations whenever Odoo checks for stale caches."""
    instrument(
        "What is measured, and its changes",
        Hook(Registry, "check_signaling", _wrap_check_signaling, ("self", "cr")),
    )


def instrumentation_of(registry: Registry) -> "RegistryInstrumentation":
    """Return the instrumentation of a registry, which is made at first use."""
    if _ATTRIBUTE not in vars(registry):
        setattr(registry, _ATTRIBUTE, RegistryInstrumentation(registry))
    return vars(registry)[_ATTRIBUTE]


def is_measured(registry: Registry) -> bool | None:
    """Return whether a database is measured; ``None`` if the app is not installed."""
    if _ATTRIBUTE not in vars(registry):
        return None
    return kill_switch.on and vars(registry)[_ATTRIBUTE].is_on


class Row(NamedTuple):
    """A row of the operations; ``threshold`` in seconds."""

    id: int
    model: str
    method: str
    service: str
    name: str
    threshold: float
    dimension: str | None


class RegistryInstrumentation:
    """The instrumentation of the model classes of a registry.

    :ivar is_on: whether the database is measured, as of the last synchronization
    """

    def __init__(self, registry: Registry):
        self.is_on = True
        self._registry = registry
        self._methods: dict[tuple[str, str], InstrumentedMethod] = {}
        self._problems: dict[int, str] = {}
        self._patches: dict[tuple[type, str], SwitchedPatch] = {}
        self._lock = threading.RLock()
        self._synchronized: tuple | None = None  # the signals at that time
        self._next_check = 0.0
        self._next_attempt = 0.0
        _instrumented.add(self)

    def synchronize(self, cr: Any) -> None:
        """Measure the operations of the database, and no others.

        Operations that cannot be measured are reported and counted.  A database whose
        schema is older or newer than this code must be usable, too: if it cannot be
        read, nothing changes.
        """
        with self._lock:
            signals = self._signals()
            try:
                with cr.savepoint(flush=False):
                    on = kill_switch.is_enabled() and not _is_switched_off(cr)
                    rows = _read(cr) if on else []
                self.is_on = on
                self._switch_patches()
                self._instrument(api.Environment(cr, SUPERUSER_ID, {}), rows)
                self._synchronized, self._next_attempt = signals, 0.0
            except Exception as error:
                self._postpone(error)

    def check(self) -> None:
        """Apply signalled changes, and restore methods that other code has replaced."""
        is_stale = self._synchronized != self._signals()
        now = time.monotonic()
        if now < (self._next_attempt if is_stale else self._next_check):
            return
        if not self._lock.acquire(blocking=False):
            return  # another thread is doing it
        try:
            self._next_check = now + _SECONDS_BETWEEN_CHECKS
            if is_stale:
                self._synchronize_on_own_cursor()
            self._put_back()
        finally:
            self._lock.release()

    def stop(self) -> None:
        """Remove the instrumentation until :meth:`synchronize` is called.

        Odoo calls this before it sets up the classes again.  Until that has ended,
        :meth:`check` does nothing.
        """
        with self._lock:
            self._remove_methods()
            self._next_attempt = time.monotonic() + _MAX_SECONDS_OF_SETUP

    def patch(
        self, model_class: type, name: str, layer: Callable[[Callable], Callable]
    ) -> None:
        """Put a layer around a method, which is removed while measuring is paused.

        It replaces an earlier one of the same method.

        :param model_class: a class of this registry
        :param layer: takes the method and returns its replacement
        """
        patch = SwitchedPatch(model_class, name, layer)
        with self._lock:
            if earlier := self._patches.pop((model_class, name), None):
                earlier.remove()
            self._patches[model_class, name] = patch
            self._switch_patches()

    def unpatch(self, model_class: type) -> None:
        """Remove the layers that :meth:`patch` has put around methods of a class."""
        with self._lock:
            for key in [key for key in self._patches if key[0] is model_class]:
                self._patches.pop(key).remove()

    def pause(self) -> None:
        """Restore the methods of the classes until :meth:`resume` is called."""
        with self._lock:
            self._remove_methods()
            self._switch_patches()

    def resume(self) -> None:
        """Let the next :meth:`check` measure again."""
        with self._lock:
            self._synchronized, self._next_attempt = None, 0.0
            self._switch_patches()

    def _switch_patches(self) -> None:
        """Put the layers of :meth:`patch`, or remove them while nothing is measured."""
        for patch in self._patches.values():
            if kill_switch.on and self.is_on:
                patch.put()
            else:
                patch.remove()

    def _remove_methods(self) -> None:
        for method in self._methods.values():
            method.leave()
        self._methods.clear()
        self._synchronized = None

    def _synchronize_on_own_cursor(self) -> None:
        try:
            with own_cursor(self._registry) as cr:
                self.synchronize(cr)
        except Exception as error:  # also PostgreSQL's: it is not the caller's cursor
            self._postpone(error)

    def _postpone(self, error: Exception) -> None:
        self._next_attempt = time.monotonic() + _SECONDS_BETWEEN_ATTEMPTS
        _logger.warning("Reliability cannot read what to measure: %s", error)

    def _signals(self) -> tuple:
        """Return values that differ if operations may have changed."""
        return self._registry.cache_sequences.get("stable"), kill_switch.is_enabled()

    def _instrument(self, env: api.Environment, rows: Iterable[Row]) -> None:
        problems: dict[int, str] = {}
        wanted = _wanted(env, rows, problems)
        for key in self._methods.keys() - wanted.keys():
            self._methods.pop(key).leave()
        for (model, name), operation in wanted.items():
            method = self._methods.get((model, name))
            if method is None:
                method = InstrumentedMethod(env.registry[model], name, operation)
                self._methods[model, name] = method
            method.operation = operation
        self._report(problems)

    def _report(self, problems: dict[int, str]) -> None:
        new = problems.keys() - self._problems.keys()
        for operation_id in new:
            _logger.warning("Not measured: %s", problems[operation_id])
        if new:
            recorder().count("not_measurable", len(new))
        self._problems = problems

    def _put_back(self) -> None:
        for (model, name), method in self._methods.items():
            if method.put_back():
                _logger.warning("%s.%s is measured again: it was replaced", model, name)
                recorder().count("removed")


def _wrap_check_signaling(check_signaling):
    def wrapper(self, cr=None):
        registry = check_signaling(self, cr)
        _check(registry)
        return registry

    return wrapper


@guarded
def _check(registry: Registry) -> None:
    if _ATTRIBUTE in vars(registry):
        instrumentation_of(registry).check()


def _switched(on: bool) -> None:
    """Pause or resume all registries by the kill switch."""
    for instrumentation in list(_instrumented):
        instrumentation.resume() if on else instrumentation.pause()


kill_switch.listeners.append(_switched)


def _is_switched_off(cr: Any) -> bool:
    """Return whether measuring is paused in the Settings of the database."""
    cr.execute(
        "SELECT value FROM ir_config_parameter WHERE key = %s",
        [SWITCHED_OFF.key],
        log_exceptions=False,
    )
    return any(SWITCHED_OFF.parse(value) for (value,) in cr.fetchall())


def _read(cr: Any) -> list[Row]:
    """Return the active operations."""
    cr.execute(
        """
        SELECT operation.id, operation.model, operation.method, service.code,
               operation.code, operation.threshold, operation.dimension
          FROM reliability_operation operation
          JOIN reliability_service service ON service.id = operation.service_id
         WHERE operation.active
         ORDER BY operation.id
        """,
        log_exceptions=False,
    )
    return [Row(*row) for row in cr.fetchall()]


def _wanted(
    env: api.Environment, rows: Iterable[Row], problems: dict[int, str]
) -> dict[tuple[str, str], Operation]:
    """Return what to measure: model and method → operation.

    Models that inherit from a measured model are measured with it, each outside of its
    own overrides, unless they have an operation of their own.

    :param problems: receives the reasons: id of the operation → reason
    """
    own: dict[tuple[str, str], Operation] = {}
    inherited: dict[tuple[str, str], Operation] = {}
    for row in rows:
        try:
            check(env, row.model, row.method)
        except NotEligible as problem:
            problems[row.id] = str(problem)
            continue
        found = _sources(env, row, row.model, problems)
        own[row.model, row.method] = _operation(env, row, row.model, found)
        for model in env.registry.descendants([row.model], "_inherit"):
            with contextlib.suppress(NotEligible):  # its override may be ineligible
                check(env, model, row.method)
                found = _sources(env, row, model, {})
                inherited[model, row.method] = _operation(env, row, model, found)
    return inherited | own


def _sources(
    env: api.Environment, row: Row, model: str, problems: dict[int, str]
) -> list[Source]:
    """Return the sources of labels; the default ones if the dimension is invalid."""
    try:
        return sources(env, model, row.dimension)
    except NotEligible as problem:
        problems[row.id] = str(problem)
        return sources(env, model, None)


def _operation(
    env: api.Environment, row: Row, model: str, found: list[Source]
) -> Operation:
    hook = env.registry[model]._reliability_outcome
    return Operation(
        env.registry.db_name,
        row.service,
        row.name,
        row.threshold,
        found,
        own_cursor=partial(own_cursor, env.registry),
        has_outcome_hook=hook is not env.registry["base"]._reliability_outcome,
        middleware=middleware_of(env, row.id),
    )
