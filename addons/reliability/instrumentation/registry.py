"""What is measured in one registry, kept equal to what its database says.

Operations are records.  They are read in plain SQL, since an old registry must come up
on a new schema and the other way round, and read again when Odoo signals that caches
are stale: in every worker, a request, a job or a cron begins with
``Registry.check_signaling``.  So a change takes effect without reloading registries.
"""

import contextlib
import logging
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from odoo import SUPERUSER_ID, api
from odoo.orm.registry import Registry

from .call_middleware import middleware_of
from .eligibility import NotEligible, check
from .guard import guarded
from .instrument import Hook, Patch, instrument
from .kill_switch import kill_switch
from .labels import Source, sources
from .method import InstrumentedMethod
from .operation import Operation
from .own_cursor import own_cursor
from .recording import recorder

_logger = logging.getLogger(__name__)

SWITCHED_OFF = "reliability.switched_off"
"""The kill switch of one database: a system parameter."""

_ATTRIBUTE = "_reliability_measuring"
_SECONDS_BETWEEN_LOOKS = 2.0
_SECONDS_BETWEEN_TRIES = 10.0
_SECONDS_OF_BUILDING = 120.0

_instrumented: "weakref.WeakSet[RegistryInstrumentation]" = weakref.WeakSet()


def install() -> None:
    """Let every worker follow changes when Odoo tells it to."""
    instrument(
        "What is measured, and its changes",
        Hook(Registry, "check_signaling", _follow_changes, ("self", "cr")),
    )


def instrumentation_of(registry: Registry) -> "RegistryInstrumentation":
    """Return what is measured in a registry."""
    if _ATTRIBUTE not in vars(registry):
        setattr(registry, _ATTRIBUTE, RegistryInstrumentation(registry))
    return vars(registry)[_ATTRIBUTE]


def is_measured(registry: Registry) -> bool | None:
    """Say whether a database is measured; ``None`` where it does not have the app."""
    if _ATTRIBUTE not in vars(registry):
        return None
    return kill_switch.on and vars(registry)[_ATTRIBUTE].is_on


class Row(NamedTuple):
    """An operation as the database has it; ``threshold`` in seconds."""

    id: int
    model: str
    method: str
    service: str
    name: str
    threshold: float
    dimension: str | None


class RegistryInstrumentation:
    """The measurements of one registry.

    :ivar is_on: whether anything is, as of the last look
    :param registry: whose classes are measured
    """

    def __init__(self, registry: Registry):
        self.is_on = True
        self._registry = registry
        self._methods: dict[tuple[str, str], InstrumentedMethod] = {}
        self._problems: dict[int, str] = {}
        self._patches: dict[tuple[type, str], Patch] = {}
        self._lock = threading.RLock()
        self._as_of: tuple | None = None
        self._next_look = 0.0
        self._next_try = 0.0
        _instrumented.add(self)

    def follow(self, cr: Any) -> None:
        """Measure what the database says; what cannot be is reported and counted.

        A database that cannot tell, since it is older or newer than this code, must
        come up all the same: what was measured stays.
        """
        with self._lock:
            as_of = self._signals()
            try:
                with cr.savepoint(flush=False):
                    on = kill_switch.is_enabled() and not _is_switched_off(cr)
                    rows = _read(cr) if on else []
                self.is_on = on
                self._measure(api.Environment(cr, SUPERUSER_ID, {}), rows)
                self._as_of, self._next_try = as_of, 0.0
            except Exception as error:
                self._try_later(error)

    def look(self) -> None:
        """Follow changes that were signalled, and see that all is still in place."""
        behind = self._as_of != self._signals()
        now = time.monotonic()
        if now < (self._next_try if behind else self._next_look):
            return
        if not self._lock.acquire(blocking=False):
            return  # another thread is doing it
        try:
            self._next_look = now + _SECONDS_BETWEEN_LOOKS
            if behind:
                self._follow_by_itself()
            self._put_back()
        finally:
            self._lock.release()

    def stop(self) -> None:
        """Take all measurements away, until :meth:`follow` is called.

        The classes are about to be built anew: :meth:`look` leaves them alone.
        """
        with self._lock:
            self._leave()
            self._next_try = time.monotonic() + _SECONDS_OF_BUILDING

    def patch(
        self, model_class: type, name: str, layer: Callable[[Callable], Callable]
    ) -> None:
        """Put something around a method of a model, as long as it may be measured.

        It takes the place of what was put there before.

        :param model_class: a class of this registry
        :param layer: takes the method, returns what takes its place
        """
        patch = Patch(model_class, name, layer)
        with self._lock:
            if before := self._patches.pop((model_class, name), None):
                before.remove()
            self._patches[model_class, name] = patch
            if kill_switch.on:
                patch.put()

    def unpatch(self, model_class: type) -> None:
        """Take away what :meth:`patch` has put around methods of a class."""
        with self._lock:
            for key in [key for key in self._patches if key[0] is model_class]:
                self._patches.pop(key).remove()

    def pause(self) -> None:
        """Give the classes their own methods back, until :meth:`resume`."""
        with self._lock:
            self._leave()
            for patch in self._patches.values():
                patch.remove()

    def resume(self) -> None:
        """Measure again what the database says, from the next signal on."""
        with self._lock:
            self._as_of, self._next_try = None, 0.0
            for patch in self._patches.values():
                patch.put()

    def _leave(self) -> None:
        for measured in self._methods.values():
            measured.leave()
        self._methods.clear()
        self._as_of = None

    def _follow_by_itself(self) -> None:
        try:
            with own_cursor(self._registry) as cr:
                self.follow(cr)
        except Exception as error:  # also PostgreSQL's: it is not the caller's cursor
            self._try_later(error)

    def _try_later(self, error: Exception) -> None:
        self._next_try = time.monotonic() + _SECONDS_BETWEEN_TRIES
        _logger.warning("Reliability cannot tell what to measure: %s", error)

    def _signals(self) -> tuple:
        """Return what changes whenever something may have changed."""
        return self._registry.cache_sequences.get("stable"), kill_switch.is_enabled()

    def _measure(self, env: api.Environment, rows: Iterable[Row]) -> None:
        problems: dict[int, str] = {}
        wanted = _wanted(env, rows, problems)
        for key in self._methods.keys() - wanted.keys():
            self._methods.pop(key).leave()
        for (model, method), operation in wanted.items():
            measured = self._methods.get((model, method))
            if measured is None:
                measured = InstrumentedMethod(env.registry[model], method, operation)
                self._methods[model, method] = measured
            measured.operation = operation
        self._report(problems)

    def _report(self, problems: dict[int, str]) -> None:
        new = problems.keys() - self._problems.keys()
        for operation_id in new:
            _logger.warning("Not measured: %s", problems[operation_id])
        if new:
            recorder().count("not_measurable", len(new))
        self._problems = problems

    def _put_back(self) -> None:
        for (model, method), measured in self._methods.items():
            if measured.put_back():
                _logger.warning("%s.%s was measured no more: put back", model, method)
                recorder().count("removed")


def _follow_changes(check_signaling):
    def checking(self, cr=None):
        registry = check_signaling(self, cr)
        _look(registry)
        return registry

    return checking


@guarded
def _look(registry: Registry) -> None:
    if _ATTRIBUTE in vars(registry):
        instrumentation_of(registry).look()


def _switched(on: bool) -> None:
    """Follow the kill switch."""
    for instrumentation in list(_instrumented):
        instrumentation.resume() if on else instrumentation.pause()


kill_switch.listeners.append(_switched)


def is_switched_off(value: str | bool | None) -> bool:
    """Say whether a value of :data:`SWITCHED_OFF` means it: whatever is not a no."""
    return str(value or "").strip().lower() not in ("", "0", "f", "false", "n", "no")


def _is_switched_off(cr: Any) -> bool:
    """Say whether the database is switched off in its Settings."""
    cr.execute(
        "SELECT value FROM ir_config_parameter WHERE key = %s",
        [SWITCHED_OFF],
        log_exceptions=False,
    )
    return any(is_switched_off(value) for (value,) in cr.fetchall())


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
    """Return what to measure: model and method → what its calls are counted as.

    Models that inherit from a measured one are measured with it, each from outside its
    own overrides; one with an operation of its own counts as that.
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
            with contextlib.suppress(NotEligible):  # its own override is another kind
                check(env, model, row.method)
                found = _sources(env, row, model, {})
                inherited[model, row.method] = _operation(env, row, model, found)
    return inherited | own


def _sources(
    env: api.Environment, row: Row, model: str, problems: dict[int, str]
) -> list[Source]:
    """Return where labels come from; the usual ones where a dimension is gone."""
    try:
        return sources(env, model, row.dimension)
    except NotEligible as problem:
        problems[row.id] = str(problem)
        return sources(env, model, None)


def _operation(
    env: api.Environment, row: Row, model: str, found: list[Source]
) -> Operation:
    verdict = env.registry[model]._reliability_outcome
    return Operation(
        env.registry.db_name,
        row.service,
        row.name,
        row.threshold,
        found,
        own_cursor=partial(own_cursor, env.registry),
        surround=middleware_of(env, row.id),
        judges=verdict is not env.registry["base"]._reliability_outcome,
    )
