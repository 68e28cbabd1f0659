"""Running journeys: by a scheduled action each minute, or at once by a person."""

# The schedule is apart from what a journey is.
# pylint: disable=consider-merging-classes-inherited

import time
from datetime import UTC, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.reliability.api import is_neutralized, masked_logger

from .. import background, rehearsal
from ..objectives import SERVICE
from ..run_result import FAILED, RunResult
from ..ways import BACKGROUND, HTTP
from .run_messages import BROKEN, DIED

_logger = masked_logger(__name__)


class ReliabilitySyntheticJourney(models.Model):
    _inherit = "reliability.synthetic.journey"

    @api.model
    def _cron_run_due(self):
        """Follow the runs that have not ended, and run the journeys that are due.

        Each is a transaction of its own: none stops the others.
        """
        if is_neutralized(self.env):
            return
        now = fields.Datetime.now()
        for run in self.env["reliability.synthetic.run"]._running_runs():
            self._isolated(run._follow, now)
        due = self._due(now)
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for journey in due:
            self._isolated(journey._run_as_planned, now)
            if not self.env["ir.cron"]._commit_progress(1):
                break  # the next pass runs the others

    @api.model
    def _isolated(self, method, now):
        """Call a method of a record in a transaction of its own, if it still exists."""
        record = method.__self__
        try:
            record.invalidate_recordset()
            if record.exists():
                method(now)
            self.env["ir.cron"]._commit_progress()
        except Exception:
            self.env.cr.rollback()
            self.env.invalidate_all()
            _logger.exception("%s is not run", record)

    @api.model
    def _due(self, now):
        """Return the journeys that are to run now.

        Those that may not run now wait for their next turn.
        """
        turns = self.search(
            [
                ("is_scheduled", "=", True),
                ("way", "!=", HTTP),
                ("next_run_at", "<=", now),
            ],
            order="next_run_at, id",
        )
        resting = turns.filtered(lambda journey: not journey._may_run(now))
        for journey in resting:
            journey.next_run_at = journey._next_turn(now)
        return turns - resting

    def _next_turn(self, now):
        """Return the first planned moment after now; those in between are left out."""
        interval = timedelta(minutes=self.interval_minutes)
        planned = self.next_run_at or now
        return planned + ((now - planned) // interval + 1) * interval

    def _may_run(self, now):
        """Return whether now is in the working hours, and in no maintenance window."""
        return self._is_at_work(now) and not self._is_maintained(now)

    def _counts(self, moment):
        """Return whether a run that began at a moment is an event for objectives.

        People try out journeys that are switched off, or when none is to run.
        """
        return self._is_on() and self._may_run(moment)

    def _is_at_work(self, now):
        if not self.calendar_id:
            return True
        begin = now.replace(tzinfo=UTC)
        end = begin + timedelta(seconds=1)
        return bool(list(self.calendar_id._work_intervals_batch(begin, end)[False]))

    @api.model
    def _is_maintained(self, now):
        return bool(self._maintenance([("start", "<=", now), ("end", ">", now)]))

    @api.model
    def _maintenance(self, domain):
        """Return the approved maintenance windows for synthetic checks in a domain."""
        service = self.env["reliability.service"]._by_code(SERVICE)
        return (
            self.env["reliability.maintenance"]
            .sudo()
            .search(
                [
                    ("state", "=", "approved"),
                    "|",
                    ("service_ids", "=", False),
                    ("service_ids", "in", service.ids),
                    *domain,
                ]
            )
        )

    @api.model
    def _after_maintenance(self, moment, now):
        """Return a moment, or the end of a maintenance window that is later.

        :param now: windows that begin later do not count; one may end later
        """
        windows = self._maintenance([("start", "<=", now), ("end", ">", moment)])
        return max([moment, *windows.mapped("end")])

    @api.model
    def _outside_maintenance(self, since):
        """Return a domain for runs that began outside of maintenance windows.

        :param since: windows that ended before do not count
        """
        return Domain.AND(
            Domain("started_at", "<", window.start)
            | Domain("started_at", ">=", window.end)
            for window in self._maintenance([("end", ">", since)])
        )

    def _run_as_planned(self, now):
        """Run the journey in its turn; it stays due while it is running already."""
        planned = self.next_run_at
        self.next_run_at = self._next_turn(now)
        if not self._run():
            self.exists().next_run_at = planned

    def _run(self):
        """Run the journey, and commit before and after.

        A run of background work only begins: the next passes follow it.

        :return: the run; an empty recordset if another one has not ended
        """
        run = self.env["reliability.synthetic.run"]._begin(self)
        if not run:
            return run
        # If this process dies now, the next pass finds the run.
        self.env["ir.cron"]._commit_progress()
        try:
            result = self._perform(run)
        except rehearsal.AlreadyRunning:
            run.unlink()
        except Exception as error:
            run._fail_for(error)
        else:
            if result and run.exists():  # the journey may have been deleted meanwhile
                run._store(result)
        # What follows in a request may be rolled back: the run has ended for all that.
        self.env["ir.cron"]._commit_progress()
        return run.exists()

    def _perform(self, run):
        """Do what a run is for, and return its result; ``None`` if it only begins."""
        if self.way == BACKGROUND:
            with self.env.cr.savepoint():
                attempt = background.begin(run)
            return attempt and RunResult((attempt,))
        return self._attempts()

    def _attempts(self):
        """Rehearse until an attempt does not fail, and return the result.

        There is no further attempt after the last one, nor after the limit.
        """
        registry, plan = self.env.registry, self._rehearsal_plan()
        max_attempts = self.max_attempts
        # An open transaction would hold back vacuum, and PostgreSQL may end it.
        self.env["ir.cron"]._commit_progress()
        until = time.monotonic() + plan.limit_seconds
        attempts = [rehearsal.rehearse_plan(registry, plan)]
        while (
            attempts[-1].result == FAILED
            and len(attempts) < max_attempts
            and time.monotonic() < until
        ):
            attempts.append(rehearsal.rehearse_plan(registry, plan))
        return RunResult(tuple(attempts))

    def action_run_now(self):
        """Run the journey at once, and open the run."""
        self.ensure_one()
        self.check_access("read")
        if reason := self._reason_not_to_run():
            raise UserError(reason)
        run = self.sudo()._run()
        if not run:
            raise UserError(
                self.env._(
                    "%(journey)s is running already. Open its runs, or wait a minute.",
                    journey=self.name,
                )
            )
        return run.sudo(False)._open()

    def _reason_not_to_run(self):
        """Return why this user cannot run the journey at once; empty if he can.

        :raise AccessError: he may not
        """
        _ = self.env._
        if not self.env.user.has_group("reliability.group_manager"):
            raise AccessError(_("Only managers of Reliability run journeys."))
        if is_neutralized(self.env):
            return _("This is a neutralized copy of a database: no journey runs in it.")
        if self.way == HTTP:
            return _(
                "%(journey)s runs on another host: start odoo reliability_probe there.",
                journey=self.name,
            )
        return ""


class ReliabilitySyntheticRun(models.Model):
    _inherit = "reliability.synthetic.run"

    def _outside_maintenance(self):
        """Return the runs that began outside of maintenance windows."""
        if not self:
            return self
        journeys, begins = self.journey_id, self.mapped("started_at")
        counted = journeys._outside_maintenance(min(begins))
        return self.filtered_domain(counted)

    def _follow(self, now):
        """End the run if its work is done, or if its worker has died."""
        if self.journey_id.way != BACKGROUND or not background.signals_of(self):
            if self._is_dead(now):
                self._fail(DIED)
            return
        try:
            with self.env.cr.savepoint():
                attempt = background.progress(self)
        except Exception as error:
            self._fail_for(error)
        else:
            if attempt:
                self._store(RunResult((attempt,)))

    def _fail_for(self, error):
        """End the run, whose way has failed with an error of its own."""
        _logger.exception("%s could not run", self.journey_id.code)
        self._fail(BROKEN, f"{type(error).__name__}: {error}")
