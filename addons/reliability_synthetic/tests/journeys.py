"""Journeys whose runs have the results that a test chooses."""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import TransactionCase, freeze_time

from .. import rehearsal
from ..run_result import FAILED, INSIDE, PASSED, SLOW, Attempt, RunResult, StepResult

NOON = datetime(2026, 3, 2, 12)
"""A Monday."""
ORDER = ("quotation", "confirm", "reserve", "validate")


def after(minutes):
    """Return noon and so many minutes."""
    return NOON + timedelta(minutes=minutes)


def attempt(*results, when=NOON, seconds=0.5, cause="", error="", values=None):
    """Return an attempt whose steps take a second each, less than the whole.

    :param results: of the steps, in the sequence of an order
    """
    steps = []
    for number, (step, result) in enumerate(zip(ORDER, results, strict=False)):
        problem = (cause, error, values) if result == FAILED else ()
        begin = when + timedelta(seconds=number)
        steps.append(StepResult(step, begin, 0.125, result, *problem))
    return Attempt(when, seconds, tuple(steps))


def passed(**values):
    return attempt(*[PASSED] * 4, **values)


def slow(**values):
    return attempt(PASSED, SLOW, PASSED, PASSED, **values)


def failed(**values):
    """Return an attempt that fails at its third step, two seconds after its begin."""
    return attempt(PASSED, PASSED, FAILED, **{"cause": "refused"} | values)


class JourneyCase(TransactionCase):
    """One journey, which rehearses an order; nothing else runs."""

    def setUp(self):
        super().setUp()
        self.env["reliability.synthetic.journey"].search([]).active = False
        self.env["reliability.maintenance"].search([]).unlink()
        self.env.user.tz = "UTC"
        self.enterContext(freeze_time(NOON))
        self.patch(self.env.cr, "now", lambda: datetime.now())
        self.commits, self.committed = 0, None
        crons = type(self.env["ir.cron"])
        self.patch(crons, "_commit_progress", lambda *_args, **_kwargs: self._commit())
        self.runs = self.env["reliability.synthetic.run"]
        self.journey = self.make_journey()

    def _commit(self):
        """Do what a commit does, but for the commit: records are read again."""
        self.env.flush_all()
        self.committed = self.runs.search([]).mapped("state")
        self.env.invalidate_all()
        self.commits += 1
        self.queries = self.env.cr.sql_log_count
        return float("inf")

    def make_journey(self, steps=ORDER, **values):
        defaults = {
            "name": "Order to shipment",
            "code": "probed_order",
            "max_attempts": 2,
            "step_ids": [Command.create({"step": step}) for step in steps],
        }
        return self.env["reliability.synthetic.journey"].create(defaults | values)

    def rehearsals(self, *results):
        """Let the next rehearsals have results: attempts, errors, or functions.

        :return: a mock that counts the calls
        """

        waiting = iter(results)

        def next_one(_registry, plan):
            result = next(waiting)
            if isinstance(result, type) and issubclass(result, Exception):
                raise result
            journey = self.journey.browse(plan.journey)
            return result(journey) if callable(result) else result

        return self.enterContext(
            patch.object(rehearsal, "rehearse_plan", side_effect=next_one)
        )

    def pass_at(self, minutes, *results):
        """Let the scheduled action run some minutes after noon; return new runs."""
        before = self.runs.search([])
        with freeze_time(after(minutes)):
            if results:
                self.rehearsals(*results)
            self.env["reliability.synthetic.journey"]._cron_run_due()
        return self.runs.search([]) - before

    def ran(self, minutes, *attempts, journey=None, place=INSIDE):
        """Store a run that began some minutes after noon, and return it."""
        with freeze_time(after(minutes)):
            run = self.runs._begin(journey or self.journey)
            run.place = place
            run._store(RunResult(attempts))
            if place != INSIDE:
                self.env["reliability.synthetic.place"]._expect(run, timedelta())
        self.env.flush_all()
        return run
