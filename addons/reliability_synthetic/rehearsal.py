"""A rehearsal: the steps of a journey in one transaction, which is always rolled back.

::

    attempt = rehearse(journey)

Two implicit steps surround those of the journey: *prepare* makes what they work on, and
*commit* finds what a COMMIT would refuse.  The first step that fails ends the attempt.
What remains are gaps of serial ids, and files until they are garbage-collected.
"""

import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.http import borrow_request
from odoo.orm.registry import Registry

from odoo.addons.reliability.api import masked, masked_logger, unmeasured

from . import isolation
from .isolation import Refused
from .problems import LIMIT, MISSING_RIGHT, Problem, problem_of
from .run_result import FAILED, PASSED, SLOW, Attempt, StepResult
from .steps.case import Case
from .steps.commit import check_commit
from .steps.prepare import prepare
from .watchdog import LimitReached, Watchdog

PREPARE, COMMIT = "prepare", "commit"
"""The codes of the implicit steps."""
NAMES = "reliability_synthetic.names"
"""Key in the cache of a cursor: the names that stand for numbers of sequences."""

_LOCK = 0x53796E74
"""The class of advisory locks, one for each journey."""
_LOCK_TIMEOUT = 2.0
"""Seconds until a row that somebody else has locked fails the step."""

_GRACE = 1.0
"""Seconds that PostgreSQL waits longer than the watchdog before it ends a query."""

_logger = masked_logger(__name__)


def is_rehearsal(env: Environment) -> bool:
    """Return whether this transaction is a rehearsal.

    The mark is on the cursor, since code may drop what is in the context.
    """
    return NAMES in env.cr.cache


def next_name(env: Environment) -> str:
    """Return a name instead of the next number of a sequence, in a rehearsal."""
    return next(env.cr.cache[NAMES])


class AlreadyRunning(Exception):
    """Another worker or host is running this journey."""


class Step(NamedTuple):
    """A step of a plan.

    :ivar slow_after: seconds; 0 for a step that is never slow
    :ivar parameters: keyword arguments of its function
    """

    code: str
    slow_after: float = 0.0
    parameters: dict = {}


class Plan(NamedTuple):
    """What a journey wants, by ids: its transaction may be another one.

    :ivar warehouse: 0 for the first one of the company
    :ivar functions: code of a step → function of a case and the parameters
    """

    journey: int
    company: int
    warehouse: int
    user: int
    limit_seconds: float
    steps: tuple[Step, ...]
    functions: dict[str, Callable]


def rehearse(journey) -> Attempt:
    """Run the steps of a journey; what fails is in the attempt.

    :param journey: a record of ``reliability.synthetic.journey``
    :raise AlreadyRunning: another worker or host runs it
    """
    return rehearse_plan(journey.env.registry, journey._rehearsal_plan())


def rehearse_plan(registry: Registry, plan: Plan) -> Attempt:
    """Run a plan without the transaction of the caller, as :func:`rehearse` does."""
    return _Rehearsal(registry, plan).run()


class _Rehearsal:
    """One attempt of a plan."""

    def __init__(self, registry: Registry, plan: Plan):
        self._registry = registry
        self._plan = plan
        self._cr = None
        self._case: Case | None = None
        self._results: list[StepResult] = []
        self._watchdog = Watchdog(plan.limit_seconds, self._cancel)

    def run(self) -> Attempt:
        """Return the attempt.

        The steps see no request: what they do with that of the caller would stay.
        """
        started_at, self._began = _now(), time.perf_counter()
        invalidated = set(self._registry.cache_invalidated)
        with unmeasured(), borrow_request():
            self._is_isolated = isolation.install()
            try:
                self._execute_until_limit()
            finally:
                isolation.end()
                self._undo(invalidated)
        return Attempt(started_at, self._seconds(), tuple(self._results))

    def _execute_until_limit(self) -> None:
        """Execute the steps; afterwards nothing is ended any more."""
        try:
            try:
                self._watchdog.start()
                self._execute_all()
            finally:
                self._watchdog.stop()
        except LimitReached as error:  # between two steps
            self._watchdog.stop()
            self._add_limit(error)

    def _seconds(self) -> float:
        """Return the seconds since the attempt began."""
        return time.perf_counter() - self._began

    def _steps(self) -> list[tuple[Step, Callable[[], None]]]:
        """Return all steps, and what they do."""
        return [
            (Step(PREPARE), self._prepare),
            *((step, partial(self._do, step)) for step in self._plan.steps),
            (Step(COMMIT), partial(self._isolated, check_commit)),
        ]

    def _execute_all(self) -> None:
        for step, function in self._steps():
            result = self._execute(step, function)
            self._results.append(result)
            if result.result == FAILED:
                return

    def _execute(self, step: Step, function: Callable[[], None]) -> StepResult:
        """Return the result of a step."""
        started_at, began = _now(), time.perf_counter()
        error = None
        try:
            function()
        except AlreadyRunning:
            raise
        except (Exception, Refused, LimitReached) as caught:
            error = caught
        seconds = time.perf_counter() - began
        if error:
            return self._failed(step, started_at, seconds, error)
        is_slow = step.slow_after and seconds > step.slow_after
        return StepResult(step.code, started_at, seconds, SLOW if is_slow else PASSED)

    def _failed(self, step: Step, started_at, seconds: float, error) -> StepResult:
        cause, values = problem_of(error)
        if self._watchdog.is_over or self._seconds() > self._plan.limit_seconds:
            cause, values = LIMIT, {"seconds": self._plan.limit_seconds}
        if cause == MISSING_RIGHT:
            values["user"] = self._case.user_name if self._case else "Odoo"
        _logger.info("Step %s has failed: %s", step.code, cause, exc_info=error)
        is_ours = isinstance(error, (Problem, LimitReached))
        text = "" if is_ours else masked(f"{type(error).__name__}: {error}")
        values = {name: _storable(value) for name, value in values.items()}
        return StepResult(step.code, started_at, seconds, FAILED, cause, text, values)

    def _add_limit(self, error: LimitReached) -> None:
        """Let the step fail that would have been next."""
        steps = self._steps()[len(self._results) :]
        if steps and not any(one.result == FAILED for one in self._results):
            self._results.append(self._failed(steps[0][0], _now(), 0.0, error))

    def _prepare(self) -> None:
        """Open the cursor, and make what the steps work on."""
        if not self._is_isolated:
            raise Problem("not_isolated")
        self._connect()
        self._isolated(self._make_case)

    def _connect(self) -> None:
        plan = self._plan
        self._cr = cr = self._registry.cursor()
        isolation.refuse_ends(cr)
        cr.cache[NAMES] = iter(_Names(plan.journey))
        cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK, plan.journey])
        if not cr.fetchone()[0]:
            raise AlreadyRunning

    def _make_case(self, _case: None) -> None:
        plan = self._plan
        env = Environment(self._cr, SUPERUSER_ID, {})
        self._case = prepare(env, plan.company, plan.warehouse, plan.user)

    def _do(self, step: Step) -> None:
        """Execute a step of the journey, and write what is pending then."""
        function = self._plan.functions[step.code]

        def execute(case):
            function(case, **step.parameters)
            case.env.flush_all()

        self._isolated(execute)

    def _isolated(self, function: Callable[[Case | None], None]) -> None:
        self._limit_statements()
        isolation.run_isolated(function, self._case)
        if self._cr._cnx.get_transaction_status() == TRANSACTION_STATUS_IDLE:
            raise Problem("ended_transaction")

    def _limit_statements(self) -> None:
        """Let PostgreSQL end what the watchdog does not, and no lock be waited for."""
        left = self._plan.limit_seconds - self._seconds() + _GRACE
        timeouts = [f"{max(1, int(left * 1000))}ms", f"{_LOCK_TIMEOUT}s"]
        self._cr.execute(
            "SELECT set_config('statement_timeout', %s, true),"
            " set_config('lock_timeout', %s, true)",
            timeouts,
        )

    def _cancel(self) -> None:
        """End the query that is running, from another thread."""
        with contextlib.suppress(Exception):
            self._cr._cnx.cancel()

    def _undo(self, invalidated: set[str]) -> None:
        """Roll back, and empty the caches that know of what never was.

        :param invalidated: what the caller has still to signal to other workers
        """
        if self._cr is not None:
            # What compensates for a rollback acts for good, and nothing was done.
            self._cr.prerollback.clear()
            self._cr.postrollback.clear()
            with contextlib.suppress(Exception, Refused):  # the connection is lost
                self._cr.close()
        with contextlib.suppress(Exception):
            self._registry.reset_changes()
        self._registry.cache_invalidated.update(invalidated)


class _Names:
    """Names instead of numbers of sequences: no two rehearsals share one.

    As most of Odoo's, they have one slash: some code takes them to pieces there.
    """

    def __init__(self, journey: int):
        self._journey = journey
        self._count = 0

    def __iter__(self):
        return self

    def __next__(self) -> str:
        self._count += 1
        return f"REHEARSAL-{self._journey}/{self._count}"


def _storable(value):
    """Return a value for JSON, without secrets."""
    return masked(value) if isinstance(value, str) else value


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
