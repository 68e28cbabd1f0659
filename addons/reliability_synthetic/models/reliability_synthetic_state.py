"""How journeys are now: their state, the last run in words, and the runs of today."""

# The state is apart from what a journey is.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.reliability.api import (
    DEGRADED,
    FINE,
    INTERRUPTED,
    NO_DATA,
    STATE_NAMES,
    formatting,
)

from ..run_result import FAILED, INSIDE, PASSED, SLOW
from ..ways import HTTP
from .latest_runs import MISSED_TURNS, latest_runs
from .reliability_synthetic_run import RUNNING

URGENCY = (INTERRUPTED, DEGRADED, NO_DATA, FINE)
"""States of several journeys, the worst first: fine are only those that all are."""
_DAY = timedelta(days=1)
_TWO_PASSES = timedelta(minutes=2)
"""Of the scheduled action: then it has begun the run that was due meanwhile."""


class ReliabilitySyntheticJourney(models.Model):
    _inherit = "reliability.synthetic.journey"

    state = fields.Selection(STATE_NAMES, compute="_compute_state")
    last_run = fields.Char(
        compute="_compute_state",
        help="When it ran last, for how long, and at which step it fails.",
    )
    runs_today = fields.Integer(string="Runs in 24 h", compute="_compute_runs_today")
    flaky_today = fields.Integer(
        string="Flaky in 24 h",
        compute="_compute_runs_today",
        help="Runs that passed after their first attempt had failed.",
    )

    @api.model
    def _latest_runs(self):
        """Return the last run that counts, of each place and journey.

        :return: journey → runs, those that have failed first
        """
        self.env["reliability.synthetic.run"].flush_model()
        self.flush_model()
        self.env["reliability.synthetic.place"].flush_model()
        query = SQL(latest_runs("%(now)s"), now=fields.Datetime.now())
        ids = [row[0] for row in self.env.execute_query(query)]
        runs = self.env["reliability.synthetic.run"].browse(ids)._last_counted()
        worst_first = [FAILED, SLOW, PASSED]
        runs = runs.sorted(lambda run: (worst_first.index(run.state), run.place))
        return runs.grouped("journey_id")

    def _switched_on(self):
        """Return the journeys that are expected to run.

        Those over HTTP are switched on by a probe that sends runs.
        """
        return self.filtered(
            lambda one: one.sudo().place_ids if one.way == HTTP else one.is_scheduled
        )

    def _stopped(self, now):
        """Return those that scheduled actions should have run some turns ago.

        Neither maintenance windows nor a run in progress count as silence.
        """
        return self.filtered(
            lambda one: (
                one.way != HTTP
                and one.next_run_at
                and one._has_missed_turns(one.next_run_at, now)
                and not one._is_running(now)
            )
        )

    def _has_missed_turns(self, moment, now):
        """Return whether some turns outside of maintenance windows have passed."""
        turns = timedelta(minutes=MISSED_TURNS * self.interval_minutes)
        if now - moment <= turns:
            return False
        return now - self._after_maintenance(moment, now) > turns

    def _is_running(self, now):
        """Return whether Odoo runs the journey, or has just done so."""
        runs = self.env["reliability.synthetic.run"].sudo()
        inside = [("journey_id", "=", self.id), ("place", "=", INSIDE)]
        last = runs.search(inside, limit=1)
        if last.state == RUNNING:
            return not last._is_dead(now)
        return bool(last.ended_at) and now - last.ended_at <= _TWO_PASSES

    def _recent(self, runs, now):
        """Return the runs that say how the journey is now.

        The last one in Odoo does so until the one in progress ends.
        """
        return runs.filtered(
            lambda run: (
                self._is_recent(run.started_at, now)
                or (run.place == INSIDE and self._is_running(now))
            )
        )

    def _is_recent(self, moment, now):
        """Return whether a run that began at a moment says how the journey is now."""
        turns = timedelta(minutes=MISSED_TURNS * self.interval_minutes)
        return now - moment <= turns + timedelta(seconds=self.limit_seconds)

    def _still_true(self, runs, now):
        """Return the runs that an alert is about: only a newer one ends what is wrong.

        One that has passed says nothing once it is old.
        """
        recent = self._recent(runs, now)
        return runs.filtered(lambda run: run in recent or run.state in (FAILED, SLOW))

    def _silent_places(self, now):
        """Return the places of probes that should have sent newer runs by now."""
        places = self.place_ids if self.way == HTTP else self.place_ids.browse()
        return places.filtered(
            lambda place: not self._is_recent(place.last_run_at, now)
        )

    @api.depends(
        "run_ids.state", "interval_minutes", "limit_seconds", "active", "place_ids"
    )
    @api.depends_context("lang", "tz")
    def _compute_state(self):
        now = fields.Datetime.now()
        latest = self.sudo()._latest_runs()
        for journey in self:
            origin = journey._origin.sudo()
            runs = latest.get(origin, origin.run_ids.browse())
            recent = origin._recent(runs, now)
            silent = origin._silent_places(now)
            journey.state = state_of(recent, silent)
            if silent and journey.state == NO_DATA:
                journey.last_run = silent._silence_text()
            else:
                journey.last_run = origin._last_run_text(recent or runs)

    def _last_run_text(self, runs):
        """Return the worst of the last runs in words."""
        _ = self.env._
        if not runs and self.way == HTTP:
            return _("No probe reports it")
        if not runs:
            return self._no_run_text()
        worst = runs[0]
        if worst.state == FAILED:
            return self._failure_text(worst, self._only_place(runs))
        values = {
            "ago": formatting.since(self.env, worst.started_at),
            "duration": formatting.duration(self.env, worst.seconds),
        }
        if worst.state == SLOW:
            return _("Slow: %(ago)s ago, %(duration)s", **values)
        return _("%(ago)s ago, %(duration)s", **values)

    def _no_run_text(self):
        """Return why there is no last run."""
        _ = self.env._
        ran = [("journey_id", "in", self.ids)]
        if not self.run_ids.search_count(ran, limit=1):
            return _("No run yet")
        since = self.switched_on_at
        if since and not self.run_ids.search_count(
            [*ran, ("started_at", ">=", since)], limit=1
        ):
            return _("No run since it was switched on")
        return _("No run in the last 7 days")

    def _only_place(self, runs):
        """Return the name of the only place of several that the journey fails from."""
        failed = runs.filtered(lambda run: run.state == FAILED)
        is_only = len(failed) == 1 < len(runs)
        return place_name(self.env, failed.place) if is_only else ""

    def _failure_text(self, run, only_place):
        """Return where and since when the journey fails."""
        since = run._first_like_this().failed_at or run.started_at
        values = {
            "step": run.failed_step_name,
            "time": formatting.moment(self.env, since),
            "place": only_place,
        }
        _ = self.env._
        if only_place and run.failed_step:
            return _("Fails from %(place)s only, at %(step)s since %(time)s", **values)
        if only_place:
            return _("Fails from %(place)s only, since %(time)s", **values)
        if run.failed_step:
            return _("Fails at %(step)s since %(time)s", **values)
        return _("Fails since %(time)s", **values)

    def _compute_runs_today(self):
        since = fields.Datetime.now() - _DAY
        domain = [("journey_id", "in", self.ids), ("started_at", ">=", since)]
        runs = self.env["reliability.synthetic.run"]
        counts = dict(runs._read_group(domain, ["journey_id"], ["__count"]))
        flaky = [*domain, ("is_flaky", "=", True)]
        flaky_counts = dict(runs._read_group(flaky, ["journey_id"], ["__count"]))
        for journey in self:
            journey.runs_today = counts.get(journey._origin, 0)
            journey.flaky_today = flaky_counts.get(journey._origin, 0)

    def action_open_runs(self):
        """Open the runs of the journey."""
        self.ensure_one()
        self.check_access("read")
        runs = self.env["reliability.synthetic.run"]
        return runs._open_all([("journey_id", "=", self.id)])


def place_name(env, place):
    """Return the name of a place for people."""
    return env._("Odoo") if place == INSIDE else place.replace("_", " ").capitalize()


def state_of(runs, silent=()):
    """Return the state of a journey, or of a place.

    :param runs: those that say how it is now, those that failed first
    :param silent: places that should have reported, and have not
    """
    if not runs:
        return NO_DATA
    if runs[0].state == FAILED:
        fails_everywhere = all(run.state == FAILED for run in runs)
        return INTERRUPTED if fails_everywhere else DEGRADED
    if runs[0].state == SLOW:
        return DEGRADED
    return NO_DATA if silent else FINE
