"""Runs of journeys, with the attempt that decides."""

import json
import socket
from datetime import timedelta
from functools import partial

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.models import MAGIC_COLUMNS
from odoo.tools import json_default, mute_logger

from odoo.addons.reliability.api import delete_oldest, masked, masked_logger, storable

from ..families import record_run
from ..run_result import FAILED, INSIDE, PASSED, SLOW
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

_logger = masked_logger(__name__)


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
                Command.create(_result_values(number, sequence, step))
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
        """Store how the run has ended; a failure is evaluated at once.

        The first end counts: a worker that stalled may go on after it counted as dead.
        """
        run = self.sudo()
        run.invalidate_recordset(["state"])
        if run.state != RUNNING:
            _logger.info("%s has ended already: a later end is not stored", run)
            return
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
        row = self._counted()
        other = self.search(row & Domain("state", "!=", self.state), limit=1)
        if other:
            row &= Domain("started_at", ">", other.started_at)
        like_this = row & Domain("state", "=", self.state)
        return self.search(like_this, order="started_at, id", limit=1) or self

    def _last_counted(self):
        """Return the runs; instead of one that does not count, the last that does."""
        if all(run.state == PASSED for run in self):
            return self
        return self.browse().union(
            *(
                run if run.state == PASSED else self.search(run._counted(), limit=1)
                for run in self
            )
        )

    def _counted(self):
        """Return a domain for the ended runs of its journey and place that count.

        Those are not after this one, nor before the journey was switched on.  What
        began in a maintenance window counts if it has passed.
        """
        journey = self.journey_id
        ended = Domain(
            [
                ("journey_id", "=", journey.id),
                ("place", "=", self.place),
                ("state", "!=", RUNNING),
                ("started_at", "<=", self.started_at),
            ]
        )
        if journey.switched_on_at:
            ended &= Domain("started_at", ">=", journey.switched_on_at)
        since = fields.Datetime.now() - timedelta(days=RUN_DAYS)
        return ended & (
            Domain("state", "=", PASSED) | journey._outside_maintenance(since)
        )

    def _as_json(self):
        """Return what a sentence about the run names, for when the run is deleted."""
        names = [
            name
            for name, field in self._fields.items()
            if field.store and field.column_type and name not in MAGIC_COLUMNS
        ]
        (values,) = self.read(names, load=None)
        del values["id"]
        slow = self._final_results().filtered(lambda one: one.result == SLOW)
        values["result_ids"] = [
            Command.create({name: one[name] for name in ("attempt", "step", "result")})
            for one in slow
        ]
        return json.loads(json.dumps(values, default=json_default))

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
        # Only a newer run can end the alert about a last one.
        latest = self.env["reliability.synthetic.journey"].sudo()._latest_runs()
        last = self.browse().union(*latest.values())
        before = self.env.cr.now() - timedelta(days=RUN_DAYS)
        return delete_oldest(self, "started_at", before, [("id", "not in", last.ids)])


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
