"""Runs of journeys, with the attempt that decides."""

import socket
from datetime import timedelta
from functools import partial

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.tools import mute_logger

from odoo.addons.reliability.api import delete_oldest, masked, storable

from ..families import record_run
from ..run_result import FAILED, INSIDE
from .latest_runs import ENDED
from .problem_messages import step_name
from .run_messages import describe_run

RUNNING = "running"
RUN_DAYS = 90
_GRACE = timedelta(minutes=1)
"""What a run may take over its limit, before its worker counts as dead."""
_LATE_TURNS = 2
"""An event counts when it is recorded: that of a run which ended so many turns ago
would burn the budget of an objective after the trouble."""


class ReliabilitySyntheticRun(models.Model):
    _name = "reliability.synthetic.run"
    _description = "Synthetic Run"
    _order = "started_at desc, id desc"

    journey_id = fields.Many2one(
        "reliability.synthetic.journey",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="journey_id.company_id", store=True)
    place = fields.Char(
        required=True,
        readonly=True,
        default=INSIDE,
        help="Where it ran: odoo, or the name of a probe elsewhere.",
    )
    host = fields.Char(readonly=True)
    started_at = fields.Datetime(
        string="Started", required=True, readonly=True, index=True
    )
    ended_at = fields.Datetime(string="Ended", readonly=True)
    seconds = fields.Float(
        string="Duration (s)",
        readonly=True,
        digits=(16, 3),
        aggregator="avg",
        help="Of the final attempt.",
    )
    state = fields.Selection(
        [
            (RUNNING, "Running"),
            ("passed", "Passed"),
            ("slow", "Slow"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default=RUNNING,
    )
    attempts = fields.Integer(readonly=True)
    is_flaky = fields.Boolean(
        string="Flaky",
        readonly=True,
        help="Its first attempt failed, and a later one did not.",
    )
    failed_step = fields.Char(string="Code of the Failed Step", readonly=True)
    failed_at = fields.Datetime(
        string="Failed Since",
        readonly=True,
        help="When the first step that failed began.",
    )
    failed_step_name = fields.Char(string="Failed Step", compute="_compute_words")
    cause = fields.Char(readonly=True)
    error = fields.Char(readonly=True)
    values = fields.Json(readonly=True)
    problem = fields.Char(compute="_compute_words")
    result_ids = fields.One2many(
        "reliability.synthetic.result", "run_id", string="Steps", readonly=True
    )

    _ended = models.Index(
        f"(journey_id, place, started_at DESC, id DESC) WHERE {ENDED}"
    )
    _running = models.UniqueIndex(
        f"(journey_id) WHERE state = '{RUNNING}' AND place = '{INSIDE}'"
    )

    @api.depends("journey_id.name", "started_at")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for run in self:
            run.display_name = run.journey_id.name

    @api.depends("state", "failed_step", "cause", "error", "values")
    @api.depends_context("lang")
    def _compute_words(self):
        for run in self:
            step = run.failed_step
            run.failed_step_name = step and step_name(self.env, step)
            run.problem = run.state == FAILED and describe_run(run)

    @api.model
    def _begin(self, journey):
        """Return a new run of a journey in this process.

        :return: an empty recordset if another one has not ended
        """
        if self._running_runs(journey):
            return self.browse()
        values = {
            "journey_id": journey.id,
            "host": socket.gethostname(),
            "started_at": fields.Datetime.now(),
        }
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                return self.sudo().create(values)
        except UniqueViolation:  # it has begun after this transaction
            return self.browse()

    def _store(self, result):
        """End the run with its result, and record its event when that is committed.

        One that is reported late is stored, and is no event.

        :param RunResult result: of all its attempts
        """
        final = result.final
        failed = final.failed_step
        values = {
            "state": final.result,
            "seconds": final.seconds,
            "ended_at": final.started_at + timedelta(seconds=final.seconds),
            "attempts": len(result.attempts),
            "is_flaky": result.is_flaky,
            "result_ids": [
                fields.Command.create(_result_values(number, sequence, step))
                for number, attempt in enumerate(result.attempts, 1)
                for sequence, step in enumerate(attempt.steps, 1)
            ],
        }
        if failed:
            # All attempts have failed: the trouble began with the first one.
            began = result.attempts[0].failed_step.started_at
            values |= {
                "failed_step": failed.step,
                "failed_at": began,
                **_problem_values(failed.cause, failed.error, failed.values),
            }
        self._end(values)

    def _fail(self, cause, error=""):
        """End the run as failed, although none of its steps has.

        :param str cause: of :mod:`.run_messages`
        """
        now = fields.Datetime.now()
        self._end(
            {
                "state": FAILED,
                "seconds": (now - self.started_at).total_seconds(),
                "ended_at": now,
                "attempts": 1,
                "failed_at": self.started_at,
                **_problem_values(cause, error),
            }
        )

    def _end(self, values):
        """Store how the run has ended; a failure is evaluated at once."""
        run = self.sudo()
        run.write(values)
        journey = run.journey_id
        if run.state == FAILED:
            self.env["reliability.slo"]._evaluate_soon()
        late = timedelta(minutes=_LATE_TURNS * journey.interval_minutes)
        is_late = fields.Datetime.now() - run.ended_at > late
        if is_late or not journey._counts(run.started_at):
            return
        event = journey.code, run.place, run.state, run.seconds, journey.limit_seconds
        registry = self.env.registry
        self.env.cr.postcommit.add(partial(record_run, registry, *event))

    @api.model
    def _running_runs(self, journeys=None):
        """Return the runs in Odoo that have not ended: all, or those of journeys."""
        domain = [("state", "=", RUNNING)]
        if journeys is not None:
            domain += [("journey_id", "in", journeys.ids)]
        return self.sudo().search(domain, order="id")

    def _is_dead(self, now):
        """Return whether its worker must have died: no run lasts that long.

        Each attempt ends at the limit, and none begins after it.
        """
        journey = self.journey_id
        longest = timedelta(
            seconds=journey.limit_seconds * min(journey.max_attempts, 2)
        )
        return now > self.started_at + longest + _GRACE

    def _final_results(self):
        """Return the results of the attempt that decides."""
        return self.result_ids.filtered(lambda one: one.attempt == self.attempts)

    def _first_like_this(self):
        """Return the first of the present row of runs that ended like this one."""
        same = [("journey_id", "=", self.journey_id.id), ("place", "=", self.place)]
        earlier = [*same, ("started_at", "<", self.started_at)]
        other = self.search(
            [*earlier, ("state", "not in", [RUNNING, self.state])], limit=1
        )
        after = [("started_at", ">", other.started_at)] if other else []
        like_this = [*earlier, *after, ("state", "=", self.state)]
        return self.search(like_this, order="started_at, id", limit=1) or self

    def _open(self):
        """Return an action that opens the run."""
        self.ensure_one()
        action = self._open_all()
        return action | {"res_id": self.id, "views": [(False, "form")]}

    @api.model
    def _open_all(self, domain=None):
        """Return an action that opens runs: all, or those of a domain."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_synthetic.reliability_synthetic_run_action"
        )
        return action if domain is None else action | {"domain": domain, "context": {}}

    @api.autovacuum
    def _gc_runs(self):
        return delete_oldest(
            self, "started_at", self.env.cr.now() - timedelta(days=RUN_DAYS)
        )


def _result_values(number, sequence, step):
    return {
        "attempt": number,
        "sequence": sequence,
        "step": step.step,
        "started_at": step.started_at,
        "seconds": step.seconds,
        "result": step.result,
        **_problem_values(step.cause, step.error, step.values),
    }


def _problem_values(cause, error, values=None):
    return {
        "cause": cause,
        "error": masked(storable(error)) if error else False,
        "values": storable(values) if values else False,
    }
